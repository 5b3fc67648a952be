/* Static: digits of the finished trace are left out. */
#include "noise/noises.h"

static void apply(struct draft *draft, double rate, struct pcg *sites, struct tally *tally) {
    int end = draft->start[draft->lines - draft->answer_clean];
    for (int i = 0; i < end; i++)
        if (token_is_digit(draft->tokens[i]) && noise_hits(rate, sites, tally)) draft->edit[i] = -1;
}

const struct noise noise_digit_drop = {
    .name = "digit_drop",
    .summary = "a digit of the finished trace is deleted; a value may lose all of its digits",
    .site = "each digit of the trace, the answer's too",
    .stage = NOISE_VALUES,
    .apply = apply,
};
