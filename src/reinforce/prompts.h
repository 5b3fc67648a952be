/* Problems to learn from: of the training side, never noised, behind the training samples of the parent.
 *
 * Problem n is training sample `first` + n of the run's seed. */
#ifndef COTNOISE_REINFORCE_PROMPTS_H
#define COTNOISE_REINFORCE_PROMPTS_H

#include "base/err.h"
#include "data/dataset.h"
#include "spec/config.h"

struct prompts; /* opaque */

/* With `noisy` the completions are noised as the run's training samples are; otherwise they are the true
 * ones. The configuration and vocabulary must outlive it. */
enum err prompts_create(const struct config *config, const struct vocabulary *vocabulary, int64_t first,
                        bool noisy, struct prompts **prompts, struct error *error);
void prompts_free(struct prompts *prompts);

/* Makes *problems, whose memory is used again, those of the given numbers. ERR_INPUT when the sizes leave no
 * problem. */
enum err prompts_make(struct prompts *prompts, const uint64_t *numbers, int count,
                      struct dataset_builder *problems, struct error *error);

#endif
