/* The recorder. See trace.h. */
#include "trace/trace.h"

#include <assert.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trace/corruption.h"
#include "trace/token_writer.h"

enum { CALL_DEPTH = 32, NAMES = 32 /* ids that are remembered; a power of two */ };

/* Why an algorithm was left before its end. */
enum leave { LEAVE_LIMIT = 1, LEAVE_MEMORY, LEAVE_NAME };

/* The ids of a name and of the keyword before it, -1 without one. */
struct name_ids {
    const char *name;
    int32_t keyword, id;
};

/* A variable of a task at work, and its value. */
struct variable {
    const char *name;
    int depth; /* of calls */
    struct value value;
};

struct trace {
    struct trace_settings settings;
    struct acting_noise *noises;
    int kinds;
    bool interferes;    /* noise acts, or somebody follows */
    bool holds;         /* some kind acts on values that are not written */
    bool forgets;       /* some kind may let a variable keep its value, so values are remembered */
    bool astray_now;    /* an error was made and not mended */
    struct value right; /* what was to be assigned, before noise */
    struct tokens right_tokens;
    struct variable *variables; /* those of every call that is under way */
    size_t variable_count, variable_capacity;
    struct tokens tokens;
    uint8_t *marks; /* of the first `marked` tokens */
    size_t marked, marks_capacity;
    int *starts;
    size_t starts_capacity;
    int lines, assignments;
    int64_t astray; /* assignments since the first error that was not mended */
    int silent;     /* > 0 inside calls that are not written */
    int depth;
    bool truncated;
    struct name_ids names[NAMES]; /* found in this run, at a place that follows from the name's address */
    struct alphabets alphabets;   /* found in this run */
    const char *missing;          /* a name or symbol that the vocabulary lacks */
    struct value answer;
    jmp_buf leave;
};

enum err trace_create(struct trace **out) {
    struct trace *t = memory_array(1, sizeof *t);
    if (!t) return ERR_RUNTIME;
    *out = t;
    return ERR_OK;
}

void trace_free(struct trace *t) {
    if (!t) return;
    tokens_free(&t->tokens);
    tokens_free(&t->right_tokens);
    free(t->variables);
    free(t->marks);
    free(t->starts);
    free(t);
}

/* --- lines --- */

static _Noreturn void leave(struct trace *t, enum leave why) { longjmp(t->leave, why); }

/* The id of a piece of a name. */
static int32_t piece_id(struct trace *t, const char *name, const char *piece, size_t length) {
    int32_t id = vocabulary_find(t->settings.vocabulary, piece, length);
    if (id >= 0) return id;
    t->missing = name;
    leave(t, LEAVE_NAME);
}

/* The name without its keyword. */
static const char *bare_name(const char *name) {
    const char *space = strchr(name, ' ');
    return space ? space + 1 : name;
}

static const struct name_ids *name_find(struct trace *t, const char *name) {
    size_t place = ((uintptr_t)name ^ (uintptr_t)name >> 5) & (NAMES - 1);
    struct name_ids *ids = &t->names[place];
    if (ids->name == name) return ids;
    const char *bare = bare_name(name);
    int32_t id = piece_id(t, name, bare, strlen(bare));
    int32_t keyword = bare > name ? piece_id(t, name, name, (size_t)(bare - name) - 1) : -1;
    *ids = (struct name_ids){name, keyword, id};
    return ids;
}

/* Begins a line: `name =`, and before it the fix of a correction and the name's keyword. */
static enum err open_line(struct trace *t, int32_t fix, const struct name_ids *name) {
    if (token_writer_room(&t->tokens, 4)) return ERR_RUNTIME;
    if (fix >= 0) token_writer_put(&t->tokens, fix);
    if (name->keyword >= 0) token_writer_put(&t->tokens, name->keyword);
    token_writer_put(&t->tokens, name->id);
    token_writer_put(&t->tokens, TOKEN_EQUALS);
    return ERR_OK;
}

/* Ends the line that starts at the last start. */
static enum err close_line(struct trace *t) {
    if (memory_reserve(&t->starts, &t->starts_capacity, (size_t)t->lines + 2, sizeof *t->starts))
        return ERR_RUNTIME;
    t->starts[++t->lines] = (int)t->tokens.count;
    return ERR_OK;
}

/* Marks for all tokens that there are, 0 where there were none: not line by line, for few lines have any. */
static enum err extend_marks(struct trace *t) {
    if (memory_reserve(&t->marks, &t->marks_capacity, t->tokens.count, 1)) return ERR_RUNTIME;
    memset(t->marks + t->marked, 0, t->tokens.count - t->marked);
    t->marked = t->tokens.count;
    return ERR_OK;
}

