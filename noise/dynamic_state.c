/* Dynamic: as `dynamic`, and in what an algorithm keeps without writing it too. */
#include "noise/noises.h"

extern const struct noise noise_dynamic;

static void alter(struct decimal *value, double rate, struct pcg *sites, struct tally *tally) {
    noise_dynamic.alter(value, rate, sites, tally);
}

const struct noise noise_dynamic_state = {
    .name = "dynamic_state",
    .summary =
        "a digit of a value, written or only kept, becomes a uniform random digit, and the algorithm goes "
        "on with it",
    .site =
        "each digit of each assigned value, as for dynamic, and of each value kept unwritten: remainders, "
        "growing results, lengths",
    .stage = NOISE_DYNAMIC,
    .alter = alter,
    .held = true,
};
