/* The recorder: runs, and calls of one task from another. See trace.h. */
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trace/token_writer.h"
#include "trace/trace_state.h"

enum { CALL_DEPTH = 32 };

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

static enum visibility visibility_of(const struct trace *t, const struct task *task) {
    for (int i = 0; t->settings.tasks[i]; i++)
        if (t->settings.tasks[i] == task) return t->settings.visibility[i];
    return task->visibility;
}

void call_value(struct trace *t, const char *name, const struct task *task, const struct arguments *in,
                struct value *out) {
    enum visibility visibility = visibility_of(t, task);
    if (t->depth == CALL_DEPTH) trace_leave(t, LEAVE_LIMIT);
    trace_count_assignment(t);
    t->depth++;
    t->silent += visibility != VISIBILITY_FULL;
    out->atom.kind = KIND_NUMBER;
    task->run(t, in, out);
    while (t->variable_count && t->variables[t->variable_count - 1].depth == t->depth) t->variable_count--;
    t->silent -= visibility != VISIBILITY_FULL;
    t->depth--;
    bool lined = trace_has_lines(t) && visibility != VISIBILITY_HIDDEN;
    const struct task *called = visibility == VISIBILITY_CALL ? task : NULL;
    if (t->interferes)
        trace_assign(t, name, out, lined, called, in);
    else if (lined && !t->settings.silent)
        trace_write_assignment(t, name, out, called, in);
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

enum err trace_run(struct trace *t, const struct trace_settings *settings, const struct task *task,
                   const struct arguments *arguments, struct acting_noise *noises, int kinds,
                   struct error *error) {
    if (settings->vocabulary != t->settings.vocabulary) memset(t->names, 0, sizeof t->names);
    t->settings = *settings;
    t->noises = noises;
    t->kinds = kinds;
    t->tokens.count = t->marked = 0;
    t->lines = t->assignments = t->depth = 0;
    t->astray = 0;
    t->astray_now = t->forgets = t->head.holds = false;
    t->interferes = kinds > 0 || settings->follow;
    for (int k = 0; k < kinds; k++) {
        t->forgets |= noises[k].noise->forget != NULL;
        t->head.holds |= noises[k].noise->held;
    }
    t->variable_count = 0;
    t->silent = settings->silent;
    alphabets_open(&t->alphabets, settings->vocabulary);
    t->answer.atom.kind = KIND_NUMBER;
    if (memory_reserve(&t->starts, &t->starts_capacity, 2, sizeof *t->starts))
        return err_memory(error, "a trace");
    t->starts[0] = 0;
    int why = run_until_left(t, task, arguments);
    t->truncated = why == LEAVE_LIMIT;
    if (t->truncated) {
        value_set_int(&t->answer, 0);
        t->tokens.count = (size_t)t->starts[t->lines]; /* drop a line that was begun, which has no marks */
    }
    enum err code = why == LEAVE_MEMORY ? ERR_RUNTIME : why == LEAVE_NAME ? ERR_INPUT : trace_write_answer(t);
    if (code == ERR_INPUT)
        return err_set(error, code, "task %s writes '%s', which is not in the vocabulary", task->name,
                       t->missing);
    return code ? err_memory(error, "a trace") : ERR_OK;
}

const struct value *trace_answer(const struct trace *t) { return &t->answer; }
const int32_t *trace_tokens(const struct trace *t) { return t->tokens.id; }
const int *trace_starts(const struct trace *t) { return t->starts; }
const uint8_t *trace_marks(const struct trace *t) { return t->marks; }
bool trace_is_marked(const struct trace *t) { return t->kinds > 0; }
int trace_lines(const struct trace *t) { return t->lines; }
bool trace_truncated(const struct trace *t) { return t->truncated; }
const struct alphabets *trace_alphabets(const struct trace *t) { return &t->alphabets; }
