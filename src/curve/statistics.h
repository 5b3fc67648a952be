/* Statistics of accuracies at rising noise levels, each measured with several seeds.
 *
 * Start reading at docs/statistics.md, which says what is computed and why. */
#ifndef COTNOISE_CURVE_STATISTICS_H
#define COTNOISE_CURVE_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/wilson.h"

/* One run at one level: `correct` of `problems` (> 0) distinct test problems. */
struct trial {
    int64_t seed, correct, problems;
};

/* The runs at one noise level (count >= 1). */
struct level {
    double noise; /* 0 ... 1 */
    const struct trial *trials;
    size_t count;
};

double trial_accuracy(const struct trial *trial);

/* Mean over the runs of their accuracies. */
double level_mean(const struct level *level);

/* Test problems of all its runs. */
double level_problems(const struct level *level);

/* Runs of the level with the fewest; count >= 1. */
size_t level_fewest(const struct level *levels, size_t count);

/* 95 % interval of a level's mean. Two things are left to chance: which test problems were drawn (Wilson on
 * the pooled counts) and which seeds (Student's t over the runs, where there are two or more); on each side
 * the wider one counts. */
struct interval level_interval(const struct level *level);

/* Numbers that are added up one by one; start from {0}. */
struct running {
    size_t count;
    double mean, squares; /* squares: of their distances from the mean, added up */
};

/* Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products",
 * Technometrics 4 (1962). */
void running_add(struct running *running, double value);

/* Student's 95 % interval of the mean of shares, within 0 ... 1; NaN where there are fewer than two. */
struct interval running_interval(const struct running *running);

/* Isotonic regression: the non-increasing sequence fit[0 ... count) nearest to `values` in weighted least
 * squares, by pooling adjacent violators. Weights > 0.
 * Source: R. E. Barlow et al., "Statistical Inference under Order Restrictions" (1972), chapter 1. */
void statistics_isotonic(const double *values, const double *weights, size_t count, double *fit);

/* How far a Student t of `freedom` (>= 1) degrees of freedom strays either way with a chance of 5 %: 12.706
 * for 1, 4.303 for 2, towards 1.960 for many. Source: M. Abramowitz and I. A. Stegun, "Handbook of
 * Mathematical Functions" (1964), table 26.10 up to 9, equation 26.7.5 beyond. */
double statistics_student(size_t freedom);

/* The same of a normal deviate. */
extern const double statistics_normal;

#endif