/* Begins a line of the algorithm; leaves it when there is no room but for the answer. */
static void begin_line(struct trace *t, int32_t fix, const char *name) {
    if (t->lines + 1 >= t->settings.line_limit || t->tokens.count > TRACE_TOKENS) leave(t, LEAVE_LIMIT);
    if (open_line(t, fix, name_find(t, name))) leave(t, LEAVE_MEMORY);
}

/* Leaves the algorithm where a value could not be written. */
static void check_written(struct trace *t, enum err code) {
    if (code == ERR_INPUT) t->missing = t->alphabets.missing;
    if (code) leave(t, code == ERR_INPUT ? LEAVE_NAME : LEAVE_MEMORY);
}

/* Ends it; `code`: whether its value could be written. */
static void end_line(struct trace *t, enum err code) {
    check_written(t, code);
    if (close_line(t)) leave(t, LEAVE_MEMORY);
}

/* --- noise --- */

/* The running call's variable of this name, or NULL. */
static struct variable *variable_find(struct trace *t, const char *name) {
    for (size_t i = t->variable_count; i-- > 0 && t->variables[i].depth == t->depth;)
        if (!strcmp(t->variables[i].name, bare_name(name))) return &t->variables[i];
    return NULL;
}

static void remember(struct trace *t, const char *name, const struct value *value) {
    struct variable *v = variable_find(t, name);
    if (!v) {
        size_t needed = t->variable_count + 1;
        if (memory_reserve(&t->variables, &t->variable_capacity, needed, sizeof *v)) leave(t, LEAVE_MEMORY);
        v = &t->variables[t->variable_count++];
        v->name = bare_name(name);
        v->depth = t->depth;
    }
    value_copy(&v->value, value);
}

/* Lets the dynamic kinds alter atoms, of values that are `held` those kinds that ask for them. True when a
 * site was hit. */
static bool alter(struct trace *t, struct atom *atoms, int count, bool held) {
    bool hit = false;
    for (int i = 0; i < count; i++) {
        if (atoms[i].kind > KIND_TRUTH) continue;
        for (int k = 0; k < t->kinds; k++) {
            struct acting_noise *n = &t->noises[k];
            if (!n->noise->alter || (held && !n->noise->held)) continue;
            int64_t before = n->tally.hits;
            if (atoms[i].kind == KIND_NUMBER)
                n->noise->alter(&atoms[i].number, n->rate, &n->sites, &n->tally);
            else
                corruption_of_atom(&atoms[i], n->rate, &n->sites, &n->tally);
            hit |= n->tally.hits > before;
        }
    }
    return hit;
}

/* Lets the dynamic kinds act on what is assigned; t->right keeps what it was. True when a site was hit. */
static bool disturb(struct trace *t, const char *name, struct value *value) {
    const struct variable *old = t->forgets ? variable_find(t, name) : NULL;
    bool hit = false;
    value_copy(&t->right, value);
    for (int k = 0; k < t->kinds; k++) {
        struct acting_noise *n = &t->noises[k];
        if (!n->noise->forget || !old || old->value.atom.kind != value->atom.kind) continue;
        if (!n->noise->forget(n->rate, &n->sites, &n->tally)) continue;
        value_copy(value, &old->value);
        hit = true;
    }
    hit |= value_is_list(value) ? alter(t, value->list.atom, value->list.atoms, false)
                                : alter(t, &value->atom, 1, false);
    return hit;
}

/* Marks what noise changed in the value that ends the last line: single tokens where the right value has as
 * many, and all of it otherwise. */
static void mark_value(struct trace *t) {
    t->right_tokens.count = 0;
    check_written(t, token_writer_put_value(&t->right_tokens, &t->alphabets, &t->right, t->settings.reverse));
    if (extend_marks(t)) leave(t, LEAVE_MEMORY);
    size_t end = t->tokens.count, begin = end, length;
    while (t->tokens.id[begin - 1] != TOKEN_EQUALS) begin--;
    length = end - begin;
    const int32_t *right = t->right_tokens.id;
    bool aligned = length == t->right_tokens.count &&
                   memcmp(t->tokens.id + begin, right, length * sizeof *right); /* not equal by chance */
    for (size_t i = 0; i < length; i++) t->marks[begin + i] = !aligned || t->tokens.id[begin + i] != right[i];
}

/* `fix carry = 1` */
static void write_correction(struct trace *t, const char *name, const struct value *value) {
    begin_line(t, name_find(t, TRACE_FIX)->id, name);
    end_line(t, token_writer_put_value(&t->tokens, &t->alphabets, value, t->settings.reverse));
}

