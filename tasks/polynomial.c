/* The value of a polynomial by Horner's rule: times x, and the next coefficient added. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"coef", "prod", "value", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *coefficients = &in->list[0];
    const struct decimal *x = &in->atom[1].number;
    struct decimal value = decimal_from(0);
    int64_t count = hold_int(t, coefficients->length);
    for (int64_t i = 0; i < count; i++) {
        struct decimal prod = let(t, "prod", decimal_mul(&value, x));
        struct decimal coef = let(t, "coef", list_get(coefficients, i));
        value = let(t, "value", decimal_add(&prod, &coef));
    }
    value_set_number(out, &value);
}

const struct task task_polynomial = {
    .name = "polynomial",
    .summary = "the value of a polynomial at x, by Horner's rule",
    .about = "The coefficients stand with that of the highest power first: polynomial([2, 0, 3], 4) is 2 * "
             "4^2 + 0 * 4 + 3 = 35. For each coefficient the value so far, at first 0, is multiplied by x "
             "(prod), and coef, the next one, is added to it (value). Without coefficients it is 0. How many "
             "there are is not written. A wrong prod, coef or value is carried along and multiplied by x "
             "each time.",
    .family = FAMILY_LOOKUP,
    .parameters = {{.name = "coefficients", .kind = PARAMETER_LIST, .negative = true},
                   {.name = "x", .negative = true, .own_range = true, .drawn_max = 5}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 1, .max = 9, .min_length = 3, .max_length = 4},
    .run = run,
};
