/* Methods that go by rounds: expert iteration, and return-conditioned tuning (rcrl).
 *
 * In a round completions are drawn, some are kept, and the model is then trained afresh from the parent on
 * all that was kept so far. */
#ifndef COTNOISE_REINFORCE_ROUNDS_H
#define COTNOISE_REINFORCE_ROUNDS_H

#include <jansson.h>

#include "base/err.h"
#include "train/run_work.h"

struct rounds; /* opaque */

/* Makes the run's rounds (struct reinforce). rounds_end takes NULL too. */
enum err rounds_begin(struct run_work *run, struct error *error);
void rounds_end(struct rounds *rounds);

/* Goes on by one piece: a drawing of rl.prompts problems, or a step of training. *over: it was the last. */
enum err rounds_advance(struct run_work *run, bool *over, struct error *error);

/* Where it stands, for the run's state; NULL without memory. Before that is saved, what was kept is to be
 * brought to the disk. */
json_t *rounds_json(const struct rounds *rounds);
enum err rounds_sync(const struct rounds *rounds, struct error *error);

/* Goes on from there, or from the beginning (NULL). ERR_INPUT where that cannot be. */
enum err rounds_take_up(struct run_work *run, const json_t *json, struct error *error);

#endif
