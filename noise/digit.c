/* Static: digits of the finished trace become random digits. */
#include "noise/noises.h"

static void apply(struct draft *draft, double rate, struct pcg *sites, struct tally *tally) {
    int end = draft->start[draft->lines - draft->answer_clean];
    for (int i = 0; i < end; i++) {
        if (!token_is_digit(draft->tokens[i])) continue;
        bool hit = noise_hits(rate, sites, tally);
        int32_t digit = TOKEN_DIGIT + (int32_t)pcg_below(sites, 10);
        if (!hit) continue;
        draft->edit[i] = digit;
        draft->mark[i] = 1;
    }
}

const struct noise noise_digit = {
    .name = "digit",
    .summary = "a digit of the finished trace becomes a uniform random digit, which may be the same one",
    .site = "each digit of the trace, the answer's too",
    .stage = NOISE_VALUES,
    .apply = apply,
};
