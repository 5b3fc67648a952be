/* Multiplication as on paper: x times each digit of y, digit by digit with a carry, and the rows added up. */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_add;

static const char *const names[] = {"digy", "digx", "res", "carry", "row", "acc", NULL};
static const struct task *const calls[] = {&task_add, NULL};

/* x times one digit. */
static struct decimal multiply_by_digit(struct trace *t, struct decimal x, int64_t digy) {
    int64_t columns = hold_int(t, decimal_length(&x));
    int64_t carry = 0;
    struct decimal row = decimal_from(0);
    for (int i = 0; i < columns; i++) {
        int64_t digx = let_int(t, "digx", decimal_digit(&x, 0));
        x = hold(t, decimal_shift(&x, -1));
        int64_t column = hold_int(t, digx * digy + carry);
        int64_t units = (column % 10 + 10) % 10; /* an error may make a column negative */
        struct decimal res = decimal_from(let_int(t, "res", units));
        carry = let_int(t, "carry", (column - units) / 10);
        res = decimal_shift(&res, i);
        row = hold(t, decimal_add(&row, &res));
    }
    struct decimal rest = decimal_from(carry);
    rest = decimal_shift(&rest, (int)columns);
    return hold(t, decimal_add(&row, &rest));
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct decimal *x = &in->atom[0].number, *y = &in->atom[1].number;
    struct decimal acc = decimal_from(0), left = *y;
    int64_t rows = hold_int(t, decimal_length(y));
    for (int i = 0; i < rows; i++) {
        int64_t digy = let_int(t, "digy", decimal_digit(&left, 0));
        left = hold(t, decimal_shift(&left, -1));
        struct decimal row = multiply_by_digit(t, *x, digy);
        row = let(t, "row", decimal_shift(&row, i));
        acc = i ? call(t, "acc", &task_add, acc, row) : row;
    }
    out->atom.number = decimal_is_negative(x) != decimal_is_negative(y) ? decimal_negate(&acc) : acc;
}

const struct task task_mul = {
    .name = "mul",
    .summary = "the product of two numbers, a row for each digit of y",
    .about = "A row for each digit of y, from the last: digy is that digit, and for each digit digx of x, "
             "res is the digit that is written and carry what is left for the next. row is the finished "
             "row with its zeros, and acc the sum of the rows so far, by add. What is left of the numbers "
             "and the row in the making are not written. A wrong carry goes into the next digit of its "
             "row, a wrong row or acc into all sums behind it.",
    .family = FAMILY_LOOKUP,
    .infix = "*",
    .parameters = {{.name = "x"}, {.name = "y"}},
    .symmetric = true,
    .names = names,
    .calls = calls,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 3, .max = 999},
    .run = run,
};
