/* The remainder by long division: bring down a digit, divide, keep what is left. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"part", "quot", "rem", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct decimal *x = &in->number[0], *y = &in->number[1];
    struct decimal rem = decimal_from(0);
    for (int i = x->length - 1; i >= 0 && !decimal_is_zero(y); i--) {
        struct decimal digit = decimal_from(x->digit[i]), quot;
        struct decimal part = decimal_shift(&rem, 1);
        part = let(t, "part", decimal_add(&part, &digit));
        decimal_divmod(&part, y, &quot, NULL);
        quot = let(t, "quot", quot);
        quot = decimal_mul(&quot, y);
        rem = let(t, "rem", decimal_sub(&part, &quot));
    }
    out->number = rem;
}

const struct task task_mod = {
    .name = "mod",
    .summary = "the remainder of x divided by y, by long division",
    .parameters = {{.name = "x"}, {.name = "y", .positive = true}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 3, .max = 999},
    .run = run,
};
