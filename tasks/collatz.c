/* Collatz's rule, step by step, until x is `end` or below. Nothing to hold. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"even x", "odd x", "steps", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct decimal *end = &in->atom[1].number, one = decimal_from(1), two = decimal_from(2),
                         three = decimal_from(3);
    struct decimal x = in->atom[0].number, steps = decimal_from(0);
    while (decimal_compare(&x, end) > 0) {
        if (decimal_digit(&x, 0) % 2) {
            x = decimal_mul(&x, &three);
            x = let(t, "odd x", decimal_add(&x, &one));
        } else {
            decimal_divmod(&x, &two, &x, NULL);
            x = let(t, "even x", x);
        }
        steps = let(t, "steps", decimal_add(&steps, &one));
    }
    value_set_number(out, &steps);
}

/* Whether it takes `steps` steps from x to `end`. */
static bool takes(int64_t x, int64_t end, int steps) {
    for (; x > end; steps--) {
        if (steps == 0 || x > INT64_MAX / 4) return false;
        x = x % 2 ? 3 * x + 1 : x / 2;
    }
    return steps == 0;
}

/* Of the problems that take `size` steps each with equal chances. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    for (int tries = 0; tries < 1000; tries++) {
        int64_t n = pcg_between(pcg, 1, sizes->max), end = pcg_between(pcg, 1, sizes->max);
        if (!takes(n, end, size)) continue;
        out->atom[0] = atom_int(n);
        out->atom[1] = atom_int(end);
        return true;
    }
    return false;
}

const struct task task_collatz = {
    .name = "collatz",
    .summary = "the steps of Collatz's rule from n to `end` or below",
    .about =
        "An even x is halved, an odd one becomes 3 x + 1, until x is `end` or below; the answer is how "
        "many steps that took, 0 where n is not above `end`. With 1 as end it is the usual question. The "
        "line says even x or odd x by what the x before it was, and steps counts. Nothing else is kept. "
        "After a "
        "wrong x the rule goes on from it, for more or fewer steps; after a wrong steps the count does.",
    .family = FAMILY_BRANCHING,
    .parameters = {{.name = "n", .positive = true}, {.name = "end", .positive = true}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.max = 299, .min_length = 3, .max_length = 12},
    .run = run,
    .draw = draw,
};
