/* The recorder. See trace.h. */
#include "trace/trace.h"

#include <assert.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { CALL_DEPTH = 32 };

/* Why an algorithm was left before its end. */
enum leave { LEAVE_LIMIT = 1, LEAVE_MEMORY, LEAVE_NAME };

struct trace {
    struct trace_settings settings;
    struct dynamic_noise *noises;
    int kinds;
    struct tokens tokens;
    uint8_t *marks;
    size_t marks_capacity;
    int *starts;
    size_t starts_capacity;
    int lines, corrupted, assignments;
    int64_t astray; /* assignments since the first corruption */
    int silent;     /* > 0 inside calls that are not written */
    int depth;
    bool truncated;
    const char *missing; /* a name that the vocabulary lacks */
    struct value answer;
    jmp_buf leave;
};

struct trace *trace_create(void) {
    return memory_array(1, sizeof(struct trace));
}

void trace_free(struct trace *t) {
    if (!t) return;
    tokens_free(&t->tokens);
    free(t->marks);
    free(t->starts);
    free(t);
}

/* --- tokens of values --- */

static bool room(struct tokens *tokens, size_t more) {
    return tokens->capacity - tokens->count >= more ||
           !memory_reserve(&tokens->id, &tokens->capacity, tokens->count + more, sizeof *tokens->id);
}

static void put(struct tokens *tokens, int32_t id) { tokens->id[tokens->count++] = id; }

static bool put_number(struct tokens *tokens, const struct decimal *a) {
    if (!room(tokens, (size_t)a->length + 1)) return false;
    if (a->negative) put(tokens, TOKEN_MINUS);
    for (int i = a->length - 1; i >= 0; i--) put(tokens, TOKEN_DIGIT + a->digit[i]);
    return true;
}

static bool put_numbers(struct tokens *tokens, const struct list *list, int32_t between) {
    for (int i = 0; i < list->length; i++) {
        if (!room(tokens, 1)) return false;
        if (i) put(tokens, between);
        if (!put_number(tokens, &list->element[i])) return false;
    }
    return room(tokens, 1);
}

static bool put_list(struct tokens *tokens, const struct list *list) {
    if (!room(tokens, 1)) return false;
    put(tokens, TOKEN_OPEN_LIST);
    if (!put_numbers(tokens, list, TOKEN_COMMA)) return false;
    put(tokens, TOKEN_CLOSE_LIST);
    return true;
}

bool tokens_value(struct tokens *tokens, const struct value *value) {
    return value->is_list ? put_list(tokens, &value->list) : put_number(tokens, &value->number);
}

/* Arguments with `between` between them. */
static bool put_arguments(struct tokens *tokens, const struct task *task, const struct arguments *arguments,
                          int32_t between) {
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        if (!room(tokens, 1)) return false;
        if (i) put(tokens, between);
        enum parameter_kind kind = task->parameters[i].kind;
        bool done = kind == PARAMETER_NUMBER ? put_number(tokens, &arguments->number[i])
                    : kind == PARAMETER_LIST ? put_list(tokens, &arguments->list)
                                             : put_numbers(tokens, &arguments->list, between);
        if (!done) return false;
    }
    return room(tokens, 3);
}

/* `name(48, 18)` */
static bool put_call(struct tokens *tokens, int32_t name, const struct task *task,
                     const struct arguments *arguments) {
    if (!room(tokens, 2)) return false;
    put(tokens, name);
    put(tokens, TOKEN_OPEN);
    if (!put_arguments(tokens, task, arguments, TOKEN_COMMA)) return false;
    put(tokens, TOKEN_CLOSE);
    return true;
}

bool tokens_prompt(struct tokens *tokens, const struct vocabulary *vocabulary, const struct task *task,
                   const struct arguments *arguments) {
    const char *word = task->infix ? task->infix : task->name;
    int32_t id = vocabulary_find(vocabulary, word, strlen(word));
    assert(id >= 0);
    bool done =
        task->infix ? put_arguments(tokens, task, arguments, id) : put_call(tokens, id, task, arguments);
    if (!done || !room(tokens, 1)) return false;
    put(tokens, TOKEN_NEWLINE);
    return true;
}

/* --- lines --- */

static _Noreturn void leave(struct trace *t, enum leave why) { longjmp(t->leave, why); }

static int32_t name_id(struct trace *t, const char *name) {
    int32_t id = vocabulary_find(t->settings.vocabulary, name, strlen(name));
    if (id < 0) {
        t->missing = name;
        leave(t, LEAVE_NAME);
    }
    return id;
}

static bool open_line(struct trace *t, int32_t name) {
    if (!room(&t->tokens, 2)) return false;
    put(&t->tokens, name);
    put(&t->tokens, TOKEN_EQUALS);
    return true;
}

/* Ends the line that starts at the last start; `mark`: noise changed its value. */
static bool close_line(struct trace *t, bool mark) {
    size_t begin = (size_t)t->starts[t->lines], end = t->tokens.count;
    if (memory_reserve(&t->starts, &t->starts_capacity, (size_t)t->lines + 2, sizeof *t->starts) ||
        memory_reserve(&t->marks, &t->marks_capacity, end, 1))
        return false;
    memset(t->marks + begin, 0, end - begin);
    for (size_t i = end; mark && i-- > begin && t->tokens.id[i] != TOKEN_EQUALS;) t->marks[i] = 1;
    t->starts[++t->lines] = (int)end;
    return true;
}

