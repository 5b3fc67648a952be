/* From a finished trace to a completion. See completion.h. */
#include "data/completion.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void completion_free(struct completion *c) {
    tokens_free(&c->tokens);
    tokens_free(&c->edits);
    free(c->marks);
    free(c->origins);
    free(c->draft_marks);
    free(c->copies);
    free(c->aimed);
    free(c->value_of);
    free(c->order);
    free(c->ranks);
    *c = (struct completion){0};
}

/* A draft in which nothing is changed yet. */
static enum err begin(struct completion *c, const struct trace *trace, const struct completion_plan *plan,
                      struct draft *draft) {
    int lines = trace_lines(trace);
    size_t n = (size_t)lines, count = (size_t)trace_starts(trace)[lines];
    if (memory_reserve(&c->edits.id, &c->edits.capacity, count, sizeof *c->edits.id) ||
        memory_reserve(&c->draft_marks, &c->draft_marks_capacity, count, 1) ||
        memory_reserve(&c->copies, &c->copies_capacity, n, 1) ||
        memory_reserve(&c->aimed, &c->aimed_capacity, n, sizeof *c->aimed) ||
        memory_reserve(&c->value_of, &c->value_of_capacity, n, sizeof *c->value_of) ||
        memory_reserve(&c->order, &c->order_capacity, n, sizeof *c->order))
        return ERR_RUNTIME;
    *draft = (struct draft){.tokens = trace_tokens(trace),
                            .start = trace_starts(trace),
                            .lines = lines,
                            .answer_clean = plan->answer_clean,
                            .aimed = plan->aim ? c->aimed : NULL,
                            .edit = c->edits.id,
                            .mark = c->draft_marks,
                            .value_of = c->value_of,
                            .copies = c->copies,
                            .order = c->order,
                            .alphabets = trace_alphabets(trace)};
    memcpy(draft->edit, draft->tokens, count * sizeof *draft->edit);
    memcpy(draft->mark, trace_marks(trace), count);
    memset(draft->copies, 1, n);
    for (int i = 0; i < lines; i++) draft->value_of[i] = draft->order[i] = i;
    for (int i = 0; plan->aim && i < lines; i++)
        c->aimed[i] = aim_has_line(plan->aim, draft->tokens + draft->start[i]);
    return ERR_OK;
}

