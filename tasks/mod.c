/* The remainder by long division: bring down a digit, keep what is left of it after division. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"part", "rem", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct decimal *x = &in->number[0], *y = &in->number[1];
    struct decimal rem = decimal_from(0);
    for (int i = x->length - 1; i >= 0; i--) {
        struct decimal part = decimal_shift(&rem, 1), digit = decimal_from(x->digit[i]);
        part = let(t, "part", decimal_add(&part, &digit));
        decimal_divmod(&part, y, NULL, &rem);
        rem = let(t, "rem", rem);
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
