/* One drawing of a method that goes by rounds: completions of rl.prompts problems, of which some are kept. */
#ifndef COTNOISE_REINFORCE_HARVEST_H
#define COTNOISE_REINFORCE_HARVEST_H

#include "base/err.h"
#include "reinforce/kept.h"
#include "train/run_work.h"

/* Draws, judges, keeps, and records an iteration. `round` counts from 0. */
enum err harvest_gather(struct run_work *run, struct kept *kept, int64_t round, struct error *error);

#endif
