/* A reward model: what a model that was trained on the parent's completions expects of a completion.
 *
 * It is the parent with a value head, trained to say of each token's place whether the answer will be right
 * (mean squared error), once through rl.reward_rollouts completions that the parent drew. */
#ifndef COTNOISE_REINFORCE_REWARD_MODEL_H
#define COTNOISE_REINFORCE_REWARD_MODEL_H

#include "reinforce/prompts.h"
#include "reinforce/rewards.h"
#include "train/run_work.h"

struct reward_model; /* opaque */

/* Draws from `parent` and trains; the same whenever and wherever it is done. reward_model_free takes NULL
 * too. ERR_RUNTIME, ERR_INTERRUPTED, ERR_DIVERGED. */
enum err reward_model_create(struct run_work *run, const struct folded *parent, struct prompts *prompts,
                             struct task_judge *judge, struct reward_model **model, struct error *error);
void reward_model_free(struct reward_model *model);

/* Rewards of completions: what the model expects at the end, cut to 0 ... 1, or, dense, by how much each line
 * raised that (the first line's from what was expected of the prompt). `truth` is 1 for a right answer. Some
 * are turned over as rewards_give says; what a line raised is then what it lowered. */
enum err reward_model_give(struct reward_model *model, struct run_work *run, const struct rollouts *rollouts,
                           struct rewards *rewards, uint64_t first, struct error *error);

#endif
