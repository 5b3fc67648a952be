/* Passes over a batch: its gradient, by the lanes, and values of its tokens. See learner.h. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/interrupt.h"
#include "nn/kernels/kernels.h"
#include "nn/learner_state.h"

enum { SLICE = 1 << 12 }; /* reals that a thread adds up at a time */

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

/* How many samples from `first` on a pass takes at a time: whole ones, as many as the chunk holds. */
static int samples_at_once(const struct pass *pass, const struct gpt_batch *batch, int first) {
    const int32_t *starts = batch->starts + first;
    int samples = 1;
    while (first + samples < batch->samples && starts[samples + 1] - starts[0] <= pass->capacity) samples++;
    return samples;
}

/* What the pass's targets, whose goals begin with the pass's rows, add to the lane's sums, and their slopes.
 */
static void set_slopes(const struct learner *learner, struct learner_lane *lane, struct pass *pass,
                       const struct objective_target *goals) {
    const struct objective *objective = learner->objective;
    for (int m = 0; m < pass->M; m++) {
        if (!objective) {
            pass_slopes(pass, m, learner->factor, 0, 0);
            continue;
        }
        const struct objective_target *goal = &goals[pass->row[m]];
        double entropy = (double)pass->entropy[m], by_entropy = -objective->entropy * goal->weight;
        double value = pass->reading.value_head ? (double)pass->value[m] : 0;
        struct objective_slopes slopes =
            objective_slopes(objective, goal, pass_log_probability(pass, m), value, &lane->sums);
        lane->sums.entropy += entropy;
        lane->sums.loss += by_entropy * entropy;
        pass_slopes(pass, m, -slopes.log_probability, by_entropy, slopes.value);
    }
}

/* What is lowered, and its gradient, of one lane. */
static void lane_gradient(void *context, int index) {
    struct learner *learner = context;
    struct learner_lane *lane = &learner->lane[index];
    const struct gpt_batch *batch = &learner->batch[index];
    struct pass *pass = pass_pool_take(&learner->pool);
    lane->loss = 0;
    lane->sums = (struct objective_sums){0};
    if (learner->batch[index].samples || index == 0) /* others without samples are left out of the sum */
        memset(lane->gradient, 0, learner_lane_size(learner) * sizeof(real));
    for (int s = 0; s < batch->samples && !interrupt_requested();) {
        const int32_t *starts = batch->starts + s;
        int samples = samples_at_once(pass, batch, s);
        const int32_t *tokens = batch->tokens + starts[0], *targets = batch->targets + starts[0];
        lane->loss += pass_forward(pass, tokens, targets, starts, samples, &learner->reading);
        set_slopes(learner, lane, pass, learner->objective ? batch->goals + starts[0] : NULL);
        pass_backward(pass, tokens, starts, samples, lane->gradient,
                      lane->gradient + learner->folded.gradient_size);
        s += samples;
    }
    pass_pool_give(&learner->pool, pass);
}

/* Adds the lanes up, in their order, into lane 0; one slice. */
static void add_slice(void *context, int slice) {
    struct learner *learner = context;
    size_t first = (size_t)slice * SLICE, size = learner_lane_size(learner);
    size_t last = size - first < SLICE ? size : first + SLICE;
    for (int i = 1; i < learner->options.lanes; i++)
        if (learner->batch[i].samples)
            learner->folded.kernels->update_add_up(learner->lane[0].gradient + first,
                                                   learner->lane[i].gradient + first, last - first);
}

static void tensor_squares(void *context, int index) {
    struct learner *learner = context;
    const struct gpt_tensor *tensor = learner_tensor(learner, index);
    learner->squares[index] =
        learner->folded.kernels->update_squares(learner->gradient + tensor->offset, tensor->size);
}

void learner_mark_update(struct learner *learner, const struct team *team) {
    double before = learner->timing.seconds[TIMING_UPDATE];
    timing_mark(&learner->timing, TIMING_UPDATE);
    learner->timing.seconds[TIMING_UPDATE] +=
        (learner->timing.seconds[TIMING_UPDATE] - before) * (team_threads(team) - 1);
}

