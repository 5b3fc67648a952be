/* The axis of noise that figures of accuracy and of thresholds share: from none to the most, straight or
 * logarithmic. */
#ifndef COTNOISE_PLOT_NOISE_AXIS_H
#define COTNOISE_PLOT_NOISE_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "curve/curves.h"
#include "plot/figure.h"

/* Places on the axis are in percent. */
struct noise_axis {
    bool logarithmic;
    double least; /* of a logarithmic one: where it begins, above 0; what is below stands at `zero` */
    double zero;  /* where no noise at all stands: left of a break, if the axis is logarithmic */
    double most;  /* the highest level; behind it is room for an arrow */
};

/* One on which all levels of these curves have a place, and all thresholds and their intervals, though not
 * those below a twentieth of the least level. */
struct noise_axis noise_axis_find(const struct curve *const *curves, size_t count, bool logarithmic);

/* Adds gnuplot commands to a drawing whose key is drawn and whose margins are set: range, tics and name of
 * the axis, the break, and two functions. x(SHARE) is a share's place, and reach(SHARE, 1) how far from there
 * an arrow to the right reaches, of -1 one to the left.
 */
void noise_axis_write(const struct noise_axis *axis, bool contamination, const char *up,
                      struct drawing *drawing);

#endif
