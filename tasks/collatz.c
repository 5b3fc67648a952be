/* Collatz's rule, step by step, until x is `end` or 1. Nothing to hold. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"even x", "odd x", "steps", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct decimal *end = &in->atom[1].number, one = decimal_from(1), two = decimal_from(2),
                         three = decimal_from(3);
    struct decimal x = in->atom[0].number, steps = decimal_from(0);
    while (decimal_compare(&x, end) && decimal_compare(&x, &one) > 0) {
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

/* Any number that takes `size` steps to somewhere without meeting 1 before. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    int64_t n = pcg_between(pcg, sizes->min > 1 ? sizes->min : 1, sizes->max), x = n;
    for (int i = 0; i < size; i++) {
        if (x == 1 || x > INT64_MAX / 4) return false;
        x = x % 2 ? 3 * x + 1 : x / 2;
    }
    out->atom[0] = atom_int(n);
    out->atom[1] = atom_int(x);
    return true;
}

const struct task task_collatz = {
    .name = "collatz",
    .summary = "the steps of Collatz's rule from n to `end`",
    .about =
        "An even x is halved (even x), an odd one becomes 3 x + 1 (odd x), until x is `end` or 1; steps "
        "counts, and its last value is the answer. With 1 as end it is the usual question; in drawn "
        "problems the rule leads to end. Nothing else is kept. After a wrong x the rule goes on from it, "
        "mostly past end and down to 1; after a wrong steps the count does.",
    .family = FAMILY_BRANCHING,
    .parameters = {{.name = "n", .positive = true}, {.name = "end", .positive = true}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.max = 999, .min_length = 2, .max_length = 10},
    .run = run,
    .draw = draw,
};
