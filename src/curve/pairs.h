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

/* Finds the pairs in which only the setting `name` ("format", "sweep") differs and has `value` in `one`. For
 * sweeps that have a single setting each, the setting may differ in anything. Release with pairs_free. */
enum err pairs_find(const struct curves *curves, const char *name, const char *value, struct pairs *pairs,
                    struct error *error);

void pairs_free(struct pairs *pairs);

/* Mean difference in accuracy, other - one, at a level that both curves have.
 *
 * Runs of the same seed have the same test problems, so seeds are drawn together; the interval is a
 * percentile bootstrap over common seeds (over each side's own where there is none) and test problems. */
struct difference {
    double mean;
    struct interval interval;
    size_t seeds; /* in common */
};

enum err pairs_difference(const struct level *one, const struct level *other, struct difference *difference,
                          struct error *error);

#endif
