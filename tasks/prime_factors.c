/* Prime factors by trial division: 2, then the odd numbers, each as often as it divides what is left. */
#include "tasks/tasks.h"
#include "trace/trace.h"

enum { LARGEST = 99999999 };

static const char *const names[] = {"p", "part", "quot", "rem", "n", NULL};

/* Whether p can be a factor of n that has none below p, other than n itself. */
static bool may_divide(struct trace *t, const struct decimal *p, const struct decimal *n) {
    struct decimal square = hold(t, decimal_mul(p, p));
    return decimal_compare(&square, n) <= 0;
}

/* Long division from the first digits that p goes into. Returns the remainder. */
static struct decimal divide(struct trace *t, struct decimal n, const struct decimal *p,
                             struct decimal *quotient) {
    struct decimal rem = decimal_from(0), quot;
    *quotient = rem;
    for (int64_t i = hold_int(t, decimal_length(&n)) - 1; i >= 0; i--) {
        struct decimal part = decimal_shift(&rem, 1), digit = decimal_from(decimal_digit(&n, i));
        n = hold(t, decimal_low(&n, i));
        rem = part = decimal_add(&part, &digit);
        if (decimal_is_zero(quotient) && decimal_compare(&part, p) < 0) continue;
        part = let(t, "part", part);
        decimal_divmod(&part, p, &quot, NULL);
        quot = let(t, "quot", quot);
        struct decimal product = decimal_mul(&quot, p);
        rem = let(t, "rem", decimal_sub(&part, &product));
        *quotient = decimal_shift(quotient, 1);
        *quotient = hold(t, decimal_add(quotient, &quot));
    }
    return rem;
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct decimal n = in->atom[0].number, one = decimal_from(1), two = decimal_from(2), quotient;
    struct decimal p = let(t, "p", two);
    out->atom.kind = KIND_LIST;
    list_clear(&out->list);
    while (may_divide(t, &p, &n)) {
        struct decimal rem = divide(t, n, &p, &quotient);
        if (decimal_is_zero(&rem)) {
            list_append(&out->list, &p);
            hold_list(t, &out->list);
            n = let(t, "n", quotient);
        } else {
            p = let(t, "p", decimal_add(&p, decimal_compare(&p, &two) ? &two : &one));
        }
    }
    if (decimal_compare(&n, &one) > 0) list_append(&out->list, &n);
}

/* A number that is divided by a p of `size` digits, but by none of more. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    int64_t least = sizes->min > 1 ? sizes->min : 1, most = sizes->max < LARGEST ? sizes->max : LARGEST;
    int64_t p = 2, last = 2, above = 1;
    if (least > most) return false;
    while (size-- > 0 && above <= LARGEST) above *= 10;
    int64_t n = pcg_between(pcg, least, most);
    out->atom[0] = atom_int(n);
    while (p < above && p * p <= n) {
        last = p;
        if (n % p)
            p += p == 2 ? 1 : 2;
        else
            n /= p;
    }
    return p * p > n && last >= above / 10;
}

const struct task task_prime_factors = {
    .name = "prime_factors",
    .summary = "the prime factors of a number in ascending order, by trial division",
    .about =
        "p is 2, then each odd number from 3. n is divided by it from the first digits that p goes into: "
        "part is what is left and the next digit, quot how often p goes into it, rem what it leaves. Where "
        "the last rem is 0, p is a factor and n becomes the quotient; else p goes on, until its square is "
        "above n. What is left of n, where it is above 1, is the last factor; those so far are not written. "
        "n has at most 8 digits. The last p that a problem is divided by has as many digits as its size "
        "says. A wrong rem passes a factor over or takes one that is none, a wrong n has other factors.",
    .family = FAMILY_SEARCHING,
    .parameters = {{.name = "n", .positive = true, .max = LARGEST}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.sampling = SAMPLING_MAGNITUDE, .min_length = 1, .max_length = 1, .min = 1, .max = 99999},
    .run = run,
    .draw = draw,
};
