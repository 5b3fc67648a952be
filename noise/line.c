/* Static: lines of the finished trace are deleted, never the answer. */
#include "noise/noises.h"

static void apply(struct draft *draft, double rate, struct pcg *sites, struct tally *tally) {
    for (int line = 0; line < draft->lines - 1; line++)
        if (noise_hits_line(draft, line, rate, sites, tally)) draft->copies[line] = 0;
}

const struct noise noise_line = {
    .name = "line",
    .summary = "a line of the finished trace is deleted",
    .site = "each line but the last",
    .stage = NOISE_LINES,
    .apply = apply,
};
