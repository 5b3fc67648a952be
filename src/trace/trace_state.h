/* The recorder's inside, shared by its three files: trace.c (runs and calls), trace_lines.c (what is written)
 * and trace_assignment.c (what happens to a value that is assigned or kept). */
#ifndef COTNOISE_TRACE_TRACE_STATE_H
#define COTNOISE_TRACE_TRACE_STATE_H

#include <setjmp.h>

#include "trace/trace.h"

enum { NAMES = 32 /* ids that are remembered; a power of two */ };

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
    struct trace_head head; /* the first member, so that a pointer to it is one to the trace */
    struct trace_settings settings;
    struct acting_noise *noises;
    int kinds;
    bool interferes;    /* noise acts, or somebody follows */
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
    struct name_ids names[NAMES]; /* found in the vocabulary, at places that follow from names' addresses */
    struct alphabets alphabets;   /* found in this run */
    const char *missing;          /* a name or symbol that the vocabulary lacks */
    struct value answer;
    jmp_buf leave;
};

/* Leaves the algorithm: trace_run goes on. */
_Noreturn void trace_leave(struct trace *t, enum leave why);

/* --- trace_lines.c --- */

/* The name without its keyword. */
const char *trace_bare_name(const char *name);

/* Whether the noise that is aimed is so at lines of this name. */
bool trace_is_aimed(struct trace *t, const char *name);

/* Begins a line of the algorithm, which is left when there is no room but for the answer; and ends it.
 * `code`: whether the line's value could be written. */
void trace_begin_line(struct trace *t, const char *name);
void trace_end_line(struct trace *t, enum err code);

/* Writes `name = value`, or `name = mod(98, 8) = 2` when a call is given; `fix name = value`. */
void trace_write_assignment(struct trace *t, const char *name, const struct value *value,
                            const struct task *called, const struct arguments *in);
int64_t trace_write_int(struct trace *t, const char *name, int64_t number); /* gives the number back */
void trace_write_correction(struct trace *t, const char *name, const struct value *value);

/* Marks what noise changed in the value that ends the last line: single tokens where the right value has as
 * many, and all of it otherwise. */
void trace_mark_value(struct trace *t);

/* Writes the answer line. ERR_RUNTIME without memory, ERR_INPUT when the vocabulary lacks a symbol
 * (t->missing).
 */
enum err trace_write_answer(struct trace *t);

/* --- trace_assignment.c --- */

/* Counts it, and leaves an algorithm that has made too many. */
static inline void trace_count_assignment(struct trace *t) {
    if (++t->assignments > TRACE_ASSIGNMENTS) trace_leave(t, LEAVE_LIMIT);
    if (t->astray_now && ++t->astray > TRACE_ASTRAY * (int64_t)t->settings.line_limit)
        trace_leave(t, LEAVE_LIMIT);
}

/* Whether lines are written here, where the format writes any: not within a call that is not shown. */
static inline bool trace_has_lines(const struct trace *t) { return t->silent == t->settings.silent; }

/* An assignment at which something may happen to the value: altered, written, perhaps mended, followed.
 * `lined`: it has a line, where the format writes any. */
void trace_assign(struct trace *t, const char *name, struct value *value, bool lined,
                  const struct task *called, const struct arguments *in);

#endif
