/* The runs of a sweep, or of two that are compared, in memory. */
#ifndef COTNOISE_RECORD_COLLECTION_H
#define COTNOISE_RECORD_COLLECTION_H

#include <stddef.h>
#include <time.h>

#include "base/err.h"
#include "record/row.h"

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

/* A results directory that was read. */
struct sweep {
    char *directory, *name; /* results/NAME, NAME */
};

enum { SWEEPS_MAX = 2 };

struct collection {
    struct sweep sweeps[SWEEPS_MAX];
    int sweep_count;
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

void collection_free(struct collection *collection);

/* Each returns 0, or -1 without memory. remarks_add passes over what is there already, too long or too much.
 */
int faults_add(struct faults *faults, const char *run, const char *reason, int attempts);
void remarks_add(struct remarks *remarks, const char *text);

/* The place of a noise kind, which it is given when it has none yet. ROW_KINDS_MAX when there are too many,
 * -1 without memory. */
int collection_kind(struct collection *collection, const char *kind);

/* Puts everything into its order; nothing may depend on the order in which a directory lists its runs. */
void collection_sort(struct collection *collection);

/* Moves the runs of `from` into `into`, for a comparison of two sweeps: each row's settings then begin with
 * the sweep's name, so that no curve mixes them. `from` is left empty. */
enum err collection_merge(struct collection *into, struct collection *from, struct error *error);

/* results.csv of the rows, written atomically. */
enum err collection_write_csv(const struct collection *collection, const char *path, struct error *error);

#endif
