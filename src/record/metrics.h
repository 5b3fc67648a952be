/* How a run learned: its metrics.jsonl, thinned to what a plot can show. */
#ifndef COTNOISE_RECORD_METRICS_H
#define COTNOISE_RECORD_METRICS_H

#include <stddef.h>

#include "base/err.h"

enum { METRICS_POINTS = 200 };

struct metric_series {
    double tokens[METRICS_POINTS], value[METRICS_POINTS];
    size_t count;
};

struct metrics {
    struct metric_series loss;     /* training loss, means over equal stretches of steps */
    struct metric_series accuracy; /* evaluations on test problems; the last METRICS_POINTS */
};

/* Reads a run's file. One that is missing, too large, or not what a run writes gives what could be read,
 * perhaps nothing; only a lack of memory is an error. */
enum err metrics_read(const char *directory, const char *run, struct metrics *metrics, struct error *error);

#endif
