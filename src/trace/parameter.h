/* A parameter of a task: what its arguments may be, and how they are read and printed as text. */
#ifndef COTNOISE_TRACE_PARAMETER_H
#define COTNOISE_TRACE_PARAMETER_H

#include <stdbool.h>

#include "base/buffer.h"
#include "trace/value.h"

enum parameter_kind {
    PARAMETER_NUMBER,
    PARAMETER_SYMBOL, /* of the task's alphabet */
    PARAMETER_TRUTH,
    PARAMETER_LIST,    /* one argument, [88, 80, 412]; at most LISTS_MAX parameters of a task */
    PARAMETER_NUMBERS, /* the rest of the arguments, at least two numbers; held as a list */
};

struct parameter {
    const char *name;
    enum parameter_kind kind;
    const char *element; /* the form of a list's elements (below): "(number, number)"; NULL: "number" */
    /* Of each number of the parameter, in lists too: */
    bool negative;  /* may be below 0 */
    bool positive;  /* must be above 0: divisors */
    bool nonempty;  /* must a list have elements */
    bool ascending; /* must a list of numbers be in ascending order; a drawn one is sorted */
    bool from_list; /* half of the drawn ones are elements of the first list, a parameter before this one */
    bool own_range; /* drawn uniformly from min ... max (or drawn_max), whatever the sizes */
    int max_digits; /* at most DECIMAL_ARGUMENT; 0 means DECIMAL_ARGUMENT */
    int64_t min;    /* smallest allowed value; 0 = as `negative` and `positive` say */
    int64_t max;    /* largest allowed value where the algorithm's length follows the value; 0 = no limit */
    int64_t drawn_max; /* with own_range: the largest that is drawn, where larger ones make long traces; 0 =
                          max */
};

/* Whether a list holds its arguments: PARAMETER_LIST, PARAMETER_NUMBERS. */
bool parameter_is_list(const struct parameter *parameter);

/* Whether numbers are among its arguments. */
bool parameter_has_numbers(const struct parameter *parameter);

/* Whether the parameter allows a number (in its lists too), and how many digits it may have. */
bool parameter_allows(const struct parameter *parameter, const struct decimal *number);
int parameter_digits(const struct parameter *parameter);

/* Whether a form is one:  number | symbol | truth | [form] | (form, form ...). A list may be empty. */
bool parameter_form_is_valid(const char *form);

/* Appends what the parameter allows, in words; `alphabet` is the task's. */
void parameter_describe(const struct parameter *parameter, const char *const *alphabet, struct buffer *out);

/* Reads one argument: an atom, or (of PARAMETER_NUMBERS, one of its numbers, added) a list. Spaces around
 * numbers, commas and brackets are passed over. A number is taken only as it is printed: not 007, +7 or -0.
 * False, and outputs of no use, when the text is not allowed. */
bool parameter_read(const struct parameter *parameter, const char *const *alphabet, const char *text,
                    struct atom *atom, struct list *list);

/* Appends a value as parameter_read takes it. */
void parameter_print_atom(const struct atom *atom, struct buffer *out);
void parameter_print_list(const struct list *list, struct buffer *out);

#endif
