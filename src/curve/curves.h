/* The robustness curves in a collection: accuracy against one kind of noise, all else being equal.
 *
 * A curve is the runs that differ in nothing but its axis and the seed. The axis is the rate of one noise
 * kind or the contamination; clean runs with the same settings begin every curve, whatever their
 * contamination says. */
#ifndef COTNOISE_CURVE_CURVES_H
#define COTNOISE_CURVE_CURVES_H

#include <stdbool.h>
#include <stddef.h>

#include "curve/threshold.h"
#include "record/collect.h"

/* Axes besides the rate of kind 0 ... ROW_KINDS_MAX - 1. */
enum {
    AXIS_TOGETHER = ROW_KINDS_MAX, /* rates of several kinds that rise together; the first one's counts */
    AXIS_CONTAMINATION,
};

/* The runs of a curve at one noise level. */
struct point {
    const size_t *rows; /* level.count indices into the collection */
    double mean, fit;   /* accuracy: mean over the runs, isotonic fit */
    struct interval interval;
};

struct curve {
    size_t setting; /* in curves.settings */
    int axis;
    const struct row *noisy; /* its first run with noise: tells what the curve holds fixed */
    struct level *levels;    /* ascending */
    struct point *points;    /* one a level */
    size_t count;
    bool has_clean;
    double clean; /* mean accuracy of the clean runs */
    struct threshold threshold, half;
    char *label;          /* the noise in words: "dynamic, 10 % of samples contaminated" */
    char *place;          /* what tells its settings from other curves': "add, direct answer"; often empty */
    struct trial *trials; /* storage behind levels and points */
    size_t *rows;
};

struct curves {
    struct curve *curve; /* by settings, then axis */
    size_t count, capacity;
    const char **settings; /* the different settings strings, which belong to the collection's rows */
    size_t setting_count;
    double share; /* that defines the threshold */
};

/* Finds all curves and their thresholds at `share` (0 < share <= 1) of the clean accuracy. The collection
 * must outlive them. Release with curves_free. */
enum err curves_find(const struct collection *collection, double share, struct curves *curves,
                     struct error *error);

void curves_free(struct curves *curves);

/* "rate" or "contamination": what rises along the curve. */
const char *curve_axis(const struct curve *curve);

/* Whether some level has one run only: then intervals do not show how runs differ. */
bool curves_single_seed(const struct curves *curves);

/* thresholds.csv, written atomically. */
enum err curves_write_csv(const struct collection *collection, const struct curves *curves, const char *path,
                          struct error *error);

#endif
