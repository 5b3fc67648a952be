/* Multiplication as on paper: x times each digit of y, digit by digit with a carry, and the rows added up. */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_add;

static const char *const names[] = {"digy", "digx", "res", "carry", "row", "acc", NULL};
static const struct task *const calls[] = {&task_add, NULL};

/* x times one digit. */
static struct decimal multiply_by_digit(struct trace *t, struct decimal x, const struct decimal *digy) {
    int64_t columns = hold_int(t, decimal_length(&x));
    struct decimal ten = decimal_from(10), carry = decimal_from(0), row = decimal_from(0);
    for (int i = 0; i < columns; i++) {
        struct decimal digx = let(t, "digx", decimal_from(decimal_digit(&x, 0)));
        x = hold(t, decimal_shift(&x, -1));
        struct decimal column = decimal_mul(&digx, digy), res;
        column = hold(t, decimal_add(&column, &carry));
        decimal_divmod(&column, &ten, &carry, &res);
        res = let(t, "res", res);
        carry = let(t, "carry", carry);
        res = decimal_shift(&res, i);
        row = hold(t, decimal_add(&row, &res));
    }
    carry = decimal_shift(&carry, (int)columns);
    return hold(t, decimal_add(&row, &carry));
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct decimal *x = &in->atom[0].number, *y = &in->atom[1].number;
    struct decimal acc = decimal_from(0), left = *y;
    int64_t rows = hold_int(t, decimal_length(y));
    for (int i = 0; i < rows; i++) {
        struct decimal digy = let(t, "digy", decimal_from(decimal_digit(&left, 0)));
        left = hold(t, decimal_shift(&left, -1));
        struct decimal row = multiply_by_digit(t, *x, &digy);
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
