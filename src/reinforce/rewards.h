/* What completions are rewarded, and what becomes of the rewards where some are turned over. */
#ifndef COTNOISE_REINFORCE_REWARDS_H
#define COTNOISE_REINFORCE_REWARDS_H

#include <stdint.h>

#include "base/err.h"
#include "base/pcg.h"
#include "reinforce/rollouts.h"
#include "spec/reinforcement.h"

/* Start from {0}; release with rewards_free. */
struct rewards {
    double *truth; /* by completion, in 0 ... 1 */
    double *given; /* the same after some were turned over */
    double *line;  /* by line of the rollouts, where reinforcement_is_by_line */
    size_t capacity, line_capacity;
};

/* One reward after it was perhaps turned over: 1 - reward where the next number of pcg is below `noise`. */
double rewards_turned_over(double reward, double noise, struct pcg *pcg);

/* Of how many lines a completion's right ones are a share: its own, or as many as the true one has. So
 * nothing is gained by ending early. */
size_t rewards_lines(const struct rollouts *rollouts, size_t c);

/* Makes room for those of the rollouts. ERR_RUNTIME without memory; the words are the caller's. */
enum err rewards_reserve(struct rewards *rewards, const struct rollouts *rollouts);

/* Rewards of outcome, trace or line: 1 or 0, or the share of a completion's lines that are right, of as many
 * as the longer of it and the true completion has. A reward, or a line's, is turned over with chance `noise`:
 * where the numbers of pcg_stream(seed, "reward flip", first + completion), in the order of the lines, are
 * below it, so that a higher chance turns over a superset. ERR_RUNTIME without memory; the words are the
 * caller's. */
enum err rewards_give(struct rewards *rewards, const struct rollouts *rollouts, enum rl_reward kind,
                      double noise, uint64_t seed, uint64_t first);

void rewards_free(struct rewards *rewards);

#endif
