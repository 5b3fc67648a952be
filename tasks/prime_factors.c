/* Prime factors by trial division: 2, then the odd numbers, each as often as it divides what is left. */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_mod, task_div;

static const char *const names[] = {"p", "rem", "n", NULL};
static const struct task *const calls[] = {&task_mod, &task_div, NULL};

/* Whether p can be a factor of n that has none below p, other than n itself. */
static bool may_divide(struct trace *t, const struct decimal *p, const struct decimal *n) {
    struct decimal square = hold(t, decimal_mul(p, p));
    return decimal_compare(&square, n) <= 0;
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct decimal n = in->atom[0].number, one = decimal_from(1), two = decimal_from(2);
    struct decimal p = let(t, "p", two);
    out->atom.kind = KIND_LIST;
    list_clear(&out->list);
    while (may_divide(t, &p, &n)) {
        struct decimal rem = call(t, "rem", &task_mod, n, p);
        if (decimal_is_zero(&rem)) {
            list_append(&out->list, &p);
            hold_list(t, &out->list);
            n = call(t, "n", &task_div, n, p);
        } else {
            p = let(t, "p", decimal_add(&p, decimal_compare(&p, &two) ? &two : &one));
        }
    }
    if (decimal_compare(&n, &one) > 0) list_append(&out->list, &n);
}

const struct task task_prime_factors = {
    .name = "prime_factors",
    .summary = "the prime factors of a number in ascending order, by trial division",
    .about = "p is what is tried: 2, then the odd numbers from 3. rem is the remainder of n divided by p, "
             "by mod; where it is 0, p is a factor and n becomes the quotient, by div; else p goes on, "
             "until its square is above n. What is left of n is the last factor. The factors so far are "
             "not written. Of 1 there are none, []; n has at most 8 digits. A wrong rem passes a factor "
             "over or takes one that is none, a wrong n has other factors.",
    .family = FAMILY_SEARCHING,
    .parameters = {{.name = "n", .positive = true, .max = 99999999}},
    .names = names,
    .calls = calls,
    .visibility = VISIBILITY_CALL,
    .sizes = {.sampling = SAMPLING_MAGNITUDE, .min_digits = 1, .max_digits = 4, .min = 1, .max = 5999},
    .run = run,
};
