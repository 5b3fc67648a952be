/* Euclid's algorithm: gcd(x, y) = gcd(y, x mod y), gcd(x, 0) = x. Nothing to hold. */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_mod;

static const char *const names[] = {"x", "y", NULL};
static const struct task *const calls[] = {&task_mod, NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct decimal x = in->atom[0].number, y = in->atom[1].number;
    while (!decimal_is_zero(&y)) {
        struct decimal before = y;
        y = call(t, "y", &task_mod, x, y);
        x = let(t, "x", before);
    }
    out->atom.number = x;
}

const struct task task_gcd = {
    .name = "gcd",
    .summary = "the greatest common divisor, by Euclid's algorithm",
    .about = "y becomes the remainder of x divided by y, by mod, and x what y was, until y is 0: x is then "
             "the answer. gcd(a, 0) = a, and gcd(0, 0) = 0. Nothing else is kept. After a wrong x or y the "
             "algorithm goes on with it, for more or fewer rounds, and ends with the divisor of other "
             "numbers.",
    .family = FAMILY_BRANCHING,
    .parameters = {{.name = "x"}, {.name = "y"}},
    .symmetric = true,
    .names = names,
    .calls = calls,
    .visibility = VISIBILITY_FULL,
    .sizes = {.min_digits = 1, .max_digits = 3, .max = 999},
    .run = run,
};
