/* Warnings of what reinforcement learning goes wrong by without a word. Each is told once a run, and names
 * the options to change:
 *
 *     more than half of the completions are cut off
 *     in nine of ten groups or more all completions have one reward
 *     more than 1 nat a token from the parent
 *     entropy below 0.001 nats a token, and below a tenth of what it was in the first iteration
 *     some malformed completion is rewarded: a line of it is no step, or it has no answer
 *
 * What is not measured is NaN in an iteration, and warns of nothing: groups of one completion. Without
 * rl.beta the divergence from the parent is that of a few completions, a rough measure. */
#ifndef COTNOISE_REINFORCE_GUARDS_H
#define COTNOISE_REINFORCE_GUARDS_H

#include <jansson.h>

#include "base/err.h"
#include "record/iteration.h"

/* Begins all zero. */
struct guards {
    unsigned told;  /* a bit for each warning that was given */
    double entropy; /* nats a token, of the first iteration that had any; 0: none yet */
};

/* After each iteration: hands `warn` one line of text for each warning that is due and was not given. Of
 * `iteration`, malformed_reward is meant before rewards are flipped. */
void guards_look(struct guards *guards, const struct iteration *iteration,
                 void (*warn)(void *context, const char *message), void *context);

/* As JSON, for the state of a run: a new reference, NULL without memory. */
json_t *guards_json(const struct guards *guards);

/* The inverse. ERR_INPUT when it is no such thing; the message has no place. */
enum err guards_read(const json_t *json, struct guards *guards, struct error *error);

#endif