/* --- assignment --- */

static void count_assignment(struct trace *t) {
    if (++t->assignments > TRACE_ASSIGNMENTS) leave(t, LEAVE_LIMIT);
    if (t->astray_now && ++t->astray > TRACE_ASTRAY * (int64_t)t->settings.line_limit) leave(t, LEAVE_LIMIT);
}

/* Writes `name = value`, or `name = mod(98, 8) = 2` when a call is given. */
static void write_assignment(struct trace *t, const char *name, const struct value *value,
                             const struct task *called, const struct arguments *in) {
    enum err code = ERR_OK;
    begin_line(t, -1, name);
    if (called) {
        int32_t id = name_find(t, called->name)->id;
        code = token_writer_put_call(&t->tokens, &t->alphabets, id, called, in, t->settings.reverse);
        if (!code) token_writer_put(&t->tokens, TOKEN_EQUALS); /* put_call leaves room for it */
    }
    if (!code) code = token_writer_put_value(&t->tokens, &t->alphabets, value, t->settings.reverse);
    end_line(t, code);
}

/* An assignment at which something may happen to the value: altered, written, perhaps mended, followed. */
static void assign(struct trace *t, const char *name, struct value *value, bool written,
                   const struct task *called, const struct arguments *in) {
    bool hit = disturb(t, name, value), mended = false;
    if (written) {
        write_assignment(t, name, value, called, in);
        if (hit) mark_value(t);
        if (t->settings.refine > 0) mended = pcg_unit(&t->settings.refining) < t->settings.refine && hit;
    }
    if (mended) {
        value_copy(value, &t->right);
        write_correction(t, name, value);
    }
    if (written && t->settings.follow) t->settings.follow(t->settings.context, t->lines - 1, value);
    t->astray_now |= hit && !mended;
    if (t->forgets) remember(t, name, value);
}

/* Whether an assignment is done without more: nothing happens to it, and it is written or not. */
static bool is_plain(struct trace *t, const char *name) {
    count_assignment(t);
    if (t->interferes) return false;
    if (!t->silent) begin_line(t, -1, name);
    return true;
}

void let_number(struct trace *t, const char *name, struct decimal *number) {
    struct value value;
    if (is_plain(t, name)) {
        if (!t->silent) end_line(t, token_writer_put_number(&t->tokens, number, t->settings.reverse));
        return;
    }
    value_set_number(&value, number);
    assign(t, name, &value, !t->silent, NULL, NULL);
    *number = value.atom.number;
}

int64_t let_int(struct trace *t, const char *name, int64_t number) {
    struct value value;
    if (is_plain(t, name)) {
        if (!t->silent) end_line(t, token_writer_put_int(&t->tokens, number, t->settings.reverse));
        return number;
    }
    value_set_int(&value, number);
    assign(t, name, &value, !t->silent, NULL, NULL);
    return decimal_int(&value.atom.number);
}

void let_value(struct trace *t, const char *name, struct value *value) {
    if (!is_plain(t, name))
        assign(t, name, value, !t->silent, NULL, NULL);
    else if (!t->silent)
        end_line(t, token_writer_put_value(&t->tokens, &t->alphabets, value, t->settings.reverse));
}

int let_symbol(struct trace *t, const char *name, const char *const *alphabet, int symbol) {
    struct value value;
    value_set_symbol(&value, alphabet, symbol);
    let_value(t, name, &value);
    return value.atom.symbol;
}

bool let_truth(struct trace *t, const char *name, bool truth) {
    struct value value;
    value_set_truth(&value, truth);
    let_value(t, name, &value);
    return value.atom.truth;
}

void let_list(struct trace *t, const char *name, struct list *list) {
    struct value value;
    if (is_plain(t, name)) {
        if (!t->silent)
            end_line(t, token_writer_put_list(&t->tokens, &t->alphabets, list, t->settings.reverse));
        return;
    }
    value_set_list(&value, list);
    assign(t, name, &value, !t->silent, NULL, NULL);
    list_copy(list, &value.list);
}

/* An error in what is not written is never mended. */
static void keep(struct trace *t, struct atom *atoms, int count) {
    count_assignment(t);
    t->astray_now |= alter(t, atoms, count, true);
}

void hold_number(struct trace *t, struct decimal *number) {
    if (!t->holds) return;
    struct atom atom = atom_number(number);
    keep(t, &atom, 1);
    *number = atom.number;
}

int64_t hold_int(struct trace *t, int64_t number) {
    if (!t->holds) return number;
    struct decimal kept = hold(t, decimal_from(number));
    return decimal_int(&kept);
}

