/* The threshold of a robustness curve: how much noise until accuracy is lost. */
#ifndef COTNOISE_CURVE_THRESHOLD_H
#define COTNOISE_CURVE_THRESHOLD_H

#include <stddef.h>

#include "base/err.h"
#include "curve/statistics.h"

enum threshold_status {
    THRESHOLD_FOUND,       /* at `noise` */
    THRESHOLD_NOT_REACHED, /* still above at the highest level, which is `noise` */
    THRESHOLD_BELOW,       /* already under at the lowest level, which is `noise` */
    THRESHOLD_NO_CLEAN,    /* there is no clean run to compare with */
    THRESHOLD_NOT_LEARNED, /* clean runs have not learned the task: what they lose says nothing */
};

/* "found", "not_reached", ..., in the order of the enum. */
extern const char *const threshold_status_names[];

struct threshold {
    enum threshold_status status;
    double noise;     /* the threshold, where status is FOUND */
    double low, high; /* its 95 % interval; high is INFINITY where it reaches beyond the highest level */
    size_t freedom;   /* of the Student t that is in it; 0: none, for seeds learn by chance */
};

/* Noise at which the line through (levels, fit) first falls below `target`; INFINITY when it never does,
 * -INFINITY when it starts below. */
double threshold_crossing(const struct level *levels, const double *fit, size_t count, double target);

/* Isotonic regression of the mean accuracies, weighted by test problems, into fit[0 ... count): of levels
 * 0 ... rest - 1, and of those from `rest` on by themselves (rest = count: of all). */
enum err threshold_fit(const struct level *levels, size_t count, size_t rest, double *fit,
                       struct error *error);

/* The first noise at which the fitted accuracy (threshold_fit, straight between levels) is no longer at least
 * share * clean accuracy, 0 < share <= 1.
 *
 * `levels` ascend in noise (count >= 1); `clean` holds the clean runs and is `levels` itself where the curve
 * starts there; their mean is above 0. The interval holds every noise around the threshold at which the fit's
 * distance from share * clean accuracy is within what chance does (contrast.h: the wider of seeds and test
 * problems), and, where seeds learn by chance, that of learned_interval besides.
 * Source: E. C. Fieller, "Some problems in interval estimation", Journal of the Royal Statistical Society B
 * 16 (1954). */
enum err threshold_find(const struct level *levels, size_t count, size_t rest, const struct level *clean,
                        double share, struct threshold *threshold, struct error *error);

/* What thresholds are sorted by: not reached lies above all, and none below. */
double threshold_order(const struct threshold *threshold);

/* How far a threshold moved from `before` to `after`. */
struct threshold_change {
    double points; /* after - before; NaN where it is not known: one of them is none, or both are bounds */
    int bound;     /* 1: at least by so much, as `after` lies above the levels, or `before` below them; -1: at
                      most; 0: by that, and then there is an interval */
    double low, high; /* 95 %; -INFINITY or INFINITY where an end of a threshold is not known */
};

/* Source of the interval, from those of both taken for independent: G. Y. Zou and A. Donner, "Construction of
 * confidence limits about effect measures: a general approach", Statistics in Medicine 27 (2008). */
struct threshold_change threshold_change(const struct threshold *before, const struct threshold *after);

/* Runs that each level would need for the interval to be `wanted` of the threshold wide, when levels have
 * `runs` now: the width falls as 1 / sqrt(runs), and as Student's t where that is in it. 0 where the interval
 * is no wider than that, or there is none; an interval that reaches beyond the levels counts up to `highest`.
 */
size_t threshold_runs_needed(const struct threshold *threshold, double highest, size_t runs, double wanted);

#endif
