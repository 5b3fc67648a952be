/* Names of what reinforcement learning may be asked for, and what follows. See reinforcement.h. */
#include "spec/reinforcement.h"

#include <stddef.h>

const char *const rl_method_names[] = {"none", "expert_iteration", "reinforce", "rloo", "grpo", "ppo", "rcrl",
                                       NULL};
const char *const rl_reward_names[] = {"outcome", "trace", "line", "model", NULL};
const char *const rl_reward_model_names[] = {"sparse", "dense", NULL};
const char *const rl_scale_names[] = {"group", "none", NULL};
const char *const rl_curriculum_names[] = {"none", "replay", "backtrack", NULL};
const char *const rl_expert_names[] = {"own", "beam", "greedy", "clean", "noisy", NULL};
const char *const rl_labels_names[] = {"completion", "line", NULL};

bool reinforcement_has_rounds(const struct reinforcement *options) {
    return options->method == RL_EXPERT_ITERATION || options->method == RL_RCRL;
}

enum rl_expert reinforcement_expert(const struct reinforcement *options) {
    return options->method == RL_EXPERT_ITERATION ? options->expert : RL_OWN;
}

bool reinforcement_is_by_line(const struct reinforcement *options) {
    return options->reward == RL_REWARD_LINE ||
           (options->reward == RL_REWARD_MODEL && options->reward_model == RL_MODEL_DENSE);
}
