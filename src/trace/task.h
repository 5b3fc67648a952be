/* What a task is: an algorithm on values, with all that the program must know to ask for it.
 *
 * A task is one file in tasks/ that exports `const struct task task_FILE`. Its function names each value
 * as it assigns it, through let() and call() of trace.h, and so writes its own trace. */
#ifndef COTNOISE_TRACE_TASK_H
#define COTNOISE_TRACE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/err.h"
#include "base/pcg.h"
#include "trace/family.h"
#include "trace/parameter.h"
#include "trace/vocabulary.h"

struct trace;

enum { PARAMETERS_MAX = 4, LISTS_MAX = 3, TASKS_MAX = 64 };

/* How much of a called task is written. */
enum visibility { VISIBILITY_FULL, VISIBILITY_CALL, VISIBILITY_HIDDEN };
extern const char *const visibility_names[]; /* NULL-terminated, in the order of the enum */

enum sampling { SAMPLING_LENGTH, SAMPLING_MAGNITUDE };
extern const char *const sampling_names[]; /* NULL-terminated, in the order of the enum */

/* How arguments are drawn. Length: the number of digits uniform, then the digits (the first not 0 in a
 * number of two or more). Magnitude: the value uniform. A list's length is uniform in both, and so is the
 * size of a problem that the task draws itself. */
struct sizes {
    enum sampling sampling;
    int min_digits, max_digits; /* 1 ... DECIMAL_ARGUMENT */
    int64_t min, max;
    int min_length, max_length; /* of lists, or the problem's size: 0 ... LIST_MAX */
};

/* A problem's arguments: numbers, symbols and truths at their parameter's place, and the lists (also
 * PARAMETER_NUMBERS) in their order. Large (about 37 KB), and only what is in use counts. */
struct arguments {
    struct atom atom[PARAMETERS_MAX];
    struct list list[LISTS_MAX];
};

/* A line of a completion as a task's own judge sees it. */
struct judged_line {
    const char *name; /* one of the task's names, keyword and all, or "answer" */
    const struct value *value;
};

struct task {
    const char *name, *summary;
    const char *about; /* how it goes and how its trace is read: 2 to 7 lines of 100 characters, not broken */
    enum family family; /* of which kind its steps are */
    const char *infix;  /* "+": the prompt is `58679 + 52`; NULL: it is `name(48, 18)` */
    struct parameter parameters[PARAMETERS_MAX]; /* up to the first without a name */
    const char *const *names;    /* what it passes to let() and call(), and `true` and `false` where it writes
                                    truths; NULL-terminated */
    const char *const *alphabet; /* texts of its symbols, NULL-terminated, at most ALPHABET_MAX; or NULL */
    const struct task *const *calls; /* tasks that it calls, NULL-terminated; or NULL */
    bool symmetric;                  /* of two numbers, whose order does not matter */
    enum visibility visibility;      /* default when it is called */
    struct sizes sizes;              /* defaults of the sampler */
    void (*run)(struct trace *t, const struct arguments *in, struct value *out);

    /* A task may draw its own problems: a problem of this size (min_length ... max_length of the sizes), from
     * `pcg` alone, into the zeroed *out; false: draw again. NULL: drawn parameter by parameter. */
    bool (*draw)(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out);

    /* What is wrong with a problem whose arguments are right one by one ("the graph has a cycle"), or NULL.
     */
    const char *(*fault)(const struct arguments *in);

    /* Where more than one answer or trace is right: whether an answer is, and whether line i of a completion
     * is a right step after those before it. The last is the answer line, of name "answer": whether it
     * follows from them. Both are asked about problems without fault alone, whose numbers the parameters
     * allow; values may be anything. NULL, both: the true ones alone are right. */
    bool (*judge_answer)(const struct arguments *in, const struct value *answer);
    bool (*judge_line)(const struct arguments *in, const struct judged_line *lines, int i);
};

/* Reads the arguments of a task from `count` strings ("58679", "[88, 80, 412]"; spaces around numbers, commas
 * and brackets are passed over). Numbers are taken only as task_print_argument writes them: not 007, +7 or
 * -0. ERR_INPUT says which is wrong and what is allowed. */
enum err task_parse(const struct task *task, int count, const char *const *texts, struct arguments *out,
                    struct error *error);

/* How many strings task_parse would take for these arguments, and string i of them (appended to *out). */
int task_argument_count(const struct task *task, const struct arguments *arguments);
void task_print_argument(const struct task *task, const struct arguments *arguments, int i,
                         struct buffer *out);

/* Whether the task calls another one, or one that it calls does. */
bool task_calls(const struct task *task, const struct task *called);

/* Which sizes the task's problems are drawn by: digits, a range of values, lengths of lists. One that draws
 * its problems itself says so by its defaults: what is 0 there it does not use. */
bool task_uses_digits(const struct task *task);
bool task_uses_range(const struct task *task);
bool task_uses_lengths(const struct task *task);

/* Whether sizes can be used with the task at all: ERR_INPUT says what is allowed. */
enum err task_check_sizes(const struct task *task, const struct sizes *sizes, struct error *error);

/* Which of the lists the list parameter number `parameter` is. */
int task_list_place(const struct task *task, int parameter);

/* Zeros and empty lists; and a copy of what is in use. */
void arguments_clear(struct arguments *arguments);
void arguments_copy(const struct task *task, struct arguments *to, const struct arguments *from);

/* A number that depends on the prompt alone: the same in every program, whatever the vocabulary. */
uint64_t task_hash(const struct task *task, const struct arguments *arguments);

#endif
