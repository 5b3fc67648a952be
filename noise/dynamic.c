/* Dynamic: digits of assigned values become random digits, and the algorithm goes on with them. */
#include "noise/noises.h"

static void alter(struct decimal *value, double rate, struct pcg *sites, struct tally *tally) {
    uint8_t digits[DECIMAL_DIGITS];
    int length = decimal_unpack(value, digits);
    bool changed = false;
    for (int i = length - 1; i >= 0; i--) {
        bool hit = noise_hits(rate, sites, tally);
        uint8_t digit = (uint8_t)pcg_below(sites, 10);
        if (!hit) continue;
        digits[i] = digit;
        changed = true;
    }
    if (changed) *value = decimal_pack(decimal_is_negative(value), digits, length);
}

const struct noise noise_dynamic = {
    .name = "dynamic",
    .summary =
        "a digit of an assigned value becomes a uniform random digit, and the algorithm goes on with it",
    .site = "each digit of each assigned value, elements of lists and hidden calls too",
    .stage = NOISE_DYNAMIC,
    .alter = alter,
};
