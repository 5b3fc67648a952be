/* The remainder by long division: bring down a digit, then take y away for as long as it goes. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"part", "take", "rem", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct decimal *y = &in->atom[1].number;
    struct decimal x = in->atom[0].number; /* what is left of it */
    struct decimal rem = decimal_from(0);
    bool divides =
        !decimal_is_negative(y) && !decimal_is_zero(y); /* else, after corruption, the remainder is 0 */
    for (int64_t i = hold_int(t, decimal_length(&x)) - 1; i >= 0; i--) {
        struct decimal part = decimal_shift(&rem, 1), digit = decimal_from(decimal_digit(&x, i));
        x = hold(t, decimal_low(&x, i));
        part = let(t, "part", decimal_add(&part, &digit));
        rem = divides ? part : decimal_from(0);
        while (divides && decimal_compare(&rem, y) >= 0) {
            struct decimal take = let(t, "take", *y);
            rem = let(t, "rem", decimal_sub(&rem, &take));
        }
    }
    out->atom.number = rem;
}

const struct task task_mod = {
    .name = "mod",
    .summary = "the remainder of x divided by y, by long division",
    .about = "The remainder, a digit of x at a time from the first: part is the remainder so far with the "
             "digit brought down, and as long as y goes into it, take is y and rem what is left once it is "
             "taken away: up to nine times a digit. What is left of x is not written. y is above 0; raise "
             "line_limit for long numbers, whose clean traces are refused where it cuts them. A rem that "
             "is wrong is taken from more or less often, and all digits behind it are divided with it.",
    .family = FAMILY_BRANCHING,
    .parameters = {{.name = "x"}, {.name = "y", .positive = true}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 3, .max = 999},
    .run = run,
};
