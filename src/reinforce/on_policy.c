/* One iteration of a method that learns from what the policy has just written: draw, judge, reward, give
 * credit, step. See reinforce.h; start reading at on_policy_iterate. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/pcg.h"
#include "base/portable.h"
#include "nn/score.h"
#include "reinforce/describe.h"
#include "reinforce/reinforce.h"

/* Completions whose divergence from the parent is measured where no method needs that of all. */
enum { MEASURED = 16 };

/* --- problems ------------------------------------------------------------------------------------------ */

/* The first lines of a true completion, newlines and all: as many as backtracking gives and `room` holds. */
static struct token_span beginning_of(const struct reinforce *work, struct token_span truth, size_t room) {
    int lines = 1;
    for (size_t t = 0; t < truth.count; t++) lines += truth.id[t] == TOKEN_NEWLINE;
    int given = backtrack_given(&work->backtrack, lines);
    size_t length = 0;
    for (size_t t = 0; given > 0 && t < room; t++) {
        if (truth.id[t] != TOKEN_NEWLINE) continue;
        length = t + 1;
        given--;
    }
    return (struct token_span){truth.id, length};
}

/* Which problems, and how much of their true completions is given. */
static enum err choose_problems(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    const struct dataset *problems = &work->problems.dataset;
    struct pcg pcg = pcg_stream((uint64_t)run->config->seed, "replay", (uint64_t)work->iteration);
    int prompts = work->options->prompts;
    for (int p = 0; p < prompts; p++) {
        bool again = work->options->curriculum == RL_REPLAY &&
                     level_replay_draw(&work->replay, &pcg, work->iteration, &work->numbers[p]);
        if (!again) work->numbers[p] = (uint64_t)work->fresh++;
    }
    enum err code = prompts_make(work->prompts, work->numbers, prompts, &work->problems, error);
    for (int p = 0; p < prompts && !code && work->options->curriculum == RL_BACKTRACK; p++)
        work->beginning[p] = beginning_of(work, dataset_completion(problems, p),
                                          reinforce_room(run, dataset_prompt(problems, p)));
    return code;
}

/* --- the reference ------------------------------------------------------------------------------------- */

/* Log-probabilities under the parent, of all completions where the method needs them, or else of the first
 * few, to see how far the policy has gone. */
static enum err score_reference(struct run_work *run, double temperature, size_t count, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    const struct rollouts *r = &work->rollouts;
    struct score_request *requests = memory_array(count, sizeof *requests);
    struct tokens *all = &work->sequences;
    size_t total = 0;
    for (size_t c = 0; c < count; c++)
        total += rollouts_prompt(r, c).count + r->first_target[c + 1] - r->first_target[c];
    if (!requests || memory_reserve(&all->id, &all->capacity, total, sizeof *all->id) ||
        memory_reserve(&work->reference_log, &work->reference_capacity, r->first_target[r->count],
                       sizeof *work->reference_log)) {
        free(requests);
        return err_memory(error, "the reference");
    }
    int32_t *at = all->id;
    for (size_t c = 0; c < count; c++) {
        struct token_span prompt = rollouts_prompt(r, c), written = rollouts_written(r, c);
        requests[c] = (struct score_request){.tokens = at,
                                             .from = (int)prompt.count,
                                             .log_probabilities = work->reference_log + r->first_target[c]};
        memcpy(at, prompt.id, prompt.count * sizeof *at);
        if (written.count) memcpy(at + prompt.count, written.id, written.count * sizeof *at);
        at += prompt.count + written.count;
        if (r->written[c].stopped) *at++ = TOKEN_EOS;
        requests[c].length = (int)(at - requests[c].tokens);
    }
    enum err code = score_prepared(&work->reference, run->team, requests, count, temperature, error);
    free(requests);
    return code;
}

/* --- learning ------------------------------------------------------------------------------------------ */

