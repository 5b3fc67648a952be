/* Random numbers: PCG XSH-RR 64/32 with explicit state and stream.
 *
 * Source: M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms
 * for Random Number Generation", HMC-CS-2014-0905 (2014). tests/test_pcg.c checks it bit for bit
 * against the author's own header. */
#ifndef COTNOISE_BASE_PCG_H
#define COTNOISE_BASE_PCG_H

#include <stdint.h>

struct pcg {
    uint64_t state;
    uint64_t increment; /* odd; selects the stream */
};

/* The generator `pcg32(seed, stream)` of the paper's library; of `stream` the low 63 bits count. */
struct pcg pcg_seed(uint64_t seed, uint64_t stream);

/* The generator of one purpose ("problem", "contamination", "static/digit", ...) and one index under
 * a run's seed. Each purpose and index has a stream of its own, and its starting point is mixed from
 * all three, so that neighbouring indices share nothing. */
struct pcg pcg_stream(uint64_t seed, const char *purpose, uint64_t index);

/* The same with pcg_purpose(name) computed once, for inner loops. */
uint64_t pcg_purpose(const char *name);
struct pcg pcg_stream_of(uint64_t seed, uint64_t purpose, uint64_t index);

/* Uniform in 0 ... 2^32 - 1. */
static inline uint32_t pcg_next(struct pcg *pcg) {
    uint64_t state = pcg->state;
    pcg->state = state * 6364136223846793005u + pcg->increment;
    uint32_t shifted = (uint32_t)(((state >> 18) ^ state) >> 27);
    uint32_t rotation = (uint32_t)(state >> 59);
    return (shifted >> rotation) | (shifted << (-rotation & 31));
}

/* Uniform in [0, 1), a multiple of 2^-32: `pcg_unit(p) < rate` is never true for rate 0 and always
 * true for rate 1. One draw. */
static inline double pcg_unit(struct pcg *pcg) { return pcg_next(pcg) * 0x1p-32; }

/* Uniform in 0 ... bound - 1 without bias (bound > 0). Usually one draw, sometimes more (rejection). */
uint32_t pcg_below(struct pcg *pcg, uint32_t bound);

/* Uniform in low ... high, both included (low <= high). */
int64_t pcg_between(struct pcg *pcg, int64_t low, int64_t high);

/* Standard normal (Box-Muller; two draws). */
double pcg_normal(struct pcg *pcg);

#endif
