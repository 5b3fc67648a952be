/* The Fibonacci numbers one after the other: f(0) = 0, f(1) = 1, each next one the sum of the two before. */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_add;

static const char *const names[] = {"i", "f", NULL};
static const struct task *const calls[] = {&task_add, NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct decimal before = decimal_from(0), f = decimal_from(1), one = decimal_from(1), i = one;
    const struct decimal *n = &in->number[0];
    while (decimal_compare(&i, n) < 0) {
        i = let(t, "i", decimal_add(&i, &one));
        struct decimal next = call(t, "f", &task_add, before, f);
        before = f;
        f = next;
    }
    out->number = decimal_is_zero(n) ? *n : f;
}

/* The 500th has 105 digits. */
const struct task task_fibonacci = {
    .name = "fibonacci",
    .summary = "the n-th Fibonacci number, from the 0th, 0, and the 1st, 1",
    .parameters = {{.name = "n", .max = 500}},
    .names = names,
    .calls = calls,
    .visibility = VISIBILITY_CALL,
    .sizes = {.sampling = SAMPLING_MAGNITUDE, .min_digits = 1, .max_digits = 1, .max = 16},
    .run = run,
};
