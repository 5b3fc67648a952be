/* What samples turned out to be: rates of noise, contamination, lengths, truncations. */
#ifndef COTNOISE_DATA_SAMPLE_STATISTICS_H
#define COTNOISE_DATA_SAMPLE_STATISTICS_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/err.h"
#include "data/mix.h"
#include "data/sides.h"

/* Starts from {0}; release with sample_statistics_free. */
struct sample_statistics {
    int64_t samples, contaminated, truncated;
    struct tally tally[NOISE_KINDS_MAX]; /* index in noise_list */
    int64_t acted[NOISE_KINDS_MAX];      /* samples that a kind acted on */
    int64_t *lengths;                    /* how many samples of each number of tokens */
    size_t lengths_count, lengths_capacity;
};

void sample_statistics_free(struct sample_statistics *statistics);

/* Counts a sample. ERR_RUNTIME without memory. */
enum err sample_statistics_add(struct sample_statistics *statistics, const struct sample *sample,
                               struct error *error);

/* Adds what another counted. */
enum err sample_statistics_merge(struct sample_statistics *to, const struct sample_statistics *from,
                                 struct error *error);

/* The smallest length (tokens of the whole sequence, <bos> and <eos> too) that at least `share` of the
 * samples do not exceed (nearest rank); 0 without samples. */
int64_t sample_statistics_length(const struct sample_statistics *statistics, double share);

/* Appends a table for people, or one JSON object and a newline, with the sides of the split in it. Kinds with
 * rate 0 are left out. */
void sample_statistics_print(const struct sample_statistics *statistics, const struct mix *mix,
                             struct buffer *out);
void sample_statistics_json(const struct sample_statistics *statistics, const struct mix *mix,
                            const struct sides *sides, struct buffer *out);

#endif
