/* What a results directory holds: its finished runs as typed rows, and the runs that are not. */
#ifndef COTNOISE_REPORT_COLLECT_H
#define COTNOISE_REPORT_COLLECT_H

#include <stddef.h>
#include <time.h>

#include "base/err.h"
#include "report/row.h"

/* A run without a usable result, and why. */
struct fault {
    char *run, *reason;
    int attempts; /* of a failed run, 0 when unknown */
};

struct faults {
    struct fault *fault;
    size_t count, capacity;
};

/* A small set of texts, for provenance. */
struct remarks {
    char *text[8];
    size_t count;
};

struct collection {
    struct row *rows; /* by task, format, model, samples, noise, rate, contamination, seed, run */
    size_t count, capacity;
    char *kinds[ROW_KINDS_MAX]; /* noise kinds in use, static ones first; row.level is in this order */
    int kind_count;
    struct faults failed;     /* failed.json and no result.json */
    struct faults unreadable; /* a result.json that no run can have written, or a foreign directory */
    size_t unfinished;        /* neither result.json nor failed.json */
    time_t last_finished;     /* when the latest result.json was written; 0: there is none */
    struct remarks machines, versions;
    double threshold; /* option report.threshold of a run; 0: none says */
};

/* Reads DIRECTORY/runs/. What is wrong with one run is noted in `unreadable` and stops nothing.
 * ERR_INPUT when `directory` is not a results directory. Release with collection_free. */
enum err collect(const char *directory, struct collection *collection, struct error *error);

void collection_free(struct collection *collection);

/* DIRECTORY/NAME (or DIRECTORY/runs/RUN/NAME where run is not NULL) into *bytes, to be freed, when it is a
 * regular file of at most `limit` bytes: no device, no pipe, no link out of the results directory. */
enum err collect_file(const char *directory, const char *run, const char *name, size_t limit, char **bytes,
                      size_t *length, struct error *error);

/* results.csv of the rows, written atomically. */
enum err collection_write_csv(const struct collection *collection, const char *path, struct error *error);

#endif