/* From the lanes' gradients to that by the parameters; returns its norm. */
static double gather_gradient(struct learner *learner, struct team *team) {
    const struct folded *folded = &learner->folded;
    const real *first = learner->lane[0].gradient;
    if (learner->options.lanes > 1)
        team_run(team, (int)((learner_lane_size(learner) + SLICE - 1) / SLICE), add_slice, learner);
    folded_gradient(folded, team, first, learner->gradient);
    memcpy(learner->gradient + learner->gpt->size, first + folded->gradient_size,
           learner->value_size * sizeof *first);
    team_run(team, learner_tensors(learner), tensor_squares, learner);
    double squares = 0;
    for (int i = 0; i < learner_tensors(learner); i++) squares += learner->squares[i];
    return sqrt(squares);
}

enum err learner_find_gradient(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                               const struct objective *objective, struct learner_step *result,
                               struct objective_sums *sums, struct error *error) {
    assert(team_threads(team) <= learner->options.threads);
    assert(!objective || objective->value_weight == 0 || learner->value_head);
    struct learner_step step = {0};
    enum err code = check_batch(learner, lanes, &step, error);
    if (code) return code;
    learner->batch = lanes;
    learner->factor = 1.0 / (double)step.targets;
    learner->objective = objective;
    learner->reading = pass_plain;
    if (objective)
        learner->reading =
            (struct pass_reading){.temperature = objective->temperature,
                                  .entropy = true,
                                  .value_head = objective->value_weight > 0 ? learner->value_head : NULL};
    for (int i = 0; i < learner->options.lanes; i++)
        assert(!objective || !lanes[i].samples || lanes[i].goals);
    team_run(team, learner->options.lanes, lane_gradient, learner);
    code = interrupt_check(error);
    if (code) return code; /* some lanes may have been left before their end */
    timing_start(&learner->timing);
    for (int i = 0; i < learner->options.lanes; i++) step.loss += learner->lane[i].loss;
    step.loss *= learner->factor;
    *sums = (struct objective_sums){0};
    for (int i = 0; i < learner->options.lanes; i++) objective_add(sums, &learner->lane[i].sums);
    if (objective) step.loss = sums->loss;
    step.gradient_norm = gather_gradient(learner, team);
    learner_mark_update(learner, team);
    *result = step;
    return ERR_OK;
}

enum err learner_gradient(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                          struct learner_step *result, const real **gradient, struct error *error) {
    struct objective_sums none;
    enum err code = learner_find_gradient(learner, team, lanes, NULL, result, &none, error);
    if (!code && gradient) *gradient = learner->gradient;
    return code;
}

enum err learner_objective_gradient(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                                    const struct objective *objective, struct learner_step *result,
                                    struct objective_sums *sums, const real **gradient, struct error *error) {
    enum err code = learner_find_gradient(learner, team, lanes, objective, result, sums, error);
    if (!code && gradient) *gradient = learner->gradient;
    return code;
}

static void lane_values(void *context, int index) {
    struct learner *learner = context;
    const struct gpt_batch *batch = &learner->batch[index];
    struct pass *pass = pass_pool_take(&learner->pool);
    for (int s = 0; s < batch->samples && !interrupt_requested();) {
        const int32_t *starts = batch->starts + s;
        int samples = samples_at_once(pass, batch, s);
        pass_forward(pass, batch->tokens + starts[0], batch->targets + starts[0], starts, samples,
                     &learner->reading);
        for (int m = 0; m < pass->M; m++)
            learner->values[index][starts[0] + pass->row[m]] = (double)pass->value[m];
        s += samples;
    }
    pass_pool_give(&learner->pool, pass);
}

enum err learner_values(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                        double *const values[], struct error *error) {
    assert(team_threads(team) <= learner->options.threads && learner->value_head);
    struct learner_step step = {0};
    enum err code = check_batch(learner, lanes, &step, error);
    if (code) return code;
    learner->batch = lanes;
    learner->values = values;
    learner->reading = (struct pass_reading){.temperature = 1, .value_head = learner->value_head};
    team_run(team, learner->options.lanes, lane_values, learner);
    return interrupt_check(error);
}
