/* The threshold of a robustness curve: how much noise until accuracy is lost. */
#ifndef COTNOISE_CURVE_THRESHOLD_H
#define COTNOISE_CURVE_THRESHOLD_H

#include <stddef.h>

#include "curve/statistics.h"

enum threshold_status {
    THRESHOLD_FOUND,       /* at `noise` */
    THRESHOLD_NOT_REACHED, /* still above at the highest level, which is `noise` */
    THRESHOLD_BELOW,       /* already under at the lowest level, which is `noise` */
    THRESHOLD_NO_CLEAN,    /* there is no clean run to compare with */
    THRESHOLD_NOT_LEARNED, /* the clean accuracy is below threshold_learned: nothing to lose */
};

/* "found", "not_reached", ..., in the order of the enum. */
extern const char *const threshold_status_names[];

struct threshold {
    enum threshold_status status;
    double noise;     /* the threshold, where status is FOUND */
    double low, high; /* its 95 % interval; high is INFINITY where it reaches beyond the highest level */
};

/* Clean accuracy that a task must reach for its loss to mean anything. */
extern const double threshold_learned;

/* Isotonic regression of the mean accuracies, weighted by test problems, into fit[0 ... count). */
enum err threshold_fit(const struct level *levels, size_t count, double *fit, struct error *error);

/* The highest noise level at which the fitted accuracy (threshold_fit, straight between levels) is still at
 * least share * clean accuracy, 0 < share <= 1.
 *
 * `levels` ascend in noise (count >= 1); `clean` holds the clean runs (NULL: none) and is `levels` itself
 * where the curve starts there. The interval is a percentile bootstrap that draws seeds, the same ones at
 * each level, and test problems within them. */
enum err threshold_find(const struct level *levels, size_t count, const struct level *clean, double share,
                        struct threshold *threshold, struct error *error);

#endif
