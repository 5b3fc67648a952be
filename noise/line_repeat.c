/* Static: lines of the finished trace are written twice, never the answer. */
#include "noise/noises.h"

static void apply(struct draft *draft, double rate, struct pcg *sites, struct tally *tally) {
    for (int line = 0; line < draft->lines - 1; line++)
        if (noise_hits_line(draft, line, rate, sites, tally))
            draft->copies[line] *= 2; /* none of a deleted line */
}

const struct noise noise_line_repeat = {
    .name = "line_repeat",
    .summary = "a line of the finished trace is written twice",
    .site = "each line but the last",
    .stage = NOISE_LINES,
    .apply = apply,
};
