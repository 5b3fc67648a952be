/* Weighted sums of levels' means, and how far chance may have moved them: the one formula behind the interval
 * of a mean, of a difference and of a threshold. */
#ifndef COTNOISE_CURVE_CONTRAST_H
#define COTNOISE_CURVE_CONTRAST_H

#include "curve/statistics.h"

enum { CONTRAST_MAX = 3 };

/* Up to CONTRAST_MAX levels whose means are added with weights. */
struct contrast {
    size_t count;
    double covariance[CONTRAST_MAX][CONTRAST_MAX]; /* of the means, over seeds */
    double problems[CONTRAST_MAX];                 /* of each level */
    size_t freedom; /* seeds less one, of the level with the fewest of two or more; 0: all have one */
};

/* The contrast of `count` different levels. Runs of one seed in different levels vary together: with e the
 * distance of a run's accuracy from the mean of its level, and n the runs of a level, the covariance of the
 * means a and b is the sum of e_a e_b over pairs of runs of the same seed, / sqrt(n_a (n_a - 1) n_b (n_b -
 * 1)). A level of one run shows no variance.
 * Source: K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized linear models",
 * Biometrika 73 (1986), with the seeds as clusters and their variance corrected for few of them. */
struct contrast contrast_of(const struct level *const *levels, size_t count);

/* Half the width of the 95 % interval of the sum with these weights, seeds being left to chance: Student's t
 * times the standard deviation. 0 where every level has a single run. */
double contrast_seeds(const struct contrast *contrast, const double *weights);

/* The same, test problems being left to chance: each level's true accuracy is given. */
double contrast_problems(const struct contrast *contrast, const double *weights, const double *accuracies);

/* (correct + 1/2) / (problems + 1): an accuracy that was measured, away from 0 and 1, where the next test
 * would not surely be the same (Jeffreys' estimate). */
double contrast_accuracy(const struct level *level);

#endif
