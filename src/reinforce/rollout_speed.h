/* Speed of reinforcement learning on this machine. */
#ifndef COTNOISE_REINFORCE_ROLLOUT_SPEED_H
#define COTNOISE_REINFORCE_ROLLOUT_SPEED_H

#include "base/err.h"

struct gpt_preset;

/* Medians of the rounds, in completions a second. */
struct rollout_speed {
    int prompts, generations; /* of an iteration */
    double prompt;            /* mean tokens, <bos> included */
    double completion;        /* mean tokens, in the last iteration */
    double learned;           /* share of its completions that were learned from */
    double drawing;           /* made, drawn and judged */
    double learning;          /* whole iterations: with one step of GRPO on them */
};

/* Measures GRPO of a preset on addition of 1 to 3 digits, by the iterations that runs are made of, `rounds`
 * (1 ... 99) times for about 0.4 s. The weights are random, but never write <eos>: every completion
 * is as long as true ones are in the mean. Rewards are thrown like coins, so that nearly all completions have
 * something to teach: in a run those of which none does cost no learning. */
enum err rollout_speed_measure(const struct gpt_preset *preset, int threads, int rounds,
                               struct rollout_speed *speed, struct error *error);

#endif
