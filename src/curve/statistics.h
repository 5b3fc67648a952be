/* Statistics of accuracies at rising noise levels, each measured with several seeds.
 *
 * Random draws come from streams of fixed purpose, so the same results give the same intervals. */
#ifndef COTNOISE_CURVE_STATISTICS_H
#define COTNOISE_CURVE_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/wilson.h"

enum { BOOTSTRAP_RESAMPLES = 2000 };

/* One run at one level: `correct` of `problems` (> 0) test problems. */
struct trial {
    int64_t seed, correct, problems;
};

/* The runs at one noise level (count >= 1). */
struct level {
    double noise; /* 0 ... 1 */
    const struct trial *trials;
    size_t count;
};

/* Mean over the runs of their accuracies. */
double level_mean(const struct level *level);

/* 95 % interval of that mean. Two things are left to chance: which test problems were drawn (Wilson on the
 * pooled counts) and which seeds (percentile bootstrap over the runs); on each side the wider one counts. */
enum err level_interval(const struct level *level, struct interval *interval, struct error *error);

/* Isotonic regression: the non-increasing sequence fit[0 ... count) nearest to `values` in weighted least
 * squares, by pooling adjacent violators. Weights > 0.
 * Source: R. E. Barlow et al., "Statistical Inference under Order Restrictions" (1972), chapter 1. */
void statistics_isotonic(const double *values, const double *weights, size_t count, double *fit);

/* Sorts the BOOTSTRAP_RESAMPLES values and returns the ends of their middle 95 %. */
struct interval statistics_bootstrap_interval(double *resamples);

#endif
