/* What a learner is made of; for learner*.c only. */
#ifndef COTNOISE_NN_LEARNER_STATE_H
#define COTNOISE_NN_LEARNER_STATE_H

#include <stdatomic.h>

#include "nn/learner.h"
#include "nn/pass.h"

struct learner_lane {
    real *gradient; /* by the folded parameters */
    double loss;    /* sum over the lane's targets */
};

struct learner {
    struct gpt *gpt;
    struct learner_options options;
    struct fold_layout layout;
    int64_t step;
    real *folded, *table;
    real *gradient, *m, *v; /* laid out as gpt.values */
    double *squares;        /* a tensor's sum of squares of the gradient */
    struct learner_lane *lane;
    struct pass **pass; /* options.threads of them; a lane at work holds one */
    atomic_bool *busy;
    size_t bytes;
    /* The step at hand, for the team. */
    const struct gpt_batch *batch;
    double factor;
    struct {
        double rate, clip;
    } update;
};

#endif
