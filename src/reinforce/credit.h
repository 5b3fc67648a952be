/* Credit: from the rewards of completions to an advantage (and, with a critic, a return) for each target. */
#ifndef COTNOISE_REINFORCE_CREDIT_H
#define COTNOISE_REINFORCE_CREDIT_H

#include "base/err.h"
#include "reinforce/rewards.h"
#include "reinforce/rollouts.h"
#include "spec/reinforcement.h"

/* Start from {0}; release with credit_free. */
struct credit {
    double *advantage, *returns; /* by target of the rollouts; returns of ppo alone */
    double *completion, *line;   /* scratch: by completion, by line */
    double *reward;              /* scratch: by target */
    int *lines;                  /* scratch: by completion */
    size_t target_capacity, completion_capacity, line_capacity;
};

/* `reference` is by target, the log-probabilities under the parent, and is read where options->beta is above
 * 0 and the method has the divergence in its rewards (rloo, ppo). Rewards of lines give each line's tokens an
 * advantage of their own; the newline behind a line is the line's, <eos> the last line's. ERR_RUNTIME without
 * memory; the words are the caller's. */
enum err credit_give(struct credit *credit, const struct reinforcement *options,
                     const struct rollouts *rollouts, const struct rewards *rewards, const double *reference);

void credit_free(struct credit *credit);

#endif
