/* What a run of reinforcement learning works on, for the files of this folder alone. */
#ifndef COTNOISE_REINFORCE_REINFORCE_H
#define COTNOISE_REINFORCE_REINFORCE_H

#include "record/iteration.h"
#include "reinforce/backtrack.h"
#include "reinforce/credit.h"
#include "reinforce/guards.h"
#include "reinforce/level_replay.h"
#include "reinforce/packing.h"
#include "reinforce/prompts.h"
#include "reinforce/reward_model.h"
#include "reinforce/rewards.h"
#include "reinforce/rollouts.h"
#include "reinforce/rounds.h"
#include "train/run_work.h"

struct reinforce {
    const struct reinforcement *options;
    struct prompts *prompts;
    struct task_judge *judge;
    struct gpt *parent;      /* the model that the run starts from, and the reference policy */
    struct folded reference; /* the same, prepared where it is read: by iterations, by a reward model */
    struct dataset_builder problems;
    struct rollouts rollouts; /* of the iteration at hand, as all below */
    struct rewards rewards;
    struct credit credit;
    struct packing packing;
    struct objective_target *goals; /* by target */
    double *reference_log;          /* by target */
    struct tokens sequences;        /* scratch: what is scored */
    size_t *order;                  /* of completions */
    uint64_t *numbers;              /* of problems */
    struct token_span *beginning;   /* of their completions */
    size_t goal_capacity, reference_capacity, order_capacity;

    int64_t iteration, iterations; /* done, and in all */
    int64_t fresh;                 /* problems drawn so far that were new */
    struct level_replay replay;
    struct backtrack backtrack;
    struct guards guards;
    struct iteration latest;
    struct reward_model *reward_model;       /* NULL: none */
    struct rounds *rounds;                   /* NULL: on-policy */
    int64_t unsaved;                         /* pieces of work since the state was saved */
    json_t *settled;                         /* the state at the end of the latest iteration */
    int64_t settled_step, settled_iteration; /* run->step and iteration then */
};

static inline struct reinforce *reinforce_of(const struct run_work *run) { return run->learning; }

/* Takes what run->config->rl needs, into run->learning; the parent is the model as it is now. Whatever comes
 * of it, learn_end frees it. (learn.c) */
enum err learn_begin(struct run_work *run, struct error *error);
void learn_end(struct run_work *run);

/* The temperature of the iteration at hand: linear from rl.temperature to rl.final_temperature. */
double reinforce_temperature(const struct reinforce *work);

/* Tokens that a completion of this prompt may be given to begin with: what is drawn behind them, at most as
 * many as a completion may have, is to fit as well. */
size_t reinforce_room(const struct run_work *run, struct token_span prompt);

/* Draws completions of the iteration's problems (work->problems) into work->rollouts; limit and seed are the
 * run's. */
enum err reinforce_draw(struct run_work *run, const struct rollout_options *options, struct error *error);

/* Their rewards, into work->rewards. */
enum err reinforce_reward(struct run_work *run, struct error *error);

/* One iteration of an on-policy method (on_policy.c). */
enum err on_policy_iterate(struct run_work *run, struct error *error);

#endif
