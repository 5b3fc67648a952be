/* The problems that a model is tested or validated on: of one side of the split, each once, with the lengths
 * that the sizes ask for. */
#ifndef COTNOISE_DATA_PROBLEM_SET_H
#define COTNOISE_DATA_PROBLEM_SET_H

#include <stdint.h>

#include "base/err.h"
#include "data/mix.h"

/* With fewer test problems than this nothing is trained; with fewer than that people are warned. */
enum { PROBLEM_SET_LEAST = 20, PROBLEM_SET_FEW = 200 };

/* mix_sample_of makes the sample of a problem. */
struct set_problem {
    uint64_t index; /* on its side of the split */
    uint64_t hash;  /* task_hash */
};

struct problem_set {
    struct set_problem *problem; /* by index */
    int64_t count;
};

/* The first `wanted` problems, drawn one after the other. An index whose lengths have no problem left is
 * passed over; with the 10th of them (or one in 50 that are wanted, where that is less) the set ends: there
 * are then fewer, and still of the lengths that were asked for. With numbers of one length that is every
 * problem of the side. *set belongs to the caller (problem_set_free). ERR_INPUT when there are fewer than
 * PROBLEM_SET_LEAST, unless fewer are wanted, or when a task of the mix has none, be it drawn ever so seldom.
 */
enum err problem_set_make(const struct mix *mix, uint64_t seed, enum split split, int64_t wanted,
                          struct problem_set *set, struct error *error);
void problem_set_free(struct problem_set *set);

/* Whether people are to be warned of so few test problems where so many were wanted; *message says it. */
bool problem_set_is_small(int64_t count, int64_t wanted, struct error *message);

#endif
