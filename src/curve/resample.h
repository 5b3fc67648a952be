/* Bootstrap resamples of measured accuracies: which seeds and which test problems it might have been.
 *
 * Runs of the same seed share their problems, so a resample draws seeds once, for all levels alike. */
#ifndef COTNOISE_CURVE_RESAMPLE_H
#define COTNOISE_CURVE_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/pcg.h"
#include "curve/statistics.h"

struct resampler {
    const struct level *const *levels; /* not owned */
    size_t count;
    int64_t *seeds; /* of all levels, ascending, each once */
    size_t seed_count;
    int *drawn;      /* how often each seed is in the resample */
    size_t *seed_of; /* place in seeds of each trial, level after level */
    size_t *begins;  /* where a level's trials begin in seed_of */
    struct pcg pcg;
};

/* A resampler of `count` levels with the stream of `purpose`. ERR_RUNTIME without memory; release with
 * resampler_free in either case. */
enum err resampler_create(struct resampler *resampler, const struct level *const *levels, size_t count,
                          const char *purpose, struct error *error);

void resampler_free(struct resampler *resampler);

/* Draws seeds for the next resample. */
void resampler_draw(struct resampler *resampler);

/* Accuracy at level `n` with the drawn seeds (with all of its runs where it has none of them) and test
 * problems drawn anew. */
double resampler_accuracy(struct resampler *resampler, size_t n);

#endif
