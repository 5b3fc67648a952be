/* Accuracies of the runs of sweeps, cell by cell: what predictions are made from. */
#ifndef COTNOISE_CURVE_MEASURED_H
#define COTNOISE_CURVE_MEASURED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "record/collection.h"

/* The kinds of noise that are predicted from. */
enum measured_kind { MEASURED_DIGIT, MEASURED_LINE, MEASURED_DYNAMIC, MEASURED_KINDS };
extern const char *const measured_kind_names[]; /* NULL-terminated, in the order of the enum */

/* A noise level: rates of the kinds, and the share of the samples that they strike. Both in 0 ... 1. */
struct noise_level {
    double contamination, rate[MEASURED_KINDS];
};

/* All runs of one cell. */
struct measured_cell {
    struct noise_level level; /* contamination 0 where nothing is noised */
    double sum;               /* of the accuracies */
    int runs;
    int64_t *seeds; /* of the runs, ascending; of a table that does not say them, the default for all */
    size_t capacity;
};

/* The cells of one setting: what was trained, apart from the noise. */
struct measured_setting {
    const struct record *run; /* the first of it */
    struct measured_cell *cells;
    size_t count, capacity;
};

struct measured {
    struct measured_setting *settings; /* by model, samples, epochs */
    size_t count, capacity;
    size_t passed_over;             /* runs of the task with another kind of noise than these three */
    struct collection *collections; /* the directories that were read */
    size_t directories, directory_capacity;
    const struct record *sized; /* the run whose sizes of problems all others have; NULL before the first */
    bool sizes_known; /* false where they are taken as by default, for a table came without its spec */
};

/* <0, 0, >0 as two runs, which need not be of one collection, are in order by what was trained: every option
 * that can change a result, but those of the noise and the seed. */
int measured_compare_runs(const struct record *a, const struct record *b);

/* Adds the runs of DIRECTORY, a sweep's, that are of `task` with format trace, from its run directories or
 * from results.csv where that is all there is. Start from {0}; release with measured_free, also after a
 * failure. ERR_INPUT when it is not such a directory, and when its problems are of other sizes than those
 * before. */
enum err measured_read(struct measured *measured, const char *directory, const struct task *task,
                       struct error *error);
void measured_free(struct measured *measured);

/* ERR_INPUT when arguments with so many digits or list elements at most are not among the problems that were
 * measured: what a model would do with them cannot be told from these runs. */
enum err measured_check_sizes(const struct measured *measured, int digits, int elements, struct error *error);

#endif
