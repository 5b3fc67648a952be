/* Training steps. See learner.h; gradients are in learner_gradient.c, saving and loading in learner_file.c.
 */
#include "nn/learner.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/portable.h"
#include "nn/kernels/kernels.h"
#include "nn/learner_state.h"

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

/* Where the value head is among all parameters. */
static void lay_out_value_head(struct learner *learner) {
    size_t C = (size_t)learner->gpt->config.width, first = learner->gpt->size;
    learner->value_tensor[VALUE_WEIGHT] =
        (struct gpt_tensor){.name = "value.weight", .rows = 1, .columns = (int)C, .offset = first, .size = C};
    learner->value_tensor[VALUE_BIAS] =
        (struct gpt_tensor){.name = "value.bias", .rows = 1, .offset = first + C, .size = 1};
    learner->value_tensors = VALUE_TENSORS;
    learner->value_size = C + REAL_VECTOR;
}

static enum err take_all(struct learner *learner, struct error *error) {
    const struct gpt *gpt = learner->gpt;
    const struct learner_options *options = &learner->options;
    size_t lanes = (size_t)options->lanes, size = gpt->size + learner->value_size;
    learner->gradient = take(learner, size, sizeof(real));
    learner->m = take(learner, size, sizeof(real));
    learner->v = take(learner, size, sizeof(real));
    learner->squares = take(learner, (size_t)learner_tensors(learner), sizeof(double));
    learner->lane = take(learner, lanes, sizeof *learner->lane);
    if (learner->value_size) learner->value_head = take(learner, learner->value_size, sizeof(real));
    if (!learner->gradient || !learner->m || !learner->v || !learner->squares || !learner->lane ||
        (learner->value_size && !learner->value_head))
        return err_memory(error, "training");
    enum err code = folded_create(gpt, options->threads, &learner->folded, error);
    if (code) return code;
    for (size_t i = 0; i < lanes; i++) {
        learner->lane[i].gradient = take(learner, learner_lane_size(learner), sizeof(real));
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
    if (options->value_head) lay_out_value_head(made);
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
    free(learner->value_head);
    free(learner->squares);
    free(learner->v);
    free(learner->m);
    free(learner->gradient);
    free(learner);
}

void learner_refresh(struct learner *learner) { folded_refresh(&learner->folded, NULL); }

void learner_restart(struct learner *learner) {
    size_t size = learner->gpt->size + learner->value_size;
    memset(learner->m, 0, size * sizeof *learner->m);
    memset(learner->v, 0, size * sizeof *learner->v);
    if (learner->value_head) memset(learner->value_head, 0, learner->value_size * sizeof(real));
    learner->step = 0;
    learner_refresh(learner);
}

const struct folded *learner_folded(const struct learner *learner) { return &learner->folded; }

const real *learner_value_head(const struct learner *learner) { return learner->value_head; }

int64_t learner_steps(const struct learner *learner) { return learner->step; }

size_t learner_bytes(const struct learner *learner) { return learner->bytes; }

void learner_timing(const struct learner *learner, double seconds[TIMING_PARTS]) {
    for (int part = 0; part < TIMING_PARTS; part++) {
        seconds[part] = learner->timing.seconds[part];
        for (int i = 0; i < learner->pool.count; i++)
            seconds[part] += learner->pool.pass[i]->timing.seconds[part];
    }
}

static void tensor_update(void *context, int index) {
    struct learner *learner = context;
    const struct gpt_tensor *tensor = learner_tensor(learner, index);
    const struct learner_options *options = &learner->options;
    struct adamw adamw = {.rate = learner->update.rate,
                          .beta1 = options->beta1,
                          .beta2 = options->beta2,
                          .epsilon = options->adam_epsilon,
                          .decay = tensor->columns ? options->weight_decay : 0,
                          .step = learner->step + 1,
                          .factor = learner->update.clip};
    size_t at = tensor->offset;
    learner->folded.kernels->update_adamw(&adamw, learner_tensor_values(learner, index),
                                          learner->gradient + at, learner->m + at, learner->v + at,
                                          tensor->size);
}

/* A step of AdamW down the objective's gradient (NULL: that of the mean loss). */
static enum err take_step(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                          const struct objective *objective, double learning_rate,
                          struct learner_step *result, struct objective_sums *sums, struct error *error) {
    struct learner_step step;
    enum err code = learner_find_gradient(learner, team, lanes, objective, &step, sums, error);
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
    team_run(team, learner_tensors(learner), tensor_update, learner);
    learner->step++;
    folded_refresh(&learner->folded, team);
    learner_mark_update(learner, team);
    *result = step;
    return ERR_OK;
}

enum err learner_step(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                      double learning_rate, struct learner_step *result, struct error *error) {
    struct objective_sums none;
    return take_step(learner, team, lanes, NULL, learning_rate, result, &none, error);
}

enum err learner_reinforce(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                           const struct objective *objective, double learning_rate,
                           struct learner_step *result, struct objective_sums *sums, struct error *error) {
    struct objective_sums found;
    enum err code = take_step(learner, team, lanes, objective, learning_rate, result, &found, error);
    if (!code) *sums = found;
    return code;
}
