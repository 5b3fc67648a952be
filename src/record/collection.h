/* The runs of a sweep, or of several that are compared, in memory. */
#ifndef COTNOISE_RECORD_COLLECTION_H
#define COTNOISE_RECORD_COLLECTION_H

#include <stddef.h>
#include <time.h>

#include "base/err.h"
#include "record/field.h"

/* A run without a usable result, and why. */
struct fault {
    char *run, *reason;
    int attempts; /* of a failed run, 0 when unknown */
};

struct faults {
    struct fault *fault;
    size_t count, capacity;
};

/* A results directory that was read. */
struct source {
    char *directory, *name; /* results/NAME, NAME */
    struct fields selected; /* options whose value each cell of it chose (selection.h) */
};

enum { SOURCES_MAX = 64 };

struct collection {
    struct source sources[SOURCES_MAX];
    int source_count;
    struct record **records; /* by task, format, model, samples, noise, rate, contamination, seed, run */
    size_t count, capacity;
    struct record *
        *parents; /* runs that are there only for others to start from, in the same order: no curve's */
    size_t parent_count;
    struct fields selected; /* those of all sources */
    struct record *
        *passed_over; /* runs with the values that were not chosen, in the same order: no curve's */
    size_t passed_over_count;
    int kinds[NOISE_KINDS_MAX]; /* numbers in noise_list of the noises at work: static ones first, then by
                                   name */
    int kind_count;
    struct fields varied; /* the options in which they differ */
    struct faults failed; /* with a note of why, and no result */
    struct faults spoilt; /* what lies there is not the run's result: left out */
    size_t unfinished;    /* neither result nor note; where the spec is known, not begun counts too */
    size_t others;        /* run directories that the spec does not ask for, and that are left out */
    bool is_table;        /* read from a results.csv, without run directories */
    char *notice;         /* why all runs are shown, whatever the spec asks for; NULL: they are not */
    time_t last_finished; /* when the latest result was written; 0: there is none */
};

void collection_free(struct collection *collection);

/* Takes over the record and zeroes it. */
enum err collection_add(struct collection *collection, struct record *record, struct error *error);

enum err faults_add(struct faults *faults, const char *run, const char *reason, int attempts,
                    struct error *error);

/* Puts everything into its order (nothing may depend on the order in which a directory lists its runs) and
 * finds what varies. */
enum err collection_finish(struct collection *collection, struct error *error);

/* Moves the runs of `from`, which is of one sweep, into `into`, for a comparison of several; the sweep is
 * then one more thing in which runs differ, and the collection is no table's. Of sweeps that have one name
 * each gets its number behind it. `from` is left empty. There must be less than SOURCES_MAX sweeps in `into`.
 */
enum err collection_merge(struct collection *into, struct collection *from, struct error *error);

/* The n-th of all its runs, parents and those that were not chosen included; NULL after the last. */
const struct record *collection_any(const struct collection *collection, size_t n);

/* The run that a run started from, wherever it stands in the collection; NULL where it is not there, or there
 * is none. */
const struct record *collection_parent(const struct collection *collection, const struct record *run);

/* All runs, parents and those that were not chosen included: how many, and what they took. */
struct totals {
    size_t runs;
    double seconds;
    int64_t tokens; /* of training */
};
struct totals collection_totals(const struct collection *collection);

/* The most tasks in a mix: how options of tasks are to be named (field_name). */
int collection_tasks(const struct collection *collection);

#endif
