/* Prioritized level replay: problems whose rewards differed come again, those longest not drawn too.
 *
 * Jiang, Grefenstette, Rocktaeschel, arXiv:2010.03934 (2021): a problem whose spread of rewards has rank r
 * among those kept (1: the widest) is drawn with chance
 *
 *     (1 - 0.1) h / sum h + 0.1 s / sum s,  h = (1 / r)^(1 / 0.1),  s: iterations since it was drawn
 *
 * with temperature 0.1 and share of staleness 0.1 as in the paper, and every second problem a new one (nu 0.5
 * of the authors' code). Differences: what a problem can teach is told by the spread of its rewards, there
 * by the values' errors; of equal spreads the one longest not drawn is first; and no problem is drawn twice
 * in an iteration, which at this temperature would consist of one problem. */
#ifndef COTNOISE_REINFORCE_LEVEL_REPLAY_H
#define COTNOISE_REINFORCE_LEVEL_REPLAY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/pcg.h"

enum { LEVEL_REPLAY_MAX = 1024 };

/* Begins all zero. Nothing to free. */
struct level_replay {
    int count;
    struct replayed {
        uint64_t index; /* which problem, below 2^63; all are different */
        double spread;  /* of its rewards when it was last drawn: any measure, >= 0 */
        int64_t drawn;  /* the iteration of that */
    } level[LEVEL_REPLAY_MAX];
};

/* What problem `index` came to in an iteration, whether it was drawn from here or is new. A new one takes the
 * place of the narrowest spread where the table is full (of equal ones, of the longest not drawn), unless its
 * own is narrower. `spread` is finite. */
void level_replay_note(struct level_replay *replay, uint64_t index, double spread, int64_t iteration);

/* Chooses a problem to come again in an iteration later than those noted, and remembers that it was drawn;
 * false: a new one is to be drawn, by chance or because none is left. The index is then untouched. */
bool level_replay_draw(struct level_replay *replay, struct pcg *pcg, int64_t iteration, uint64_t *index);

/* The table as JSON, for the state of a run: a new reference, NULL without memory. */
json_t *level_replay_json(const struct level_replay *replay);

/* The inverse. ERR_INPUT when it is no such table; the message has no place. */
enum err level_replay_read(const json_t *json, struct level_replay *replay, struct error *error);

#endif
