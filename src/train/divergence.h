/* Whether training made a model worse than none. */
#ifndef COTNOISE_TRAIN_DIVERGENCE_H
#define COTNOISE_TRAIN_DIVERGENCE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/team.h"
#include "data/dataset.h"
#include "nn/gpt.h"

/* A run has diverged when its model, after training, has a loss on its own training samples of more than
 * DIVERGENCE_MARGIN nats a token above that of guessing every token alike, the logarithm of the vocabulary.
 * Noise never does that: training lowers this very loss, and guessing is there for the taking; an untrained
 * model is about 0.2 above it. A model that training began with may be worse than that, if it is sure of what
 * these samples deny; then its loss, `before`, is the bound (NaN: the weights were random). The loss is of up
 * to DIVERGENCE_SAMPLES samples that lie evenly in the training set. ERR_INTERRUPTED when a stop is asked for
 * meanwhile, ERR_DIVERGED when it is not finite. */
#define DIVERGENCE_MARGIN 1.0
enum { DIVERGENCE_SAMPLES = 256 };
struct divergence {
    bool diverged, began_worse; /* the latter: the bound is what training began with, not guessing */
    double loss, bound;         /* nats a token */
};
enum err divergence_measure(const struct gpt *gpt, struct team *team, const struct dataset *training,
                            double before, struct divergence *divergence, struct error *error);

#endif
