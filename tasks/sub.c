/* Subtraction as on paper: the smaller number from the larger, digit by digit; `neg` says that y is larger.
 */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"neg", "top", "low", "res", "borrow", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct decimal *x = &in->atom[0].number, *y = &in->atom[1].number;
    struct decimal neg = let(t, "neg", decimal_from(decimal_compare(x, y) < 0));
    bool swap = !decimal_is_zero(&neg);
    struct decimal larger = swap ? *y : *x, smaller = swap ? *x : *y; /* what is left of them */
    int above = decimal_length(&larger), below = decimal_length(&smaller);
    int64_t columns = hold_int(t, above > below ? above : below);
    int64_t borrow = 0;
    struct decimal difference = decimal_from(0);
    for (int i = 0; i < columns; i++) {
        int64_t top = let_int(t, "top", decimal_digit(&larger, 0));
        int64_t low = let_int(t, "low", decimal_digit(&smaller, 0));
        larger = hold(t, decimal_shift(&larger, -1));
        smaller = hold(t, decimal_shift(&smaller, -1));
        int64_t column = hold_int(t, top - low - borrow);
        int64_t units = (column % 10 + 10) % 10;
        struct decimal res = decimal_from(let_int(t, "res", units));
        borrow = let_int(t, "borrow", (units - column) / 10);
        res = decimal_shift(&res, i);
        difference = hold(t, decimal_add(&difference, &res));
    }
    out->atom.number = swap ? decimal_negate(&difference) : difference;
}

const struct task task_sub = {
    .name = "sub",
    .summary = "the difference of two numbers, digit by digit with a borrow; -5 when y is larger by 5",
    .about = "The smaller number is taken from the larger: neg = 1 says that y is the larger one, and the "
             "answer then has a minus sign. Column by column from the last digit, top is the digit of the "
             "larger and low that of the smaller number, res the digit of the difference, and borrow what "
             "the next column has to give back. What is left of the numbers and the difference so far are "
             "not written. A wrong neg makes the wrong number the larger one, a wrong borrow goes into the "
             "next column.",
    .family = FAMILY_LOOKUP,
    .infix = "-",
    .parameters = {{.name = "x"}, {.name = "y"}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 4, .max = 9999},
    .run = run,
};
