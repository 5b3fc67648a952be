/* What a learner is made of; for learner*.c only. */
#ifndef COTNOISE_NN_LEARNER_STATE_H
#define COTNOISE_NN_LEARNER_STATE_H

#include "nn/learner.h"
#include "nn/pass.h"

struct learner_lane {
    real *gradient; /* by the folded parameters */
    double loss;    /* sum over the lane's targets */
};

struct learner {
    struct gpt *gpt;
    struct learner_options options;
    int64_t step;
    struct folded folded;
    struct pass_pool pool;  /* options.threads passes */
    real *gradient, *m, *v; /* laid out as gpt.values */
    double *squares;        /* a tensor's sum of squares of the gradient */
    struct learner_lane *lane;
    size_t bytes;
    struct timing timing; /* outside the passes */
    /* The step at hand, for the team. */
    const struct gpt_batch *batch;
    double factor;
    struct {
        double rate, clip;
    } update;
};

#endif
