/* A Fibonacci sequence one number after the other: f(0) = a, f(1) = b, each next one the sum of the two
 * before. Nothing to hold: each value is assigned. */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_add;

static const char *const names[] = {"i", "f", NULL};
static const struct task *const calls[] = {&task_add, NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct decimal before = in->atom[0].number, f = in->atom[1].number, one = decimal_from(1), i = one;
    const struct decimal *n = &in->atom[2].number;
    while (decimal_compare(&i, n) < 0) {
        i = let(t, "i", decimal_add(&i, &one));
        struct decimal next = call(t, "f", &task_add, before, f);
        before = f;
        f = next;
    }
    out->atom.number = decimal_is_zero(n) ? in->atom[0].number : f;
}

/* From 0 and 1 the 300th has 63 digits; from starts of 40 digits, at most 103. */
const struct task task_fibonacci = {
    .name = "fibonacci",
    .summary = "number n of the Fibonacci sequence that begins with a (number 0) and b (number 1)",
    .about = "f(0) = a, f(1) = b, and each next number is the sum of the two before: i counts them and f "
             "is number i, by add. n is at most 300; of n = 0 and n = 1 there is no line but the answer. "
             "Nothing else is kept. A wrong f goes into the next two numbers and so into all behind them; "
             "a wrong i makes the sequence end too early or too late.",
    .family = FAMILY_LOOKUP,
    .parameters = {{.name = "a", .max_digits = 40},
                   {.name = "b", .max_digits = 40},
                   {.name = "n", .max = 300, .own_range = true, .drawn_max = 12}},
    .names = names,
    .calls = calls,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 2, .max = 99},
    .run = run,
};
