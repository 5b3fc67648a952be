/* A power modulo m, by squaring: the bits of the exponent from the last to the first. Nothing to hold. */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_mod, task_mul, task_div;

static const char *const names[] = {"base", "bit", "prod", "power", "exp", NULL};
static const struct task *const calls[] = {&task_mod, &task_mul, &task_div, NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct decimal exponent = in->atom[1].number, m = in->atom[2].number, two = decimal_from(2), power, prod;
    struct decimal base = call(t, "base", &task_mod, in->atom[0].number, m), first = decimal_from(1);
    decimal_divmod(&first, &m, NULL, &power); /* 1, but 0 modulo 1 */
    power = let(t, "power", power);
    while (!decimal_is_zero(&exponent)) {
        struct decimal bit = call(t, "bit", &task_mod, exponent, two);
        if (!decimal_is_zero(&bit)) {
            prod = call(t, "prod", &task_mul, power, base);
            power = call(t, "power", &task_mod, prod, m);
        }
        exponent = call(t, "exp", &task_div, exponent, two);
        if (decimal_is_zero(&exponent)) break;
        prod = call(t, "prod", &task_mul, base, base);
        base = call(t, "base", &task_mod, prod, m);
    }
    out->atom.number = power;
}

const struct task task_modpow = {
    .name = "modpow",
    .summary = "x to the power of n modulo m, by repeated squaring",
    .about = "x to the power of n modulo m, by the binary digits of n from the last. base is at first x "
             "modulo m, and power 1. bit is the digit, and where it is 1, prod is power times base and "
             "power its remainder. exp is half of n so far, rounded down; then prod and base are the "
             "square of base and its remainder, until exp is 0. Nothing else is kept. 0^0 = 1, and "
             "everything is 0 modulo 1; n is at most 999999. A wrong bit leaves a factor out or adds one, "
             "a wrong exp changes all bits behind it.",
    .family = FAMILY_BRANCHING,
    .parameters = {{.name = "x", .max_digits = 40},
                   {.name = "n", .max = 999999, .own_range = true, .drawn_max = 7},
                   {.name = "m", .positive = true, .max_digits = 40}},
    .names = names,
    .calls = calls,
    .visibility = VISIBILITY_CALL,
    .sizes = {.sampling = SAMPLING_MAGNITUDE, .min_digits = 1, .max_digits = 1, .max = 29},
    .run = run,
};
