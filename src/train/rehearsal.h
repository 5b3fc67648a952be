/* How fast a run of some configuration trains and is tested here: a few steps and a few problems of its own,
 * in memory, thrown away afterwards. Nothing of it reaches a run. */
#ifndef COTNOISE_TRAIN_REHEARSAL_H
#define COTNOISE_TRAIN_REHEARSAL_H

#include "base/err.h"

struct config;

struct rehearsal {
    double training; /* tokens a second */
    double testing;  /* tokens a second: those of the problems with their true completions */
    double making;   /* samples and problems a second */
};

/* Takes about `seconds`, or longer where a single step does, on config->train.threads threads. The model has
 * random weights, also where the run would start from a checkpoint. A model that has learnt how long a trace
 * is writes about as much as the true completions are long; that much is written here. *rehearsal is
 * untouched on failure: ERR_INPUT when the configuration cannot be run, ERR_RUNTIME without memory. */
enum err rehearsal_run(const struct config *config, double seconds, struct rehearsal *rehearsal,
                       struct error *error);

#endif
