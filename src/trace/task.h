/* What a task is: an algorithm on integers and lists, with all that the program must know to ask for it.
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
#include "trace/decimal.h"
#include "trace/family.h"
#include "trace/vocabulary.h"

struct trace;

enum { PARAMETERS_MAX = 4, TASKS_MAX = 64 };

/* How much of a called task is written. */
enum visibility { VISIBILITY_FULL, VISIBILITY_CALL, VISIBILITY_HIDDEN };
extern const char *const visibility_names[]; /* NULL-terminated, in the order of the enum */

enum parameter_kind {
    PARAMETER_NUMBER,
    PARAMETER_LIST,    /* one argument, [88, 80, 412]; at most one parameter of a task */
    PARAMETER_NUMBERS, /* the rest of the arguments, at least two numbers; held as a list */
};

struct parameter {
    const char *name;
    enum parameter_kind kind;
    bool negative;  /* may (an element) be below 0 */
    bool positive;  /* must (an element) be above 0: divisors */
    bool nonempty;  /* must a list have elements */
    bool ascending; /* must a list be in ascending order; a drawn one is sorted */
    bool from_list; /* half of the drawn ones are elements of the list, a parameter before this one */
    bool own_range; /* drawn uniformly from min ... max (or drawn_max), whatever the sizes */
    int max_digits; /* at most DECIMAL_ARGUMENT; 0 means DECIMAL_ARGUMENT */
    int64_t min;    /* smallest allowed value; 0 = as `negative` and `positive` say */
    int64_t max;    /* largest allowed value where the algorithm's length follows the value; 0 = no limit */
    int64_t drawn_max; /* with own_range: the largest that is drawn, where larger ones make long traces; 0 =
                          max */
};

/* Whether the parameter allows a value (an element of its list), and how many digits it may have. */
bool parameter_allows(const struct parameter *parameter, const struct decimal *value);
int parameter_digits(const struct parameter *parameter);

/* Appends what the parameter allows, in words. */
void parameter_describe(const struct parameter *parameter, struct buffer *out);

enum sampling { SAMPLING_LENGTH, SAMPLING_MAGNITUDE };
extern const char *const sampling_names[]; /* NULL-terminated, in the order of the enum */

/* How arguments are drawn. Length: the number of digits uniform, then the digits (the first not 0 in a
 * number of two or more). Magnitude: the value uniform. A list's length is uniform in both. */
struct sizes {
    enum sampling sampling;
    int min_digits, max_digits; /* 1 ... DECIMAL_ARGUMENT */
    int64_t min, max;
    int min_length, max_length; /* of lists: 0 ... LIST_MAX */
};

/* A problem's arguments: the numbers in parameter order, and the one list (also PARAMETER_NUMBERS). */
struct arguments {
    struct decimal number[PARAMETERS_MAX];
    struct list list;
};

/* What a task returns. */
struct value {
    bool is_list;
    struct decimal number;
    struct list list;
};

struct task {
    const char *name, *summary;
    const char *about; /* how it goes and how its trace is read: 2 to 6 lines of 100 characters, not broken */
    enum family family; /* of which kind its steps are */
    const char *infix;  /* "+": the prompt is `58679 + 52`; NULL: it is `name(48, 18)` */
    struct parameter parameters[PARAMETERS_MAX]; /* up to the first without a name */
    const char *const *names;                    /* what it passes to let() and call(); NULL-terminated */
    const struct task *const *calls;             /* tasks that it calls, NULL-terminated; or NULL */
    bool symmetric;                              /* of two numbers, whose order does not matter */
    enum visibility visibility;                  /* default when it is called */
    struct sizes sizes;                          /* defaults of the sampler */
    void (*run)(struct trace *t, const struct arguments *in, struct value *out);
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

/* Whether sizes can be used with the task at all: ERR_INPUT says what is allowed. */
enum err task_check_sizes(const struct task *task, const struct sizes *sizes, struct error *error);

/* A number that depends on the prompt alone: the same in every program, whatever the vocabulary. */
uint64_t task_hash(const struct task *task, const struct arguments *arguments);

#endif
