/* The least common multiple: x divided by the greatest common divisor, times y. Nothing to hold. */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_gcd, task_div, task_mul;

static const char *const names[] = {"common", "rest", "multiple", NULL};
static const struct task *const calls[] = {&task_gcd, &task_div, &task_mul, NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct decimal x = in->atom[0].number, y = in->atom[1].number;
    out->atom.number = decimal_from(0);
    if (decimal_is_zero(&x) || decimal_is_zero(&y)) return;
    struct decimal common = call(t, "common", &task_gcd, x, y);
    struct decimal rest = call(t, "rest", &task_div, x, common);
    out->atom.number = call(t, "multiple", &task_mul, rest, y);
}

const struct task task_lcm = {
    .name = "lcm",
    .summary = "the least common multiple, x / gcd(x, y) * y; 0 when one of them is 0",
    .about = "common is the greatest common divisor of x and y, by gcd, whose own lines are written by "
             "default; rest is x divided by it and multiple, the answer, is rest times y. lcm(a, 0) = 0, "
             "with no line but the answer. A wrong common is divided by all the same, and a wrong rest is "
             "multiplied.",
    .family = FAMILY_BRANCHING,
    .parameters = {{.name = "x"}, {.name = "y"}},
    .symmetric = true,
    .names = names,
    .calls = calls,
    .visibility = VISIBILITY_CALL,
    .sizes = {.sampling = SAMPLING_MAGNITUDE, .min_digits = 1, .max_digits = 2, .max = 99},
    .run = run,
};
