/* Dynamic: assigned values are off by one, and the algorithm goes on with them. */
#include "noise/noises.h"

static void alter(struct decimal *value, double rate, struct pcg *sites, struct tally *tally) {
    bool hit = noise_hits(rate, sites, tally);
    struct decimal step = decimal_from(pcg_below(sites, 2) ? 1 : -1);
    if (hit) *value = decimal_add(value, &step);
}

const struct noise noise_slip = {
    .name = "slip",
    .summary = "an assigned value is one too large or one too small, and the algorithm goes on with it",
    .site = "each assigned value, elements of lists and hidden calls too",
    .stage = NOISE_DYNAMIC,
    .alter = alter,
};
