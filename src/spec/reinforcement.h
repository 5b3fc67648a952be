/* What reinforcement learning (options rl.*) may be asked for, and what follows from that alone.
 * docs/reinforcement.md has the equations. */
#ifndef COTNOISE_SPEC_REINFORCEMENT_H
#define COTNOISE_SPEC_REINFORCEMENT_H

#include <stdbool.h>
#include <stdint.h>

/* How the model that a run starts from learns on. */
enum rl_method {
    RL_NONE, /* it does not: supervised training */
    RL_EXPERT_ITERATION,
    RL_REINFORCE,
    RL_RLOO,
    RL_GRPO,
    RL_PPO,
    RL_RCRL, /* return-conditioned: labelled good or bad, good is asked for */
};

/* What a completion is rewarded for. */
enum rl_reward {
    RL_REWARD_OUTCOME, /* the right answer */
    RL_REWARD_TRACE,   /* the right trace */
    RL_REWARD_LINE,    /* each right line */
    RL_REWARD_MODEL,   /* what a model trained on the parent's completions thinks of it */
};

enum rl_reward_model { RL_MODEL_SPARSE, RL_MODEL_DENSE }; /* once a completion, or a line */
enum rl_scale { RL_SCALE_GROUP, RL_SCALE_NONE };          /* of advantages in grpo */
enum rl_curriculum { RL_EVEN, RL_REPLAY, RL_BACKTRACK };  /* which problems, from where */
enum rl_expert { RL_OWN, RL_BEAM, RL_GREEDY, RL_CLEAN_DATA, RL_NOISY_DATA }; /* whose traces are learned */
enum rl_labels { RL_LABEL_COMPLETION, RL_LABEL_LINE };                       /* what rcrl calls good or bad */

/* Their names in a spec; each ends with NULL. */
extern const char *const rl_method_names[],
    *const rl_reward_names[], *const rl_reward_model_names[], *const rl_scale_names[],
                                                                  *const rl_curriculum_names[],
                                                                      *const rl_expert_names[],
                                                                          *const rl_labels_names[];

/* The options rl.*; the table of options (options.c) says what each is, and its range. */
struct reinforcement {
    enum rl_method method;
    enum rl_reward reward;
    double reward_noise;
    int64_t rollouts;
    int prompts, generations, iterations, minibatches;
    double temperature, final_temperature;
    double learning_rate;
    double clip, clip_high, beta, entropy;
    enum rl_scale scale;
    enum rl_curriculum curriculum;
    enum rl_expert expert;
    int rounds, keep, epochs;
    int64_t steps;
    enum rl_labels labels;
    double lambda, value_clip, value_weight;
    enum rl_reward_model reward_model;
    int reward_rollouts;
    int every;
};

/* Whether the method goes by rounds, each of which trains the parent afresh; others go by iterations. */
bool reinforcement_has_rounds(const struct reinforcement *options);

/* Whose traces are learned: rl.expert of expert iteration, its own of every other method. */
enum rl_expert reinforcement_expert(const struct reinforcement *options);

/* Whether each line has a reward of its own: 1 for a right one (or turned over), or what a dense reward model
 * makes of it. */
bool reinforcement_is_by_line(const struct reinforcement *options);

#endif