int hold_symbol(struct trace *t, const char *const *alphabet, int symbol) {
    struct atom atom = atom_symbol(alphabet, symbol);
    if (t->holds) keep(t, &atom, 1);
    return atom.symbol;
}

bool hold_truth(struct trace *t, bool truth) {
    struct atom atom = atom_truth(truth);
    if (t->holds) keep(t, &atom, 1);
    return atom.truth;
}

void hold_list(struct trace *t, struct list *list) {
    if (t->holds) keep(t, list->atom, list->atoms);
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
    out->atom.kind = KIND_NUMBER;
    task->run(t, in, out);
    while (t->variable_count && t->variables[t->variable_count - 1].depth == t->depth) t->variable_count--;
    t->silent -= visibility != VISIBILITY_FULL;
    t->depth--;
    bool written = !t->silent && visibility != VISIBILITY_HIDDEN;
    const struct task *called = visibility == VISIBILITY_CALL ? task : NULL;
    if (t->interferes)
        assign(t, name, out, written, called, in);
    else if (written)
        write_assignment(t, name, out, called, in);
}

struct decimal call_numbers(struct trace *t, const char *name, const struct task *task,
                            const struct decimal numbers[PARAMETERS_MAX]) {
    struct arguments in;
    struct value out;
    for (int i = 0; i < PARAMETERS_MAX; i++) in.atom[i] = atom_number(&numbers[i]);
    for (int i = 0; i < LISTS_MAX; i++) list_clear(&in.list[i]);
    call_value(t, name, task, &in, &out);
    return out.atom.number;
}

/* --- running --- */

/* In a function of its own, for locals that live across setjmp would have to be volatile. */
static int run_until_left(struct trace *t, const struct task *task, const struct arguments *arguments) {
    int why = setjmp(t->leave);
    if (why == 0) task->run(t, arguments, &t->answer);
    return why;
}

static enum err refuse_name(const struct task *task, const char *missing, struct error *error) {
    return err_set(error, ERR_INPUT, "task %s writes '%s', which is not in the vocabulary", task->name,
                   missing);
}

static enum err write_answer(struct trace *t, const struct task *task, struct error *error) {
    static const struct name_ids answer = {.keyword = -1, .id = TOKEN_ANSWER};
    enum err code = open_line(t, -1, &answer);
    if (!code) code = token_writer_put_value(&t->tokens, &t->alphabets, &t->answer, t->settings.reverse);
    if (code == ERR_INPUT) return refuse_name(task, t->alphabets.missing, error);
    return code || close_line(t) || extend_marks(t) ? err_memory(error, "a trace") : ERR_OK;
}

enum err trace_run(struct trace *t, const struct trace_settings *settings, const struct task *task,
                   const struct arguments *arguments, struct acting_noise *noises, int kinds,
                   struct error *error) {
    t->settings = *settings;
    t->noises = noises;
    t->kinds = kinds;
    t->tokens.count = t->marked = 0;
    t->lines = t->assignments = t->depth = 0;
    t->astray = 0;
    t->astray_now = t->forgets = t->holds = false;
    t->interferes = kinds > 0 || settings->follow;
    for (int k = 0; k < kinds; k++) {
        t->forgets |= noises[k].noise->forget != NULL;
        t->holds |= noises[k].noise->held;
    }
    t->variable_count = 0;
    memset(t->names, 0, sizeof t->names);
    t->silent = settings->silent;
    alphabets_open(&t->alphabets, settings->vocabulary);
    t->answer.atom.kind = KIND_NUMBER;
    if (memory_reserve(&t->starts, &t->starts_capacity, 2, sizeof *t->starts))
        return err_memory(error, "a trace");
    t->starts[0] = 0;
    int why = run_until_left(t, task, arguments);
    if (why == LEAVE_NAME) return refuse_name(task, t->missing, error);
    t->truncated = why == LEAVE_LIMIT;
    if (t->truncated) {
        value_set_int(&t->answer, 0);
        t->tokens.count = (size_t)t->starts[t->lines]; /* drop a line that was begun, which has no marks */
    }
    if (why == LEAVE_MEMORY) return err_memory(error, "a trace");
    return write_answer(t, task, error);
}

const struct value *trace_answer(const struct trace *t) { return &t->answer; }
const int32_t *trace_tokens(const struct trace *t) { return t->tokens.id; }
const int *trace_starts(const struct trace *t) { return t->starts; }
const uint8_t *trace_marks(const struct trace *t) { return t->marks; }
int trace_lines(const struct trace *t) { return t->lines; }
bool trace_truncated(const struct trace *t) { return t->truncated; }
const struct alphabets *trace_alphabets(const struct trace *t) { return &t->alphabets; }
