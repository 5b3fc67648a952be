/* Training steps. See learner.h; saving and loading are in learner_file.c. */
#include "nn/learner.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/portable.h"
#include "nn/kernels/kernels.h"
#include "nn/learner_state.h"

enum { SLICE = 1 << 12 }; /* reals that a thread adds up at a time */

struct learner_options learner_defaults(int longest) {
    return (struct learner_options){.lanes = 4,
                                    .threads = 1,
                                    .longest = longest,
                                    .weight_decay = 0.01,
                                    .clip = 1,
                                    .beta1 = 0.9,
                                    .beta2 = 0.95,
                                    .adam_epsilon = 1e-8};
}

double learner_schedule(double peak, int64_t step, int64_t warmup, int64_t total) {
    if (step < warmup) return peak * (double)(step + 1) / (double)warmup;
    if (total <= warmup) return peak;
    double done = (double)(step - warmup) / (double)(total - warmup);
    if (done > 1) done = 1;
    return peak * (0.1 + 0.9 * 0.5 * (1 + portable_cos(3.14159265358979323846 * done)));
}

/* A piece of memory counted in learner.bytes; NULL when there is none. */
static void *take(struct learner *learner, size_t count, size_t size) {
    void *block = memory_aligned(count, size);
    if (block) learner->bytes += count * size;
    return block;
}

static enum err take_all(struct learner *learner, struct error *error) {
    const struct gpt *gpt = learner->gpt;
    const struct learner_options *options = &learner->options;
    size_t lanes = (size_t)options->lanes;
    learner->gradient = take(learner, gpt->size, sizeof(real));
    learner->m = take(learner, gpt->size, sizeof(real));
    learner->v = take(learner, gpt->size, sizeof(real));
    learner->squares = take(learner, (size_t)gpt->tensors, sizeof(double));
    learner->lane = take(learner, lanes, sizeof *learner->lane);
    if (!learner->gradient || !learner->m || !learner->v || !learner->squares || !learner->lane)
        return err_memory(error, "training");
    enum err code = folded_create(gpt, options->threads, &learner->folded, error);
    if (code) return code;
    for (size_t i = 0; i < lanes; i++) {
        learner->lane[i].gradient = take(learner, learner->folded.gradient_size, sizeof(real));
        if (!learner->lane[i].gradient) return err_memory(error, "gradients");
    }
    code = pass_pool_create(&learner->folded, options->threads, options->chunk, options->longest,
                            options->recompute ? PASS_RECOMPUTING : PASS_TRAINING, &learner->pool, error);
    learner->bytes += learner->folded.bytes + learner->pool.bytes;
    return code;
}

enum err learner_create(struct gpt *gpt, const struct learner_options *options, struct learner **learner,
                        struct error *error) {
    assert(options->lanes >= 1 && options->threads >= 1);
    assert(options->longest >= 1 && options->longest <= gpt->config.positions);
    struct learner *made = memory_array(1, sizeof *made);
    if (!made) return err_memory(error, "training");
    made->gpt = gpt;
    made->options = *options;
    if (made->options.chunk == 0) made->options.chunk = 512;
    if (made->options.chunk < options->longest) made->options.chunk = options->longest;
    enum err code = take_all(made, error);
    if (code) {
        learner_free(made);
        return code;
    }
    *learner = made;
    return ERR_OK;
}

void learner_free(struct learner *learner) {
    if (!learner) return;
    pass_pool_free(&learner->pool);
    folded_free(&learner->folded);
    for (int i = 0; learner->lane && i < learner->options.lanes; i++) free(learner->lane[i].gradient);
    free(learner->lane);
    free(learner->squares);
    free(learner->v);
    free(learner->m);
    free(learner->gradient);
    free(learner);
}

void learner_refresh(struct learner *learner) { folded_refresh(&learner->folded, NULL); }

int64_t learner_steps(const struct learner *learner) { return learner->step; }

size_t learner_bytes(const struct learner *learner) { return learner->bytes; }

void learner_timing(const struct learner *learner, double seconds[TIMING_PARTS]) {
    for (int part = 0; part < TIMING_PARTS; part++) {
        seconds[part] = learner->timing.seconds[part];
        for (int i = 0; i < learner->pool.count; i++)
            seconds[part] += learner->pool.pass[i]->timing.seconds[part];
    }
}

/* Counts tokens and targets of the batch and checks all of it. */
static enum err check_batch(const struct learner *learner, const struct gpt_batch *lanes,
                            struct learner_step *result, struct error *error) {
    int vocabulary = learner->gpt->config.vocabulary;
    for (int i = 0; i < learner->options.lanes; i++) {
        const struct gpt_batch *batch = &lanes[i];
        for (int s = 0; s < batch->samples; s++) {
            int length = batch->starts[s + 1] - batch->starts[s];
            if (length < 0 || length > learner->options.longest)
                return err_set(error, ERR_INPUT, "a sample of %d tokens (allowed: 0 to %d)", length,
                               learner->options.longest);
        }
        int tokens = batch->samples ? batch->starts[batch->samples] : 0;
        for (int t = 0; t < tokens; t++) {
            if (batch->tokens[t] < 0 || batch->tokens[t] >= vocabulary || batch->targets[t] >= vocabulary)
                return err_set(error, ERR_INPUT, "token %d or target %d (allowed: 0 to %d)", batch->tokens[t],
                               batch->targets[t], vocabulary - 1);
            result->targets += batch->targets[t] >= 0;
        }
        result->tokens += tokens;
    }
    if (result->targets == 0) return err_set(error, ERR_INPUT, "a batch without any target to learn from");
    return ERR_OK;
}

