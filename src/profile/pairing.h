/* Pairs the lines of a given trace with those of the clean one, so that as little as possible is left to
 * explain by static noise. */
#ifndef COTNOISE_PROFILE_PAIRING_H
#define COTNOISE_PROFILE_PAIRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile/lines.h"

struct pairing {
    int digits, wrong; /* of lines with a partner of the same shape */
    int missing;       /* clean lines without a partner */
    int added;         /* given lines without a partner */
    int reshaped;      /* partners of the same name but not of the same shape */
};

/* Scratch space: start from {0}, release with pairing_scratch_free. */
struct pairing_scratch {
    float *cost;
    uint8_t *step;
    size_t cost_capacity, step_capacity;
};
void pairing_scratch_free(struct pairing_scratch *scratch);

/* Least cost by dynamic programming over both sequences in order (Needleman and Wunsch 1970); the last lines,
 * the answers, are partners whatever they say. Both have a line at least. ERR_RUNTIME without memory; the
 * words are the caller's. */
enum err pairing_find(struct pairing_scratch *scratch, struct lines clean, struct lines given,
                      struct pairing *pairing);

#endif
