/* How many test problems runs have: runs that ask for the same problems are counted once. */
#ifndef COTNOISE_SWEEP_PROBLEM_COUNTS_H
#define COTNOISE_SWEEP_PROBLEM_COUNTS_H

#include <stdint.h>

#include "base/err.h"
#include "spec/config.h"

enum { PROBLEM_COUNTS_KEPT = 16 };

/* What was counted lately. Zeroed to begin with. */
struct problem_counts {
    struct {
        struct mix mix;
        int wanted;
        int64_t problems;
    } kept[PROBLEM_COUNTS_KEPT];
    int count, next;
};

/* How many different test problems a run of this configuration has, as its first seed draws them (another one
 * may meet one or two more or fewer). ERR_INPUT where these or those of its validation are too few to run it,
 * or the line limit cuts the clean trace of a problem or a training sample, as far as some of each were
 * tried. */
enum err problem_counts_get(struct problem_counts *counts, const struct config *config, int64_t *problems,
                            struct error *error);

#endif
