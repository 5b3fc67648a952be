/* Completions packed into the lanes of a step, with a goal for each target. */
#ifndef COTNOISE_REINFORCE_PACKING_H
#define COTNOISE_REINFORCE_PACKING_H

#include "base/err.h"
#include "nn/learner.h"
#include "nn/objective.h"
#include "reinforce/rollouts.h"
#include "train/batch.h"

/* Memory of the lanes. Start from {0}; release with packing_free. */
struct packing {
    int32_t *ids, *targets, *starts;
    struct objective_target *goals;
    size_t id_capacity, target_capacity, start_capacity, goal_capacity;
};

/* Packs the `count` completions chosen[0], chosen[1], ... in that order into lanes of about equal numbers of
 * tokens. goals are by target of the rollouts (first_target). The lanes hold until the next call. ERR_RUNTIME
 * without memory; the words are the caller's. */
enum err packing_fill(struct packing *packing, const struct rollouts *rollouts, const size_t *chosen,
                      size_t count, const struct objective_target *goals,
                      struct gpt_batch lanes[BATCH_LANES]);

void packing_free(struct packing *packing);

#endif
