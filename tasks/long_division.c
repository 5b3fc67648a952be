/* Long division with all of it written: what is brought down, the quotient so far, and at the end both the
 * quotient and the remainder. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"digit", "part", "times", "prod", "rem", "quot", NULL};

/* The number with one digit more behind it. */
static struct decimal with_digit(const struct decimal *a, const struct decimal *digit) {
    struct decimal shifted = decimal_shift(a, 1);
    return decimal_add(&shifted, digit);
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct decimal *x = &in->atom[0].number, *y = &in->atom[1].number;
    struct decimal rem = decimal_from(0), quot = decimal_from(0), times;
    for (int64_t i = hold_int(t, decimal_length(x)) - 1; i >= 0; i--) {
        struct decimal digit = let(t, "digit", decimal_from(decimal_digit(x, i)));
        struct decimal part = let(t, "part", with_digit(&rem, &digit));
        decimal_divmod(&part, y, &times, NULL);
        times = let(t, "times", times);
        struct decimal prod = let(t, "prod", decimal_mul(&times, y));
        rem = let(t, "rem", decimal_sub(&part, &prod));
        quot = let(t, "quot", with_digit(&quot, &times));
    }
    out->atom.kind = KIND_LIST;
    list_clear(&out->list);
    out->list.tuple = true;
    list_append(&out->list, &quot);
    list_append(&out->list, &rem);
}

const struct task task_long_division = {
    .name = "long_division",
    .summary = "quotient and remainder of x and y, by long division",
    .about = "The answer is a tuple: the quotient, rounded down, and the remainder. For each digit of x from "
             "the first, part is the remainder so far with the digit behind it, times how often y goes into "
             "it, prod is times multiplied by y, rem what prod leaves of part, and quot the quotient so far "
             "with times behind it. Only how many digits x has is not written. y is above 0. A wrong rem "
             "makes the next part wrong, whose times may then be above 9: it is carried into quot.",
    .family = FAMILY_LOOKUP,
    .parameters = {{.name = "x"}, {.name = "y", .own_range = true, .min = 1, .drawn_max = 9}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 3, .max_digits = 4, .max = 9999},
    .run = run,
};
