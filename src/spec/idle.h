/* Options that a spec says and that change none of its runs: an oversight, most likely, of which people are
 * told. What a run makes of an option where it does nothing (an upper bound that is not reached, a rate of 0,
 * a default that is said) is none. */
#ifndef COTNOISE_SPEC_IDLE_H
#define COTNOISE_SPEC_IDLE_H

#include "spec/partial.h"

/* Start from {0}. */
struct idle {
    const struct setting *said[OPTION_SLOTS]; /* other values than the default; borrowed */
    bool used[OPTION_SLOTS];                  /* in some run */
};

/* Notes a run, or one that others start from, once it is finished (partial_finish). */
void idle_note(struct idle *idle, const struct partial *run);

/* The n-th option that does nothing in all the runs that were noted: *message says where it was said and why.
 * False after the last. */
bool idle_option(const struct idle *idle, int n, struct error *message);

#endif
