/* Completions of an iteration, and their rewards. See reinforce.h. */
#include "reinforce/reinforce.h"

double reinforce_temperature(const struct reinforce *work) {
    const struct reinforcement *options = work->options;
    double done = work->iterations > 1 ? (double)work->iteration / (double)(work->iterations - 1) : 0;
    return options->temperature + (options->final_temperature - options->temperature) * done;
}

size_t reinforce_room(const struct run_work *run, struct token_span prompt) {
    size_t taken = prompt.count + (size_t)run->evaluating.max_new_tokens,
           longest = (size_t)run_work_longest(run);
    return taken < longest ? longest - taken : 0;
}

enum err reinforce_draw(struct run_work *run, const struct rollout_options *options, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    uint64_t index = (uint64_t)work->iteration * 1024 + (uint64_t)options->trial; /* of rl.generations */
    struct rollout_options complete = *options;
    complete.max_new_tokens = run->evaluating.max_new_tokens;
    complete.seed = rollouts_seed((uint64_t)run->config->seed, "rollout", index);
    return rollouts_draw(&work->rollouts, &work->problems.dataset, &complete, learner_folded(run->learner),
                         run->team, work->judge, error);
}

enum err reinforce_reward(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    const struct reinforcement *options = work->options;
    uint64_t first = (uint64_t)work->iteration * (uint64_t)options->prompts * (uint64_t)options->generations;
    if (options->reward == RL_REWARD_MODEL)
        return reward_model_give(work->reward_model, run, &work->rollouts, &work->rewards, first, error);
    return rewards_give(&work->rewards, &work->rollouts, options->reward, options->reward_noise,
                        (uint64_t)run->config->seed, first)
               ? err_memory(error, "the rewards")
               : ERR_OK;
}