/* The objective and its goals by target; those of a step get their weights there. */
static enum err set_goals(struct run_work *run, double temperature, struct objective *objective,
                          struct error *error) {
    struct reinforce *work = reinforce_of(run);
    const struct reinforcement *options = work->options;
    const struct rollouts *r = &work->rollouts;
    bool clips = options->method == RL_GRPO || options->method == RL_PPO;
    bool in_loss = options->method == RL_GRPO || options->method == RL_REINFORCE;
    *objective = (struct objective){.temperature = temperature,
                                    .clip = clips ? options->clip : INFINITY,
                                    .clip_high = clips ? options->clip_high : INFINITY,
                                    .beta = in_loss ? options->beta : 0,
                                    .entropy = options->entropy,
                                    .value_weight = options->method == RL_PPO ? options->value_weight : 0,
                                    .value_clip = options->value_clip};
    if (memory_reserve(&work->goals, &work->goal_capacity, r->first_target[r->count], sizeof *work->goals) ||
        memory_reserve(&work->order, &work->order_capacity, r->count, sizeof *work->order))
        return err_memory(error, "the goals");
    for (size_t c = 0; c < r->count; c++)
        for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++) {
            size_t drawn = t - r->first_target[c];
            struct objective_target *goal = &work->goals[t];
            *goal = (struct objective_target){.advantage = work->credit.advantage[t],
                                              .old = r->written[c].log_probabilities[drawn]};
            if (objective->beta > 0) goal->reference = work->reference_log[t];
            if (objective->value_weight <= 0) continue;
            goal->returns = work->credit.returns[t];
            goal->old_value = r->written[c].values[drawn];
        }
    return ERR_OK;
}

/* Whether a completion can move anything. */
static bool has_slope(const struct reinforce *work, const struct objective *objective, size_t c) {
    if (objective->beta > 0 || objective->entropy > 0 || objective->value_weight > 0) return true;
    for (size_t t = work->rollouts.first_target[c]; t < work->rollouts.first_target[c + 1]; t++)
        if (work->credit.advantage[t] != 0) return true;
    return false;
}

static void shuffle(struct run_work *run, int pass) {
    struct reinforce *work = reinforce_of(run);
    size_t count = work->rollouts.count;
    uint64_t index = (uint64_t)work->iteration * 128 + (uint64_t)pass; /* rl.iterations is at most 100 */
    struct pcg pcg = pcg_stream((uint64_t)run->config->seed, "minibatch", index);
    for (size_t c = 0; c < count; c++) work->order[c] = c;
    for (size_t c = count; c-- > 1 && work->options->minibatches > 1;) {
        size_t other = pcg_below(&pcg, (uint32_t)c + 1), held = work->order[c];
        work->order[c] = work->order[other];
        work->order[other] = held;
    }
}

/* Sums over the steps of an iteration. */
struct stepping {
    struct objective_sums sums;
    double gradient_norm, difference, rate;
    int steps;
};

static void add_up(struct stepping *s, const struct learner_step *step, const struct objective_sums *sums) {
    if (!s->steps) s->difference = sums->difference; /* later the policy is another one */
    objective_add(&s->sums, sums);
    s->gradient_norm += step->gradient_norm;
    s->steps++;
}

/* A step on completions order[first ... last - 1]; those that cannot move anything only count. */
static enum err step(struct run_work *run, const struct objective *objective, size_t first, size_t last,
                     double rate, struct stepping *s, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    const struct rollouts *r = &work->rollouts;
    size_t moving = first, targets = 0;
    for (size_t i = first; i < last; i++) {
        size_t c = work->order[i];
        targets += r->first_target[c + 1] - r->first_target[c];
        if (has_slope(work, objective, c)) work->order[moving++] = c;
    }
    for (size_t i = first; i < moving; i++)
        for (size_t t = r->first_target[work->order[i]]; t < r->first_target[work->order[i] + 1]; t++)
            work->goals[t].weight = 1 / (double)targets;
    if (moving == first) return ERR_OK;
    struct gpt_batch lanes[BATCH_LANES];
    if (packing_fill(&work->packing, r, work->order + first, moving - first, work->goals, lanes))
        return err_memory(error, "a step");
    struct learner_step result;
    struct objective_sums sums;
    enum err code = learner_reinforce(run->learner, run->team, lanes, objective, rate, &result, &sums, error);
    if (code) return err_prefix(error, code, "iteration %lld", (long long)work->iteration + 1);
    add_up(s, &result, &sums);
    run->step++;
    run->tokens += result.tokens;
    run->loss = result.loss;
    return ERR_OK;
}

/* The learning rate of the n-th step of all that are planned. */
static double rate_of(const struct run_work *run, int64_t n) {
    const struct reinforce *work = reinforce_of(run);
    int64_t total = work->iterations * work->options->iterations * work->options->minibatches;
    return run_work_rate(run, work->options->learning_rate, n, total);
}

