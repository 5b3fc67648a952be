/* Static: lines of the finished trace change places with the next, never the answer. */
#include "noise/noises.h"

static void apply(struct draft *draft, double rate, struct pcg *sites, struct tally *tally) {
    for (int place = 0; place < draft->lines - 2; place++) {
        if (!noise_hits_line(draft, place, rate, sites, tally)) continue;
        int line = draft->order[place];
        draft->order[place] = draft->order[place + 1];
        draft->order[place + 1] = line; /* which may go on, when the next place is hit too */
    }
}

const struct noise noise_line_swap = {
    .name = "line_swap",
    .summary = "the line in a place of the finished trace changes places with the next",
    .site = "each place but the last two, from first to last",
    .stage = NOISE_LINES,
    .apply = apply,
};
