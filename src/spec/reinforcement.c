/* Names of what reinforcement learning may be asked for. See reinforcement.h. */
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
