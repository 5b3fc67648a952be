/* A run's options as hyperparameters for TensorBoard, and the metrics to hold them against. */
#ifndef COTNOISE_RECORD_HYPERPARAMETERS_H
#define COTNOISE_RECORD_HYPERPARAMETERS_H

#include <stdio.h>

#include "base/err.h"
#include "spec/config.h"

/* Appends the events of a run that begins at `wall_time`: every option that can change its result, under its
 * dotted name, what was said of its parent ("start.data.samples"), and the metrics of an evaluation
 * (columns.h). ERR_RUNTIME without memory; errors of the stream stay there. */
enum err hyperparameters_write(FILE *stream, double wall_time, const struct config *config,
                               struct error *error);

#endif
