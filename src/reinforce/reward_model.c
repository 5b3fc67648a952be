/* A reward model. See reward_model.h. */
#include "reinforce/reward_model.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pcg.h"
#include "reinforce/packing.h"

enum { PROBLEMS = 32, GENERATIONS = 4 }; /* of a drawing; a step learns from one */

/* Numbers of its problems: none that a run ever comes to. */
static const uint64_t first_number = (uint64_t)1 << 40;

struct reward_model {
    struct gpt *gpt;
    struct learner *learner;
    struct dataset_builder problems;
    struct rollouts rollouts;
    struct packing packing;
    struct objective_target *goals; /* by target */
    double *value;                  /* by token of the lanes */
    size_t *order;
    size_t goal_capacity, value_capacity, order_capacity;
};

void reward_model_free(struct reward_model *model) {
    if (!model) return;
    learner_free(model->learner);
    gpt_free(model->gpt);
    dataset_free(&model->problems.dataset);
    rollouts_free(&model->rollouts);
    packing_free(&model->packing);
    free(model->goals);
    free(model->value);
    free(model->order);
    free(model);
}

/* --- training ------------------------------------------------------------------------------------------ */

/* All completions in their order as lanes, with a goal for each target. */
static enum err pack(struct reward_model *model, const struct rollouts *r,
                     struct gpt_batch lanes[BATCH_LANES]) {
    size_t targets = r->first_target[r->count];
    if (memory_reserve(&model->goals, &model->goal_capacity, targets, sizeof *model->goals) ||
        memory_reserve(&model->order, &model->order_capacity, r->count, sizeof *model->order))
        return ERR_RUNTIME;
    for (size_t c = 0; c < r->count; c++) {
        model->order[c] = c;
        for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++)
            model->goals[t] = (struct objective_target){
                .weight = 1 / (double)targets, .old = NAN, .returns = r->verdict[c].answer};
    }
    return packing_fill(&model->packing, r, model->order, r->count, model->goals, lanes);
}

/* One step on `problems` more of the parent's completions. `drawing` numbers them. */
static enum err train_step(struct run_work *run, const struct folded *parent, struct prompts *prompts,
                           struct task_judge *judge, struct reward_model *model, int64_t drawing,
                           int64_t drawings, struct error *error) {
    const struct reinforcement *rl = &run->config->rl;
    uint64_t numbers[PROBLEMS];
    for (int i = 0; i < PROBLEMS; i++) numbers[i] = first_number + (uint64_t)(drawing * PROBLEMS + i);
    struct rollout_options options = {
        .generations = GENERATIONS,
        .max_new_tokens = run->evaluating.max_new_tokens,
        .temperature = rl->temperature,
        .seed = rollouts_seed((uint64_t)run->config->seed, "reward model", (uint64_t)drawing)};
    const struct objective objective = {
        .temperature = 1, .clip = INFINITY, .clip_high = INFINITY, .value_weight = 1, .value_clip = INFINITY};
    struct gpt_batch lanes[BATCH_LANES];
    struct learner_step step;
    struct objective_sums sums;
    enum err code = prompts_make(prompts, numbers, PROBLEMS, &model->problems, error);
    if (!code)
        code = rollouts_draw(&model->rollouts, &model->problems.dataset, &options, parent, run->team, judge,
                             error);
    if (!code && pack(model, &model->rollouts, lanes)) code = err_memory(error, "the reward model");
    if (code) return code;
    double rate = learner_schedule(rl->learning_rate, drawing, drawings / 10, drawings);
    return learner_reinforce(model->learner, run->team, lanes, &objective, rate, &step, &sums, error);
}

enum err reward_model_create(struct run_work *run, const struct folded *parent, struct prompts *prompts,
                             struct task_judge *judge, struct reward_model **out, struct error *error) {
    struct reward_model *model = memory_array(1, sizeof *model);
    int64_t drawings =
        (run->config->rl.reward_rollouts + PROBLEMS * GENERATIONS - 1) / (PROBLEMS * GENERATIONS);
    enum err code = model ? ERR_OK : err_memory(error, "the reward model");
    if (!code) code = gpt_copy(parent->gpt, &model->gpt, error);
    if (!code)
        code = run_work_make_learner(run, model->gpt, run_work_longest(run), true, &model->learner, error);
    for (int64_t d = 0; d < drawings && !code; d++)
        code = train_step(run, parent, prompts, judge, model, d, drawings, error);
    if (code)
        reward_model_free(model);
    else
        *out = model;
    return code == ERR_DIVERGED ? err_prefix(error, code, "the reward model") : code;
}

