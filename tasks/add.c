/* Addition as on paper, from the last digit to the first. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"digx", "digy", "res", "carry", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct decimal x = in->atom[0].number, y = in->atom[1].number; /* what is left of them */
    struct decimal sum = decimal_from(0);
    int digits_x = decimal_length(&x), digits_y = decimal_length(&y);
    int64_t columns = hold_int(t, digits_x > digits_y ? digits_x : digits_y), carry = 0;
    for (int i = 0; i < columns || carry; i++) {
        int64_t digx = let_int(t, "digx", decimal_digit(&x, 0));
        int64_t digy = let_int(t, "digy", decimal_digit(&y, 0));
        x = hold(t, decimal_shift(&x, -1));
        y = hold(t, decimal_shift(&y, -1));
        int64_t column = hold_int(t, digx + digy + carry);
        int64_t units = (column % 10 + 10) % 10; /* an error may make a column negative */
        struct decimal res = decimal_from(let_int(t, "res", units));
        carry = let_int(t, "carry", (column - units) / 10);
        res = decimal_shift(&res, i);
        sum = hold(t, decimal_add(&sum, &res));
    }
    out->atom.number = sum;
}

const struct task task_add = {
    .name = "add",
    .summary = "the sum of two numbers, digit by digit with a carry",
    .about = "Column by column from the last digit to the first: digx and digy are the digits of x and y, "
             "0 where a number has no more, res is the digit that is written below them, and carry is what "
             "goes to the next column. It ends when no digits and no carry are left. What is left of x and "
             "y, and the digits of the sum so far, are not written. A wrong carry is added into the next "
             "column, a wrong res stays in the sum.",
    .family = FAMILY_LOOKUP,
    .infix = "+",
    .parameters = {{.name = "x"}, {.name = "y"}},
    .symmetric = true,
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 4, .max = 9999},
    .run = run,
};
