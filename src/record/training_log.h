/* What training tells as it goes: metrics.jsonl, a line a step (of reinforcement learning a line an
 * iteration) and a line an evaluation, and on request the same as a TensorBoard event file. */
#ifndef COTNOISE_RECORD_TRAINING_LOG_H
#define COTNOISE_RECORD_TRAINING_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "nn/learner.h"
#include "record/iteration.h"
#include "record/record.h"

/* Bytes of the files at some moment: a run that goes on from then cuts them off there. */
struct training_log_size {
    int64_t metrics, events;
};

struct training_log {
    FILE *metrics, *events; /* no event file: NULL */
    char *metrics_path, *events_path;
};

/* Opens the files of a run in `directory` to append after `kept` bytes. On failure *log may be partly open:
 * training_log_close ends it in any case, and is harmless on a zeroed struct. */
enum err training_log_open(struct training_log *log, const char *directory, const struct config *config,
                           bool tensorboard, struct training_log_size kept, struct error *error);

/* Adds a line. ERR_RUNTIME without memory; errors of the streams stay there. */
enum err training_log_step(const struct training_log *log, int64_t step, int64_t tokens,
                           const struct learner_step *result, double learning_rate, double tokens_per_second,
                           struct error *error);
enum err training_log_iteration(const struct training_log *log, const struct iteration *iteration,
                                struct error *error);

/* `rollouts`: completions that were drawn to learn from so far, which TensorBoard then has for steps; -1: the
 * run is no reinforcement learning. */
enum err training_log_evaluation(const struct training_log *log, int64_t step, int64_t tokens,
                                 int64_t rollouts, const struct evaluation *evaluation, struct error *error);

/* Says that the run has ended well. ERR_RUNTIME without memory. */
enum err training_log_end(const struct training_log *log, struct error *error);

/* Lets others see what was told so far. Errors stay in the streams. */
void training_log_flush(const struct training_log *log);

/* Brings everything to the disk. *size may be NULL. ERR_RUNTIME when anything could not be written. */
enum err training_log_sync(const struct training_log *log, struct training_log_size *size,
                           struct error *error);

enum err training_log_close(struct training_log *log, struct error *error);

#endif