static int ascending(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Leaves a share of the lines out, whatever noise did to them. A larger share leaves out the same and more.
 */
static enum err drop_lines(struct completion *c, struct draft *draft, struct completion_plan *plan) {
    int candidates = draft->lines - 1, dropped = (int)(plan->drop * candidates + 0.5);
    if (!dropped) return ERR_OK;
    if (!plan->drop_random) {
        memset(draft->copies, 0, (size_t)dropped);
        return ERR_OK;
    }
    if (memory_reserve(&c->ranks, &c->ranks_capacity, (size_t)candidates, sizeof *c->ranks))
        return ERR_RUNTIME;
    for (int i = 0; i < candidates; i++) c->ranks[i] = (uint64_t)pcg_next(&plan->drops) << 32 | (uint32_t)i;
    qsort(c->ranks, (size_t)candidates, sizeof *c->ranks, ascending);
    for (int i = 0; i < dropped; i++) draft->copies[(uint32_t)c->ranks[i]] = 0;
    return ERR_OK;
}

/* Where a line's value begins: behind its last `=`. */
static int value_start(const struct draft *draft, int line) {
    int at = draft->start[line + 1];
    while (draft->tokens[at - 1] != TOKEN_EQUALS) at--;
    return at;
}

/* Appends tokens from ... to - 1 of the draft that were not deleted; `mark`: noise put them here. */
static void copy_tokens(struct completion *c, const struct draft *draft, int from, int to, bool mark) {
    for (int k = from; k < to; k++) {
        if (draft->edit[k] < 0) continue;
        c->marks[c->tokens.count] = draft->mark[k] | mark;
        c->tokens.id[c->tokens.count++] = draft->edit[k];
    }
}

/* Appends a line, behind a newline unless it is the first. ERR_RUNTIME without memory. */
static enum err write_line(struct completion *c, const struct draft *draft, int line, bool mark) {
    int begin = draft->start[line], end = draft->start[line + 1], other = draft->value_of[line];
    int other_begin = draft->start[other], other_end = draft->start[other + 1];
    size_t needed = c->tokens.count + (size_t)(end - begin) + (size_t)(other_end - other_begin) + 1;
    if (memory_reserve(&c->tokens.id, &c->tokens.capacity, needed, sizeof *c->tokens.id) ||
        memory_reserve(&c->marks, &c->marks_capacity, needed, 1) ||
        memory_reserve(&c->origins, &c->origins_capacity, (size_t)c->lines + 1, sizeof *c->origins))
        return ERR_RUNTIME;
    if (c->lines) {
        c->marks[c->tokens.count] = 0;
        c->tokens.id[c->tokens.count++] = TOKEN_NEWLINE;
    }
    if (other == line) {
        copy_tokens(c, draft, begin, end, mark);
    } else {
        copy_tokens(c, draft, begin, value_start(draft, line), mark);
        copy_tokens(c, draft, value_start(draft, other), other_end, true);
    }
    c->origins[c->lines++] = line;
    return ERR_OK;
}

/* Copies the tokens of a line, as a whole block where `readable` tokens allow it: most lines are short.
 * Behind the line there must be room for a block. Returns the end. */
enum { BLOCK = 8 };
static int32_t *copy_line(int32_t *to, const int32_t *from, int count, int readable) {
    if (count <= BLOCK && readable >= BLOCK)
        memcpy(to, from, BLOCK * sizeof *to);
    else
        memcpy(to, from, (size_t)count * sizeof *to);
    return to + count;
}

/* The trace as it is, with newlines between its lines. */
static enum err copy_trace(struct completion *c, const struct trace *trace) {
    const int *start = trace_starts(trace);
    int lines = trace_lines(trace);
    size_t needed = (size_t)start[lines] + (size_t)lines;
    if (memory_reserve(&c->tokens.id, &c->tokens.capacity, needed + BLOCK, sizeof *c->tokens.id) ||
        memory_reserve(&c->marks, &c->marks_capacity, needed, 1) ||
        memory_reserve(&c->origins, &c->origins_capacity, (size_t)lines, sizeof *c->origins))
        return ERR_RUNTIME;
    const int32_t *from = trace_tokens(trace);
    const uint8_t *marks = trace_marks(trace);
    int32_t *to = c->tokens.id;
    bool is_marked = trace_is_marked(trace);
    memset(c->marks, 0, needed);
    for (int line = 0, k = 0; line < lines; line++) {
        c->origins[line] = line;
        if (is_marked) memcpy(c->marks + k + line, marks + k, (size_t)(start[line + 1] - k));
        to = copy_line(to, from + k, start[line + 1] - k, start[lines] - k);
        k = start[line + 1];
        *to++ = TOKEN_NEWLINE;
    }
    c->tokens.count = needed - 1; /* none behind the last */
    c->lines = lines;
    return ERR_OK;
}

enum err completion_make(struct completion *c, const struct trace *trace, struct completion_plan *plan) {
    struct draft draft;
    if (!plan->kinds && plan->drop <= 0 && !plan->answer_first) return copy_trace(c, trace);
    if (begin(c, trace, plan, &draft)) return ERR_RUNTIME;
    for (int k = 0; k < plan->kinds; k++) {
        struct acting_noise *n = &plan->noises[k];
        n->noise->apply(&draft, n->rate, &n->sites, &n->tally);
    }
    if (plan->drop > 0 && drop_lines(c, &draft, plan)) return ERR_RUNTIME;
    c->tokens.count = 0;
    c->lines = 0;
    int answer = draft.lines - 1;
    if (plan->answer_first && write_line(c, &draft, answer, false)) return ERR_RUNTIME;
    for (int place = 0; place < draft.lines - plan->answer_first; place++) {
        int line = draft.order[place];
        for (int copy = 0; copy < draft.copies[line]; copy++)
            if (write_line(c, &draft, line, copy > 0)) return ERR_RUNTIME;
    }
    return ERR_OK;
}
