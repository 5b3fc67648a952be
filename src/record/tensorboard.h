/* TensorBoard event files: TFRecord framing with masked CRC-32C around Event messages in the protocol
 * buffers' wire format. Scalars, and what the HPARAMS tab needs: the options of a run, and which scalars are
 * its results.
 *
 * Sources: tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto,
 * tensorflow/core/framework/summary.proto; tensorboard/plugins/hparams/api.proto and plugin_data.proto. */
#ifndef COTNOISE_RECORD_TENSORBOARD_H
#define COTNOISE_RECORD_TENSORBOARD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

struct tensorboard_scalar {
    const char *tag; /* at most 100 bytes */
    double value;    /* stored as a float */
};

enum { TENSORBOARD_SCALARS_MAX = 48 };

/* Opens PATH to append after its first `keep` bytes, which end with a whole event (0 to begin anew). A file
 * that is missing or shorter is begun anew; *is_new says so. *stream is the caller's (fclose). */
enum err tensorboard_open(const char *path, int64_t keep, FILE **stream, bool *is_new, struct error *error);

/* Writes the event that every file begins with. Errors stay in the stream. */
void tensorboard_begin(FILE *stream);

/* Appends one event with `count` scalars (at most TENSORBOARD_SCALARS_MAX). Errors stay in the stream. */
void tensorboard_write(FILE *stream, double wall_time, int64_t step, const struct tensorboard_scalar *scalars,
                       int count);

/* A hyperparameter: a number, or text. A number that is not finite is left out of the run's values. */
struct tensorboard_hparam {
    const char *name; /* "train.learning_rate" */
    bool is_number;
    double number;
    const char *text; /* not needed with a number */
};

/* Appends two events at the beginning of a run: the hyperparameters and metrics that there are (`metrics`:
 * tags of scalars, ended by NULL), and the values of this run, which begins at `wall_time`. TensorBoard shows
 * the metrics that the first run it reads has named, so all runs should name the same. ERR_RUNTIME without
 * memory; other errors stay in the stream. */
enum err tensorboard_hparams(FILE *stream, double wall_time, const struct tensorboard_hparam *hparams,
                             int count, const char *const *metrics, struct error *error);

/* Appends the event that says that the run has ended well; this is its tag. */
#define TENSORBOARD_END "_hparams_/session_end_info"
enum err tensorboard_session_end(FILE *stream, double wall_time, struct error *error);

#endif
