/* Whether accuracy rises again along a curve, by more than chance: a permutation test. */
#ifndef COTNOISE_CURVE_RISE_H
#define COTNOISE_CURVE_RISE_H

#include <stdbool.h>

#include "base/err.h"
#include "curve/statistics.h"

enum { RISE_PERMUTATIONS = 2000 };

struct rise {
    bool found;          /* chance is below 0.05 */
    size_t valley, peak; /* levels between which the mean rises most, valley <= peak */
    double height;       /* by that much; 0 where it never rises */
    double chance; /* of so high a rise, or a higher one, along a flat curve; 1 where no level has two runs */
};

/* The statistic is the largest rise of the mean from any level to a later one, in units of the deviation of
 * runs within levels. Its distribution under the null hypothesis comes from a flat curve, which of all curves
 * that do not rise has the highest rises by chance: the distances of the runs from the means of their levels,
 * each times sqrt(n / (n - 1)) for the n runs of its level, are dealt anew to the levels, and both are taken
 * afresh. ERR_RUNTIME without memory.
 * Source: D. Freedman and D. Lane, "A nonstochastic interpretation of reported significance levels", Journal
 * of Business & Economic Statistics 1 (1983). */
enum err rise_find(const struct level *levels, size_t count, struct rise *rise, struct error *error);

#endif
