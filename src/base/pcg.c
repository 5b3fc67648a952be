/* Random numbers: PCG XSH-RR 64/32. See pcg.h. */
#define XXH_INLINE_ALL 1 /* short texts: a call would take longer than the hash */
#include "base/pcg.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <xxhash.h>

#include "base/portable.h"

struct pcg pcg_seed(uint64_t seed, uint64_t stream) {
    struct pcg pcg = {.state = 0, .increment = stream << 1 | 1};
    pcg_next(&pcg);
    pcg.state += seed;
    pcg_next(&pcg);
    return pcg;
}

uint64_t pcg_purpose(const char *name) { return XXH64(name, strlen(name), 0); }

/* The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): every input bit reaches every output
 * bit. Two PCG streams from the same state are affinely related, so the state must differ too. */
static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

struct pcg pcg_stream_of(uint64_t seed, uint64_t purpose, uint64_t index) {
    uint64_t state = mix(mix(mix(seed + 0x9e3779b97f4a7c15u) ^ purpose) + index);
    return pcg_seed(state, purpose ^ index);
}

struct pcg pcg_stream(uint64_t seed, const char *purpose, uint64_t index) {
    return pcg_stream_of(seed, pcg_purpose(purpose), index);
}

uint32_t pcg_below(struct pcg *pcg, uint32_t bound) {
    assert(bound > 0);
    /* Lemire, "Fast Random Integer Generation in an Interval" (2019), algorithm 5. */
    uint64_t product = (uint64_t)pcg_next(pcg) * bound;
    if ((uint32_t)product < bound) {
        uint32_t threshold = -bound % bound;
        while ((uint32_t)product < threshold) product = (uint64_t)pcg_next(pcg) * bound;
    }
    return (uint32_t)(product >> 32);
}

int64_t pcg_between(struct pcg *pcg, int64_t low, int64_t high) {
    assert(low <= high);
    uint64_t range = (uint64_t)high - (uint64_t)low;
    if (range < UINT32_MAX) return (int64_t)((uint64_t)low + pcg_below(pcg, (uint32_t)range + 1));
    uint64_t mask = UINT64_MAX >> __builtin_clzll(range);
    for (;;) {
        uint64_t draw = ((uint64_t)pcg_next(pcg) << 32 | pcg_next(pcg)) & mask;
        if (draw <= range) return (int64_t)((uint64_t)low + draw);
    }
}

double pcg_normal(struct pcg *pcg) {
    double radius = sqrt(-2 * portable_log((pcg_next(pcg) + 1.0) * 0x1p-32));
    return radius * portable_cos(2 * M_PI * pcg_unit(pcg));
}