/* Begins a line of the algorithm; leaves it when there is no room but for the answer. */
static void begin_line(struct trace *t, const char *name) {
    if (t->lines + 1 >= t->settings.line_limit || t->tokens.count > TRACE_TOKENS) leave(t, LEAVE_LIMIT);
    if (!open_line(t, name_id(t, name))) leave(t, LEAVE_MEMORY);
}

/* Ends it; `done`: its value found memory. */
static void end_line(struct trace *t, bool done, bool mark) {
    if (!done || !close_line(t, mark)) leave(t, LEAVE_MEMORY);
}

static bool alter(struct trace *t, struct decimal *value) {
    int hits = 0;
    for (int k = 0; k < t->kinds; k++) {
        struct dynamic_noise *n = &t->noises[k];
        hits += n->noise->alter(value, n->rate, &n->sites);
    }
    t->corrupted += hits;
    return hits > 0;
}

static bool alter_list(struct trace *t, struct list *list) {
    bool hit = false;
    for (int i = 0; t->kinds && i < list->length; i++) hit |= alter(t, &list->element[i]);
    return hit;
}

static void count_assignment(struct trace *t) {
    if (++t->assignments > TRACE_ASSIGNMENTS) leave(t, LEAVE_LIMIT);
    if (t->corrupted && ++t->astray > TRACE_ASTRAY * (int64_t)t->settings.line_limit) leave(t, LEAVE_LIMIT);
}

struct decimal let(struct trace *t, const char *name, struct decimal value) {
    count_assignment(t);
    bool hit = t->kinds && alter(t, &value);
    if (t->silent) return value;
    begin_line(t, name);
    end_line(t, put_number(&t->tokens, &value), hit);
    return value;
}

void let_list(struct trace *t, const char *name, struct list *list) {
    count_assignment(t);
    bool hit = alter_list(t, list);
    if (t->silent) return;
    begin_line(t, name);
    end_line(t, put_list(&t->tokens, list), hit);
}

static enum visibility visibility_of(const struct trace *t, const struct task *task) {
    for (int i = 0; t->settings.tasks[i]; i++)
        if (t->settings.tasks[i] == task) return t->settings.visibility[i];
    return task->visibility;
}

void call_value(struct trace *t, const char *name, const struct task *task, const struct arguments *in,
                struct value *out) {
    enum visibility visibility = visibility_of(t, task);
    if (t->depth == CALL_DEPTH) leave(t, LEAVE_LIMIT);
    count_assignment(t);
    t->depth++;
    t->silent += visibility != VISIBILITY_FULL;
    out->is_list = false;
    task->run(t, in, out);
    t->silent -= visibility != VISIBILITY_FULL;
    t->depth--;
    bool hit = out->is_list ? alter_list(t, &out->list) : alter(t, &out->number);
    if (t->silent || visibility == VISIBILITY_HIDDEN) return;
    begin_line(t, name);
    bool done = true;
    if (visibility == VISIBILITY_CALL) {
        done = put_call(&t->tokens, name_id(t, task->name), task, in);
        if (done) put(&t->tokens, TOKEN_EQUALS); /* put_call leaves room for it */
    }
    end_line(t, done && tokens_value(&t->tokens, out), hit);
}

struct decimal call_numbers(struct trace *t, const char *name, const struct task *task,
                            const struct decimal numbers[PARAMETERS_MAX]) {
    struct arguments in;
    struct value out;
    in.list.length = 0;
    memcpy(in.number, numbers, sizeof in.number);
    call_value(t, name, task, &in, &out);
    return out.number;
}

/* --- running --- */

/* In a function of its own, for locals that live across setjmp would have to be volatile. */
static int run_until_left(struct trace *t, const struct task *task, const struct arguments *arguments) {
    int why = setjmp(t->leave);
    if (why == 0) task->run(t, arguments, &t->answer);
    return why;
}

enum err trace_run(struct trace *t, const struct trace_settings *settings, const struct task *task,
                   const struct arguments *arguments, struct dynamic_noise *noises, int kinds,
                   struct error *error) {
    t->settings = *settings;
    t->noises = noises;
    t->kinds = kinds;
    t->tokens.count = 0;
    t->lines = t->corrupted = t->assignments = t->depth = 0;
    t->astray = 0;
    t->silent = settings->silent;
    t->answer.is_list = false;
    if (memory_reserve(&t->starts, &t->starts_capacity, 2, sizeof *t->starts))
        return err_memory(error, "a trace");
    t->starts[0] = 0;
    int why = run_until_left(t, task, arguments);
    if (why == LEAVE_NAME)
        return err_set(error, ERR_INPUT, "task %s writes '%s', which is not in the vocabulary", task->name,
                       t->missing);
    t->truncated = why == LEAVE_LIMIT;
    if (t->truncated) {
        t->answer.is_list = false;
        t->answer.number = decimal_from(0);
        t->tokens.count = (size_t)t->starts[t->lines]; /* drop a line that was begun */
    }
    if (why == LEAVE_MEMORY || !open_line(t, TOKEN_ANSWER) || !tokens_value(&t->tokens, &t->answer) ||
        !close_line(t, false))
        return err_memory(error, "a trace");
    return ERR_OK;
}

const struct value *trace_answer(const struct trace *t) { return &t->answer; }
const int32_t *trace_tokens(const struct trace *t) { return t->tokens.id; }
const int *trace_starts(const struct trace *t) { return t->starts; }
const uint8_t *trace_marks(const struct trace *t) { return t->marks; }
int trace_lines(const struct trace *t) { return t->lines; }
int trace_corrupted(const struct trace *t) { return t->corrupted; }
bool trace_truncated(const struct trace *t) { return t->truncated; }
