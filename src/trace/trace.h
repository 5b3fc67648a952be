/* The recorder: an algorithm runs under it, and each assignment becomes a line `name = value`.
 *
 * Tokens from birth: a line is written as token ids. Dynamic noise acts inside let() and call(), so the
 * algorithm goes on with what was written. When the line limit is reached, let() does not return: the
 * recorder leaves the algorithm (longjmp), so a task must not hold memory or locks. */
#ifndef COTNOISE_TRACE_TRACE_H
#define COTNOISE_TRACE_TRACE_H

#include "base/err.h"
#include "base/pcg.h"
#include "trace/aim.h"
#include "trace/noise.h"
#include "trace/task.h"

/* --- for authors of tasks --- */

/* Assigns: writes `name = value` and returns the value to go on with. `name` is one of task->names, and may
 * have a keyword before it where the algorithm branches: let(t, "visit node", x) writes `visit node = 3`. */
static inline struct decimal let(struct trace *t, const char *name, struct decimal value);
int64_t let_int(struct trace *t, const char *name, int64_t value); /* as decimal_int gives it */
int let_symbol(struct trace *t, const char *name, const char *const *alphabet, int symbol);
bool let_truth(struct trace *t, const char *name, bool truth);

/* Noise, or a wrong trace that is read, may make any number of a value. What let_int makes of one of up to
 * LET_INT_MAX, below 0 too, is no larger than that: sums and products of two do not overflow. */
enum { LET_INT_MAX = 1000000000 };

/* The same in place: for a number, a list or tuple, any value. */
void let_number(struct trace *t, const char *name, struct decimal *number);
void let_list(struct trace *t, const char *name, struct list *list);
void let_value(struct trace *t, const char *name, struct value *value);

/* Keeps a value that goes on without being written: a remainder, a growing result, a length. Returns the
 * value to go on with, which only the noises that ask for such values (noise.h, `held`) may change; without
 * one, as it is and at no cost. hold_int is for lengths and indices: the value as decimal_int gives it, but
 * `value` itself without such a noise. Loops that it bounds end as those on assigned values do: each hold
 * counts as an assignment where such a noise acts. */
static inline struct decimal hold(struct trace *t, struct decimal value);
void hold_number(struct trace *t, struct decimal *number); /* altered in place */
int64_t hold_int(struct trace *t, int64_t value);
int hold_symbol(struct trace *t, const char *const *alphabet, int symbol);
bool hold_truth(struct trace *t, bool truth);
void hold_list(struct trace *t, struct list *list); /* altered in place */

/* Calls another task on numbers and assigns its result: call(t, "y", &task_mod, x, y). How much is written
 * is the callee's visibility: its lines and `y = 2`, the one line `y = mod(98, 8) = 2`, or nothing. */
#define call(t, name, task, ...) \
    call_numbers(t, name, task, (const struct decimal[PARAMETERS_MAX]){__VA_ARGS__})
struct decimal call_numbers(struct trace *t, const char *name, const struct task *task,
                            const struct decimal numbers[PARAMETERS_MAX]);

/* The same for any arguments and result. `in` and `out` may not overlap. */
void call_value(struct trace *t, const char *name, const struct task *task, const struct arguments *in,
                struct value *out);

/* What a trace begins with, for hold() to see: whether some noise acts on values that are not written. */
struct trace_head {
    bool holds;
};

/* Here, so that the compiler need not copy what is passed. */
static inline struct decimal let(struct trace *t, const char *name, struct decimal value) {
    let_number(t, name, &value);
    return value;
}

static inline struct decimal hold(struct trace *t, struct decimal value) {
    if (((const struct trace_head *)t)->holds) hold_number(t, &value);
    return value;
}

/* --- for those who run tasks --- */

/* The word that a correction line begins with: `fix carry = 1`. */
#define TRACE_FIX "fix"

/* The default line limit, and the largest; and what ends any trace, whatever the limit: so many assignments
 * (those of hidden calls count) or tokens. From the first error that is not mended, so many assignments a
 * line of the limit.
 */
enum {
    TRACE_LINE_LIMIT = 300,
    TRACE_LINES_MAX = 100000,
    TRACE_ASSIGNMENTS = 2000000,
    TRACE_TOKENS = 1000000,
    TRACE_ASTRAY = 20
};

/* One noise at work: its rate, the stream of its sites, and what came of it. */
struct acting_noise {
    const struct noise *noise;
    double rate;
    struct pcg sites;
    struct tally tally;
};

struct trace; /* opaque; reused from run to run, so that a warm one allocates nothing */

/* How a trace is written. The pointers must outlive its use; the vocabulary, and the names that a task passes
 * to let() and call(), the recorder, which remembers their ids from run to run. */
struct trace_settings {
    const struct vocabulary *vocabulary;
    const struct task *const *tasks; /* NULL-terminated, parallel to visibility */
    const enum visibility *visibility;
    int line_limit;
    bool silent;           /* write only the answer line */
    bool reverse;          /* write numbers least significant digit first, a minus before them */
    double refine;         /* chance that an error in a written line is mended by the line behind it */
    struct pcg refining;   /* one draw for each written assignment, where noise acts and refine is above 0 */
    const struct aim *aim; /* noise hits what is assigned to these names in a line of its own alone, which
                              `silent` leaves unwritten; NULL: all that its kinds are for */
    /* Called behind each line that an assignment wrote, with the line's number and the value that the
     * algorithm is about to go on with, which it may change; NULL: nobody asks. */
    void (*follow)(void *context, int line, struct value *value);
    void *context;
};

/* ERR_RUNTIME without memory; the words are the caller's. NULL may be freed. */
enum err trace_create(struct trace **out);
void trace_free(struct trace *trace);

/* Runs the task, with `kinds` dynamic noises acting (tallies zero to begin with). ERR_RUNTIME without memory,
 * ERR_INPUT when the task writes a name or symbol that the vocabulary lacks. */
enum err trace_run(struct trace *trace, const struct trace_settings *settings, const struct task *task,
                   const struct arguments *arguments, struct acting_noise *noises, int kinds,
                   struct error *error);

/* What the last run wrote; valid until the next. Lines have no newline; the last is `answer = value`. */
const struct value *trace_answer(const struct trace *trace);
const int32_t *trace_tokens(const struct trace *trace);
const int *trace_starts(const struct trace *trace);    /* lines + 1 offsets into the tokens */
const uint8_t *trace_marks(const struct trace *trace); /* 1 for tokens that dynamic noise changed */
bool trace_is_marked(const struct trace *trace);       /* there may be such tokens */
int trace_lines(const struct trace *trace);
const struct alphabets *trace_alphabets(const struct trace *trace); /* of the symbols that it wrote */
bool trace_truncated(const struct trace *trace); /* the limit was reached: the answer is 0 */

#endif
