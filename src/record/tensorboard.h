/* TensorBoard event files: TFRecord framing with masked CRC-32C around Event messages in the protocol
 * buffers' wire format, of which only scalars are needed.
 *
 * Sources: tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto and
 * tensorflow/core/framework/summary.proto. */
#ifndef COTNOISE_RECORD_TENSORBOARD_H
#define COTNOISE_RECORD_TENSORBOARD_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

/* TensorBoard takes files with "tfevents" in their name. */
#define TENSORBOARD_FILE "events.out.tfevents.cotnoise"

struct tensorboard_scalar {
    const char *tag; /* at most 100 bytes */
    double value;    /* stored as a float */
};

enum { TENSORBOARD_SCALARS_MAX = 8 };

/* Opens PATH to append after its first `keep` bytes, which end with a whole event (0 to begin anew). A file
 * that is missing or shorter is begun anew. *stream is the caller's (fclose). */
enum err tensorboard_open(const char *path, int64_t keep, FILE **stream, struct error *error);

/* Appends one event with `count` scalars (at most TENSORBOARD_SCALARS_MAX). Errors stay in the stream. */
void tensorboard_write(FILE *stream, double wall_time, int64_t step, const struct tensorboard_scalar *scalars,
                       int count);

#endif
