/* The order of training: which samples each step takes, and how they are packed into lanes. */
#ifndef COTNOISE_TRAIN_BATCH_H
#define COTNOISE_TRAIN_BATCH_H

#include <stdint.h>

#include "base/err.h"
#include "data/dataset.h"
#include "nn/learner.h"

/* Lanes of a batch. Part of the result (the order of floating-point sums), so not an option. */
enum { BATCH_LANES = 4 };

/* Every sample once an epoch, each epoch in an order of its own (pcg_stream(seed, "batch order", epoch)). A
 * step takes as many samples as fit in batch_tokens, at least one; it may take the last of one epoch
 * and the first of the next. */
struct batch_plan {
    const struct dataset *dataset; /* borrowed */
    int64_t steps;
    int64_t *first;                  /* steps + 1 positions in `order` */
    int32_t *order;                  /* samples x epochs sample numbers */
    int64_t *tokens;                 /* steps + 1: tokens before each step */
    int32_t *ids, *targets, *starts; /* memory of the lanes */
    int largest;                     /* tokens of the largest step */
};

/* batch_tokens, epochs >= 1; 1 <= dataset->samples < 2^31; a dataset with
 * versions has one an epoch. *plan belongs to the caller (batch_plan_free). */
enum err batch_plan_create(const struct dataset *dataset, uint64_t seed, int epochs, int64_t batch_tokens,
                           struct batch_plan *plan, struct error *error);
void batch_plan_free(struct batch_plan *plan);

/* Packs step 0 ... steps - 1 into lanes[0 ... BATCH_LANES - 1], of about equal numbers of tokens. The loss
 * is on the completion and <eos>. The lanes point into the plan and hold until the next call. */
void batch_pack(struct batch_plan *plan, int64_t step, struct gpt_batch lanes[BATCH_LANES]);

#endif
