/* Long division: bring down a digit, see how often y goes into it, keep what is left. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"part", "quot", "prod", "rem", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct decimal *y = &in->atom[1].number;
    struct decimal x = in->atom[0].number; /* what is left of it */
    struct decimal rem = decimal_from(0), whole = decimal_from(0), quot;
    for (int64_t i = hold_int(t, decimal_length(&x)) - 1; i >= 0; i--) {
        struct decimal part = decimal_shift(&rem, 1), digit = decimal_from(decimal_digit(&x, i));
        x = hold(t, decimal_low(&x, i));
        part = let(t, "part", decimal_add(&part, &digit));
        decimal_divmod(&part, y, &quot, NULL);
        quot = let(t, "quot", quot);
        struct decimal prod = let(t, "prod", decimal_mul(&quot, y));
        rem = let(t, "rem", decimal_sub(&part, &prod));
        whole = decimal_shift(&whole, 1);
        whole = hold(t, decimal_add(&whole, &quot));
    }
    out->atom.number = whole;
}

const struct task task_div = {
    .name = "div",
    .summary = "the whole quotient of x and y, by long division",
    .about = "The whole quotient, rounded down, a digit of x at a time from the first: part is the "
             "remainder so far with the digit brought down, quot how often y goes into it (the next digit "
             "of the answer), prod is quot times y, and rem what prod leaves of part. What is left of x "
             "and the quotient so far are not written. y is above 0. A wrong rem makes the next part "
             "wrong, whose quot may then be above 9.",
    .family = FAMILY_LOOKUP,
    .infix = "/",
    .parameters = {{.name = "x"}, {.name = "y", .positive = true}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 3, .max = 999},
    .run = run,
};
