/* What a learner is made of; for learner*.c only. */
#ifndef COTNOISE_NN_LEARNER_STATE_H
#define COTNOISE_NN_LEARNER_STATE_H

#include "nn/learner.h"
#include "nn/pass.h"

struct learner_lane {
    real *gradient;             /* by the folded parameters, then by the value head */
    double loss;                /* sum over the lane's targets, without an objective */
    struct objective_sums sums; /* with one */
};

enum { VALUE_WEIGHT, VALUE_BIAS, VALUE_TENSORS };

struct learner {
    struct gpt *gpt;
    struct learner_options options;
    int64_t step;
    struct folded folded;
    struct pass_pool pool; /* options.threads passes */
    /* The value head, behind gpt.values in offsets; no tensors and a size of 0 without. */
    struct gpt_tensor value_tensor[VALUE_TENSORS];
    int value_tensors;
    size_t value_size; /* reals, padding included */
    real *value_head;
    real *gradient, *m, *v; /* laid out as gpt.values, then the value head */
    double *squares;        /* a tensor's sum of squares of the gradient */
    struct learner_lane *lane;
    size_t bytes;
    struct timing timing; /* outside the passes */
    /* The step at hand, for the team. */
    const struct gpt_batch *batch;
    double factor;                     /* one over the targets */
    const struct objective *objective; /* NULL: cross entropy */
    struct pass_reading reading;
    double *const *values; /* where learner_values writes */
    struct {
        double rate, clip;
    } update;
};

/* All tensors that are trained: the model's, then the value head's; and the values of one. */
static inline int learner_tensors(const struct learner *learner) {
    return learner->gpt->tensors + learner->value_tensors;
}
static inline const struct gpt_tensor *learner_tensor(const struct learner *learner, int index) {
    int behind = index - learner->gpt->tensors;
    return behind < 0 ? &learner->gpt->tensor[index] : &learner->value_tensor[behind];
}
static inline real *learner_tensor_values(const struct learner *learner, int index) {
    size_t offset = learner_tensor(learner, index)->offset;
    return index < learner->gpt->tensors ? learner->gpt->values + offset
                                         : learner->value_head + (offset - learner->gpt->size);
}

/* Reals of a lane's gradient. */
static inline size_t learner_lane_size(const struct learner *learner) {
    return learner->folded.gradient_size + learner->value_size;
}

/* Fills learner->gradient with that of the objective's sum, or without one of the mean loss. */
enum err learner_find_gradient(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                               const struct objective *objective, struct learner_step *result,
                               struct objective_sums *sums, struct error *error);

/* The whole team has been at an update since timing_start. */
void learner_mark_update(struct learner *learner, const struct team *team);

#endif
