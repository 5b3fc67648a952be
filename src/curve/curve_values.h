/* What is measured along a curve: its points, its thresholds, and what is odd about it. */
#ifndef COTNOISE_CURVE_CURVE_VALUES_H
#define COTNOISE_CURVE_CURVE_VALUES_H

#include "curve/curves.h"

/* The clean runs of a curve's settings. */
struct clean {
    const struct level *level; /* NULL: there are none; the curve's first level where it starts there */
    double validation;         /* mean validation accuracy; of runs without one, of their accuracy */
};

/* Fills in all that follows from the curve's levels; its points have room for one a level. ERR_RUNTIME
 * without memory. */
enum err curve_values_find(struct curve *curve, const struct curves *curves, const struct clean *clean,
                           struct error *error);

#endif
