/* The robustness curves in a collection: accuracy against one kind of noise, all else being equal.
 *
 * A curve is the runs that differ in nothing but its axis and the seed (setting.h says what counts). The axis
 * is the rate of one noise kind or the contamination; clean runs with the same settings begin every curve,
 * whatever their contamination says. */
#ifndef COTNOISE_CURVE_CURVES_H
#define COTNOISE_CURVE_CURVES_H

#include <stdbool.h>
#include <stddef.h>

#include "curve/rise.h"
#include "curve/threshold.h"
#include "record/collection.h"

/* An axis is the rate of a noise, by its number in noise_list, or one of these. */
enum {
    AXIS_TOGETHER = NOISE_KINDS_MAX, /* rates of several kinds that rise together; the first one's counts */
    AXIS_CONTAMINATION,
};

/* The runs of a curve at one noise level. */
struct point {
    const size_t *rows; /* level.count indices into the collection */
    double mean, fit;   /* accuracy: mean over the runs, isotonic fit */
    struct interval interval;
    double learned; /* share of its seeds that have learned (learned.h); NAN where clean runs have not */
    bool split;     /* some have, some have not, and none is between */
};

/* Shares of the clean accuracy at which every curve has a threshold, whichever is the headline. */
enum { CURVE_SHARES = 3 };
extern const double curve_shares[CURVE_SHARES];

struct curve {
    size_t setting; /* in curves.settings */
    int axis;
    int rank;     /* of the axis: the order in which a collection has its kinds, then the other axes */
    size_t first; /* its first run with noise, by number in the collection, */
    const struct record *noisy; /* and itself: it tells what the curve holds fixed */
    struct level *levels;       /* ascending */
    struct point *points;       /* one a level */
    size_t count;
    bool has_clean;
    double clean;            /* mean accuracy of the clean runs */
    double clean_validation; /* their mean validation accuracy */
    bool learned;            /* it is what curves.learned asks for: there are thresholds */
    struct threshold threshold, half, at[CURVE_SHARES];
    struct rise rise;     /* then the fit is of the levels up to its valley, and of the others */
    size_t diverged;      /* how many of its runs did: they tell of training, not of noise */
    size_t split_levels;  /* how many points are split */
    size_t seeds_needed;  /* at each level, for an interval of a fifth of the threshold; 0: it is as narrow */
    char *label;          /* the noise in words: "dynamic, 10 % of samples contaminated" */
    char *place;          /* what tells its settings from other curves': "add, direct answer"; often empty */
    struct trial *trials; /* storage behind levels and points */
    size_t *rows;
};

struct curves {
    struct curve *curve; /* by settings, then axis */
    size_t count, capacity;
    const struct record **settings; /* the different settings, each by its first run */
    size_t setting_count;
    double share;   /* that defines the threshold */
    double learned; /* validation accuracy that clean runs must have for there to be one */
};

/* Finds all curves and their thresholds at `share` (0 < share <= 1) of the clean accuracy, where the clean
 * runs have a mean validation accuracy of `learned` (0 ... 1) at least; of runs that were not validated the
 * accuracy counts. Runs of the same settings are of one curve whichever sweep they come from, and a run that
 * lies in two sweeps counts once. The collection must outlive the curves. Release with curves_free. */
enum err curves_find(const struct collection *collection, double share, double learned, struct curves *curves,
                     struct error *error);

void curves_free(struct curves *curves);

/* <0, 0, >0 as two runs with noise are in order by what noise a curve along `axis` holds fixed; 0: they are
 * of one curve if their settings are the same. */
int curves_compare_noise(const struct collection *collection, int axis, const struct record *a,
                         const struct record *b);

/* "rate" or "contamination": what rises along the curve. */
const char *curve_axis(const struct curve *curve);

/* Whether some level has one run only: then intervals do not show how runs differ. */
bool curves_single_seed(const struct curves *curves);

/* Runs on a curve. */
size_t curve_runs(const struct curve *curve);

/* thresholds.csv: a line a curve, written whole or not at all. */
enum err curves_write_csv(const struct collection *collection, const struct curves *curves, const char *path,
                          struct error *error);

#endif
