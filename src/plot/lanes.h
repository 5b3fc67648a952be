/* Thresholds, each on a line of its own: a point and its interval, an arrow where it lies beyond what was
 * tried, an open mark where there is none. */
#ifndef COTNOISE_PLOT_LANES_H
#define COTNOISE_PLOT_LANES_H

#include <stddef.h>

#include "curve/curves.h"
#include "plot/figure.h"

/* gnuplot's point types that tell the first eight curves apart, filled ones first. */
int lanes_symbol(size_t n);

/* Header and line of NAME-thresholds.csv. `place` is where the lane is on the y axis, `series` whose colour
 * and symbol it has. */
void lanes_header(struct buffer *csv);
void lanes_row(const struct curve *curve, const char *name, double place, size_t series, struct buffer *csv);

/* Adds what is drawn of a series to the plot. The script must have the functions of noise_axis.h. */
void lanes_plot(struct drawing *drawing, size_t series, const char *colour, int symbol);

#endif
