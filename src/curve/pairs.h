/* Curves that are the same but for one setting, for comparing them. */
#ifndef COTNOISE_CURVE_PAIRS_H
#define COTNOISE_CURVE_PAIRS_H

#include <stddef.h>

#include "curve/curves.h"

struct pair {
    const struct curve *one, *other;
};

struct pairs {
    struct pair *pair; /* by settings, then by curve */
    size_t count, capacity;
};

/* What the two of a pair differ in. */
enum pair_sort {
    PAIRS_FORMATS, /* one writes its chain of thought, the other something else */
    PAIRS_SWEEPS,  /* one is of the first sweep, the other of the second */
    PAIRS_METHODS, /* one is of supervised training, the other of reinforcement learning after the same */
};

/* Finds the pairs that differ in that alone; of two sweeps, in what they differ in as wholes (setting.h).
 * What has the same settings in both is one curve and no pair. Release with pairs_free. */
enum err pairs_find(const struct collection *collection, const struct curves *curves, enum pair_sort sort,
                    struct pairs *pairs, struct error *error);

void pairs_free(struct pairs *pairs);

/* Mean difference in accuracy, other - one, at a level that both curves have, with its 95 % interval: the
 * wider of what seeds and what test problems do (contrast.h). Runs of the same seed have the same test
 * problems and vary together. */
struct difference {
    double mean;
    struct interval interval;
    size_t seeds; /* in common */
};

struct difference pairs_difference(const struct level *one, const struct level *other);

#endif