/* --- rewards ------------------------------------------------------------------------------------------- */

/* Values of the targets of completion c, which begin at token `at` of the lanes. */
struct valued {
    const double *target;
    size_t targets;
};

/* What a completion's lines did to the expected answer. Lines that it was given to begin with did nothing. */
static void value_lines(const struct rollouts *r, size_t c, const struct valued *valued, double *line) {
    struct token_span written = rollouts_written(r, c);
    size_t at = r->first_line[c], end = r->first_line[c + 1], drawn = 1, before = 0;
    for (size_t t = 0; t < written.count; t++) drawn += written.id[t] == TOKEN_NEWLINE;
    for (; at < end - drawn; at++) line[at] = 0;
    for (size_t t = 0; t + 1 < valued->targets; t++)
        if (t < written.count && written.id[t] == TOKEN_NEWLINE) {
            line[at++] = valued->target[t + 1] - valued->target[before];
            before = t + 1;
        }
    for (; at < end;
         at++) { /* two of them where it was cut off behind a newline: the empty one did nothing */
        line[at] = valued->target[valued->targets - 1] - valued->target[before];
        before = valued->targets - 1;
    }
}

static double cut(double value) { return value < 0 ? 0 : value > 1 ? 1 : value; }

/* The same after some are turned over, which a line is that lowered what it raised. Returns what is then
 * expected of the whole. */
static double reward_lines(const struct rollouts *r, size_t c, const struct valued *valued, double noise,
                           struct pcg *pcg, double *line) {
    double expected = valued->target[0];
    value_lines(r, c, valued, line);
    for (size_t l = r->first_line[c]; l < r->first_line[c + 1]; l++) {
        if (pcg_unit(pcg) < noise) line[l] = -line[l];
        expected += line[l];
    }
    return cut(expected);
}

static void reward_all(const struct reinforcement *rl, uint64_t seed, uint64_t first,
                       const struct rollouts *r, const double *value, struct rewards *rewards) {
    uint64_t purpose = pcg_purpose("reward flip");
    size_t at = 0; /* in the lanes, which have the completions in their order */
    for (size_t c = 0; c < r->count; c++) {
        struct pcg pcg = pcg_stream_of(seed, purpose, first + c);
        size_t prompt = rollouts_prompt(r, c).count, targets = r->first_target[c + 1] - r->first_target[c];
        struct valued valued = {value + at + prompt - 1, targets};
        rewards->truth[c] = r->verdict[c].answer;
        rewards->given[c] =
            reinforcement_is_by_line(rl)
                ? reward_lines(r, c, &valued, rl->reward_noise, &pcg, rewards->line)
                : rewards_turned_over(cut(valued.target[targets - 1]), rl->reward_noise, &pcg);
        at += prompt + targets - 1;
    }
}

enum err reward_model_give(struct reward_model *model, struct run_work *run, const struct rollouts *r,
                           struct rewards *rewards, uint64_t first, struct error *error) {
    struct gpt_batch lanes[BATCH_LANES];
    if (rewards_reserve(rewards, r) || pack(model, r, lanes)) return err_memory(error, "the rewards");
    size_t tokens = 0;
    for (int i = 0; i < BATCH_LANES; i++) tokens += (size_t)lanes[i].starts[lanes[i].samples];
    if (memory_reserve(&model->value, &model->value_capacity, tokens, sizeof *model->value))
        return err_memory(error, "the rewards");
    double *values[BATCH_LANES];
    for (int i = 0; i < BATCH_LANES; i++) values[i] = model->value + (lanes[i].tokens - lanes[0].tokens);
    enum err code = learner_values(model->learner, run->team, lanes, values, error);
    if (!code) reward_all(&run->config->rl, (uint64_t)run->config->seed, first, r, model->value, rewards);
    return code;
}
