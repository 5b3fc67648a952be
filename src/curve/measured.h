/* Accuracies read back from the results.csv of sweeps: what predictions are made from. */
#ifndef COTNOISE_CURVE_MEASURED_H
#define COTNOISE_CURVE_MEASURED_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

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
};

/* The cells of one setting: what was trained, apart from the noise. */
struct measured_setting {
    char model[64];
    int64_t samples;
    double epochs;
    struct measured_cell *cells;
    size_t count, capacity;
};

struct measured {
    struct measured_setting *settings; /* by model, samples, epochs */
    size_t count, capacity;
    size_t passed_over; /* rows of the task with another kind of noise than these three */
};

/* Adds the rows of DIRECTORY/results.csv that are of `task` with format trace. Start from {0}; release with
 * measured_free, also after a failure. ERR_INPUT, with file and line, when it is not such a file. Sizes of
 * problems are no column: the directories given must be of the same ones. */
enum err measured_read(struct measured *measured, const char *directory, const char *task,
                       struct error *error);
void measured_free(struct measured *measured);

#endif