/* Loss and gradient of one lane, as many whole samples at a time as the chunk holds. */
static void lane_gradient(void *context, int index) {
    struct learner *learner = context;
    struct learner_lane *lane = &learner->lane[index];
    const struct gpt_batch *batch = &learner->batch[index];
    struct pass *pass = pass_pool_take(&learner->pool);
    lane->loss = 0;
    if (learner->batch[index].samples || index == 0) /* others without samples are left out of the sum */
        memset(lane->gradient, 0, learner->folded.gradient_size * sizeof(real));
    for (int s = 0; s < batch->samples && !interrupt_requested();) {
        const int32_t *starts = batch->starts + s;
        int samples = 1;
        while (s + samples < batch->samples && starts[samples + 1] - starts[0] <= pass->capacity) samples++;
        const int32_t *tokens = batch->tokens + starts[0], *targets = batch->targets + starts[0];
        lane->loss += pass_forward(pass, tokens, targets, starts, samples);
        pass_backward(pass, tokens, starts, samples, learner->factor, lane->gradient);
        s += samples;
    }
    pass_pool_give(&learner->pool, pass);
}

/* Adds the lanes up, in their order, into lane 0; one slice. */
static void add_slice(void *context, int slice) {
    struct learner *learner = context;
    size_t first = (size_t)slice * SLICE, size = learner->folded.gradient_size;
    size_t last = size - first < SLICE ? size : first + SLICE;
    for (int i = 1; i < learner->options.lanes; i++)
        if (learner->batch[i].samples)
            learner->folded.kernels->update_add_up(learner->lane[0].gradient + first,
                                                   learner->lane[i].gradient + first, last - first);
}

static void tensor_squares(void *context, int index) {
    struct learner *learner = context;
    const struct gpt_tensor *tensor = &learner->gpt->tensor[index];
    learner->squares[index] =
        learner->folded.kernels->update_squares(learner->gradient + tensor->offset, tensor->size);
}

/* The whole team has been at it since timing_start. */
static void mark_update(struct learner *learner, const struct team *team) {
    double before = learner->timing.seconds[TIMING_UPDATE];
    timing_mark(&learner->timing, TIMING_UPDATE);
    learner->timing.seconds[TIMING_UPDATE] +=
        (learner->timing.seconds[TIMING_UPDATE] - before) * (team_threads(team) - 1);
}

enum err learner_gradient(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                          struct learner_step *result, const real **gradient, struct error *error) {
    assert(team_threads(team) <= learner->options.threads);
    struct learner_step step = {0};
    enum err code = check_batch(learner, lanes, &step, error);
    if (code) return code;
    learner->batch = lanes;
    learner->factor = 1.0 / (double)step.targets;
    team_run(team, learner->options.lanes, lane_gradient, learner);
    code = interrupt_check(error);
    if (code) return code; /* some lanes may have been left before their end */
    timing_start(&learner->timing);
    for (int i = 0; i < learner->options.lanes; i++) step.loss += learner->lane[i].loss;
    step.loss *= learner->factor;
    if (learner->options.lanes > 1)
        team_run(team, (int)((learner->folded.gradient_size + SLICE - 1) / SLICE), add_slice, learner);
    folded_gradient(&learner->folded, team, learner->lane[0].gradient, learner->gradient);
    team_run(team, learner->gpt->tensors, tensor_squares, learner);
    double squares = 0;
    for (int i = 0; i < learner->gpt->tensors; i++) squares += learner->squares[i];
    step.gradient_norm = sqrt(squares);
    mark_update(learner, team);
    *result = step;
    if (gradient) *gradient = learner->gradient;
    return ERR_OK;
}

static void tensor_update(void *context, int index) {
    struct learner *learner = context;
    const struct gpt_tensor *tensor = &learner->gpt->tensor[index];
    const struct learner_options *options = &learner->options;
    struct adamw adamw = {.rate = learner->update.rate,
                          .beta1 = options->beta1,
                          .beta2 = options->beta2,
                          .epsilon = options->adam_epsilon,
                          .decay = tensor->columns ? options->weight_decay : 0,
                          .step = learner->step + 1,
                          .factor = learner->update.clip};
    size_t at = tensor->offset;
    learner->folded.kernels->update_adamw(&adamw, learner->gpt->values + at, learner->gradient + at,
                                          learner->m + at, learner->v + at, tensor->size);
}

enum err learner_step(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                      double learning_rate, struct learner_step *result, struct error *error) {
    struct learner_step step;
    enum err code = learner_gradient(learner, team, lanes, &step, NULL, error);
    if (code) return code;
    learner->update.rate = learning_rate;
    learner->update.clip = 1;
    if (learner->options.clip > 0 && step.gradient_norm > learner->options.clip)
        learner->update.clip = learner->options.clip / step.gradient_norm;
    /* AdamW keeps squares of the gradient, as reals. */
    double norm = step.gradient_norm * learner->update.clip;
    bool overflows = !isfinite(step.gradient_norm) || !(norm * norm <= FLT_MAX);
    if (!isfinite(step.loss) || overflows)
        return err_set(error, ERR_DIVERGED, "the %s is not finite, or too large to go on with; %s",
                       isfinite(step.loss) ? "gradient" : "loss",
                       learner->step ? "the learning rate may be too high"
                                     : "the weights that training starts from are too large");
    timing_start(&learner->timing);
    team_run(team, learner->gpt->tensors, tensor_update, learner);
    learner->step++;
    folded_refresh(&learner->folded, team);
    mark_update(learner, team);
    *result = step;
    return ERR_OK;
}
