/* Expert iteration from search: completions that an exact checker of lines guides.
 *
 * Of a problem up to rl.generations completions are drawn, one after the other, each from where the longest
 * right beginning so far ends, until one is right to its end. A beginning that leaves no room for a
 * completion behind it is not gone on from. */
#ifndef COTNOISE_REINFORCE_SEARCH_H
#define COTNOISE_REINFORCE_SEARCH_H

#include "base/err.h"
#include "reinforce/kept.h"
#include "train/run_work.h"

/* Searches for the iteration's problems, keeps the traces that were found, and describes the first
 * completions, which nothing guided. */
enum err search_traces(struct run_work *run, struct kept *kept, struct error *error);

#endif
