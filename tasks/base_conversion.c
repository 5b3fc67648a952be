/* A number in another base: the remainders of dividing by the base again and again are its digits, last
 * first.
 */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_mod, task_div;

static const char *const names[] = {"digit", "x", NULL};
static const struct task *const calls[] = {&task_mod, &task_div, NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct decimal x = in->atom[0].number, base = in->atom[1].number, written = decimal_from(0);
    for (int place = 0; !decimal_is_zero(&x); place++) {
        struct decimal digit = call(t, "digit", &task_mod, x, base);
        x = call(t, "x", &task_div, x, base);
        digit = decimal_shift(&digit, place);
        written = hold(t, decimal_add(&written, &digit));
    }
    out->atom.number = written;
}

/* 33 digits: in base 2 they make 110, which is all that a number can have. */
const struct task task_base_conversion = {
    .name = "base_conversion",
    .summary = "x written in base 2 to 10",
    .about = "digit is the remainder of x divided by the base, by mod, and x the whole quotient, by div, "
             "until x is 0: the digits in reverse order are the answer, in base 2 to 10. x has at most 33 "
             "digits, and 0 is written 0. The digits so far are not written. A wrong digit stays in its "
             "place; a wrong x changes all digits before it, and how many there are.",
    .family = FAMILY_LOOKUP,
    .parameters = {{.name = "x", .max_digits = 33}, {.name = "base", .min = 2, .max = 10, .own_range = true}},
    .names = names,
    .calls = calls,
    .visibility = VISIBILITY_CALL,
    .sizes = {.sampling = SAMPLING_MAGNITUDE, .min_digits = 1, .max_digits = 3, .max = 999},
    .run = run,
};
