/* Dynamic: assignments are forgotten, and the algorithm goes on with the variable's old value. */
#include "noise/noises.h"

static bool forget(double rate, struct pcg *sites, struct tally *tally) {
    return noise_hits(rate, sites, tally);
}

const struct noise noise_skip = {
    .name = "skip",
    .summary = "an assignment is forgotten: the variable keeps its old value, which is what is written",
    .site = "each assignment to a variable that has a value, hidden calls too",
    .stage = NOISE_DYNAMIC,
    .forget = forget,
};