static enum err learn(struct run_work *run, const struct objective *objective, struct stepping *s,
                      struct error *error) {
    struct reinforce *work = reinforce_of(run);
    const struct reinforcement *options = work->options;
    size_t count = work->rollouts.count, parts = (size_t)options->minibatches;
    enum err code = ERR_OK;
    for (int pass = 0; pass < options->iterations && !code; pass++) {
        shuffle(run, pass);
        for (size_t m = 0; m < parts && !code; m++) {
            int64_t n = (work->iteration * options->iterations + pass) * options->minibatches + (int64_t)m;
            s->rate = rate_of(run, n);
            code = step(run, objective, count * m / parts, count * (m + 1) / parts, s->rate, s, error);
        }
    }
    return code;
}

/* --- what came of it ----------------------------------------------------------------------------------- */

/* The policy's divergence from the parent, k3, a token, over the completions that were scored. */
static double divergence(const struct reinforce *work, size_t count) {
    const struct rollouts *r = &work->rollouts;
    double sum = 0;
    for (size_t c = 0; c < count; c++)
        for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++) {
            double apart = work->reference_log[t] - r->written[c].log_probabilities[t - r->first_target[c]];
            sum += portable_exp(apart) - apart - 1;
        }
    return sum / (double)r->first_target[count];
}

static void describe_steps(struct iteration *latest, const struct stepping *s) {
    double targets = (double)s->sums.targets;
    bool learned = s->steps > 0;
    latest->learning_rate = s->rate;
    latest->drift = learned ? s->sums.drift / targets : NAN;
    latest->entropy = learned ? s->sums.entropy / targets : NAN;
    latest->clipped = learned ? (double)s->sums.clipped / targets : NAN;
    latest->value_error = learned ? s->sums.value_error / targets : NAN;
    latest->gradient_norm = learned ? s->gradient_norm / s->steps : NAN;
    latest->difference = learned ? s->difference : NAN;
}

/* Notes of each problem how much the rewards of its completions differ. */
static void note_problems(struct reinforce *work) {
    const struct rollouts *r = &work->rollouts;
    for (size_t first = 0; first < r->count; first += (size_t)r->generations) {
        double mean = 0, squares = 0;
        for (int g = 0; g < r->generations; g++) mean += work->rewards.given[first + (size_t)g];
        mean /= r->generations;
        for (int g = 0; g < r->generations; g++) {
            double apart = work->rewards.given[first + (size_t)g] - mean;
            squares += apart * apart;
        }
        level_replay_note(&work->replay, work->numbers[rollouts_problem(r, first)], squares / r->generations,
                          work->iteration);
    }
}

enum err on_policy_iterate(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    struct objective objective;
    struct stepping stepping = {0};
    double temperature = reinforce_temperature(work), started = clock_seconds();
    enum err code = choose_problems(run, error);
    const struct rollout_options options = {
        .generations = work->options->generations,
        .temperature = temperature,
        .beginning = work->options->curriculum == RL_BACKTRACK ? work->beginning : NULL,
        .value_head = learner_value_head(run->learner)};
    if (!code) code = reinforce_draw(run, &options, error);
    if (!code) code = reinforce_reward(run, error);
    if (code) return code;
    double drawn = clock_seconds();
    const struct rollouts *r = &work->rollouts;
    bool all = work->options->beta > 0 || r->count < MEASURED;
    size_t measured = all ? r->count : MEASURED;
    code = score_reference(run, temperature, measured, error);
    if (!code && credit_give(&work->credit, work->options, r, &work->rewards, work->reference_log))
        code = err_memory(error, "the advantages");
    if (!code) code = set_goals(run, temperature, &objective, error);
    if (!code) code = learn(run, &objective, &stepping, error);
    if (code) return code;
    describe_rollouts(r, &work->rewards, work->options->reward, &work->latest);
    work->latest.temperature = temperature;
    work->latest.kl = divergence(work, measured);
    describe_steps(&work->latest, &stepping);
    work->latest.rollouts_per_second = (double)r->count / (drawn - started);
    if (work->options->curriculum == RL_REPLAY) note_problems(work);
    if (work->options->curriculum == RL_BACKTRACK)
        backtrack_look(&work->backtrack, work->latest.accuracy_drawn);
    run->rollouts += (int64_t)r->count;
    run->reward = work->latest.reward;
    work->iteration++;
    return ERR_OK;
}
