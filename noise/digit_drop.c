/* Static: digits of the finished trace are left out. */
#include "noise/noises.h"
#include "trace/corruption.h"

static void apply(struct draft *draft, double rate, struct pcg *sites, struct tally *tally) {
    for (int line = 0; line < draft->lines - draft->answer_clean; line++)
        for (int i = draft->start[line]; i < draft->start[line + 1]; i++)
            if (corruption_has_site(draft, i) && noise_hits_line(draft, line, rate, sites, tally))
                draft->edit[i] = -1;
}

const struct noise noise_digit_drop = {
    .name = "digit_drop",
    .summary = "a digit of the finished trace is deleted; a value may lose all of its digits",
    .site = "each digit, symbol and truth of the trace, the answer's too",
    .stage = NOISE_VALUES,
    .apply = apply,
};
