/* What an iteration's completions came to, as it is recorded. */
#ifndef COTNOISE_REINFORCE_DESCRIBE_H
#define COTNOISE_REINFORCE_DESCRIBE_H

#include "record/iteration.h"
#include "reinforce/rewards.h"
#include "reinforce/rollouts.h"

/* Sets the members of *iteration that follow from completions and rewards; the others become NaN or 0. */
void describe_rollouts(const struct rollouts *rollouts, const struct rewards *rewards, enum rl_reward kind,
                       struct iteration *iteration);

/* All of it NaN or 0: nothing was drawn. */
void describe_nothing(struct iteration *iteration);

#endif
