/* One run: a configuration trained, evaluated and recorded in a directory of its own. */
#ifndef COTNOISE_TRAIN_RUN_H
#define COTNOISE_TRAIN_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct config;

enum run_phase { RUN_TRAINING, RUN_EVALUATING, RUN_DONE };

struct run_progress {
    enum run_phase phase;
    int64_t step, steps;           /* optimiser steps done, and in all (RUN_TRAINING) */
    int64_t problems, of;          /* test problems solved, and in all (RUN_EVALUATING) */
    int64_t tokens;                /* training tokens so far */
    int64_t rollouts, of_rollouts; /* completions drawn to learn from, and in all; 0 in supervised training */
    double reward;                 /* of the latest iteration of reinforcement learning, else 0 */
    double loss;                   /* of the latest step, nats a token */
    double accuracy;               /* exact match so far or at the latest evaluation; NaN before the first */
    double tokens_per_second;      /* training, over this process's time so far; 0 before the first step */
};

struct run_hooks {
    /* Called a few times a second at most, from the calling thread. May be NULL. */
    void (*progress)(void *context, const struct run_progress *progress);
    void *context;
    bool tensorboard;   /* write a TensorBoard event file beside the metrics */
    const char *parent; /* directory of the complete run config->parent, which a run with one starts from */
    /* The directory is this run's by its name: what lies in it of another run, or damaged, is set aside.
     * Otherwise (a directory that a person chose) another run's result or state is left alone, and an error.
     */
    bool owns_directory;
    /* Something is amiss but can be worked with, such as malformed lines of data.file. May be NULL. */
    void (*warn)(void *context, const char *message);
};

/* Trains and evaluates `config` in `directory` (made when missing; files as listed in docs/formats.md).
 * A directory that holds a training state of the same run goes on from it; one that holds its result is
 * complete, and nothing is done but to write an event file that lacks. A damaged state or result is set aside
 * (NAME.aside), with a warning, and the run starts afresh. The outcome is a pure function of the
 * configuration: neither interruptions nor the number of threads change a bit of it, on the same kind of
 * processor. ERR_INTERRUPTED after a polite stop, with the state saved. ERR_RUNTIME for a full disk or lack
 * of memory, ERR_DIVERGED for a loss that is not finite (the last good state stays). ERR_INPUT when the
 * configuration cannot be run, or its parent is not there. */
enum err run_execute(const struct config *config, const char *directory, const struct run_hooks *hooks,
                     struct error *error);

#endif
