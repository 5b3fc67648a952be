/* Static: digits of the finished trace are left out. */
#include "noise/noises.h"
#include "trace/corruption.h"

static void apply(struct draft *draft, double rate, struct pcg *sites, struct tally *tally) {
    int end = draft->start[draft->lines - draft->answer_clean];
    for (int i = 0; i < end; i++)
        if (corruption_has_site(draft, i) && noise_hits(rate, sites, tally)) draft->edit[i] = -1;
}

const struct noise noise_digit_drop = {
    .name = "digit_drop",
    .summary = "a digit of the finished trace is deleted; a value may lose all of its digits",
    .site = "each digit, symbol and truth of the trace, the answer's too",
    .stage = NOISE_VALUES,
    .apply = apply,
};
