/* Bootstrap resamples of measured accuracies. See resample.h. */
#include "curve/resample.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* Successes among n trials of chance p: by inversion where few are expected, else nearest to a normal. */
static int64_t draw_binomial(struct pcg *pcg, int64_t n, double p) {
    if (p > 0.5) return n - draw_binomial(pcg, n, 1 - p);
    double mean = (double)n * p;
    if (mean > 30) {
        double drawn = round(mean + sqrt(mean * (1 - p)) * pcg_normal(pcg));
        return drawn < 0 ? 0 : drawn > (double)n ? n : (int64_t)drawn;
    }
    double odds = p / (1 - p), chance = pow(1 - p, (double)n), u = pcg_unit(pcg);
    int64_t x = 0;
    while (u > chance && x < n) {
        u -= chance;
        x++;
        chance *= ((double)(n + 1) / (double)x - 1) * odds;
    }
    return x;
}

static int compare_seeds(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* Fills seeds, each once, and begins. */
static void collect_seeds(struct resampler *resampler) {
    size_t all = 0, different = 0;
    int64_t *seeds = resampler->seeds;
    for (size_t n = 0; n < resampler->count; n++) {
        resampler->begins[n] = all;
        for (size_t i = 0; i < resampler->levels[n]->count; i++)
            seeds[all++] = resampler->levels[n]->trials[i].seed;
    }
    if (all) qsort(seeds, all, sizeof *seeds, compare_seeds);
    for (size_t s = 0; s < all; s++)
        if (s == 0 || seeds[s] != seeds[s - 1]) seeds[different++] = seeds[s];
    resampler->seed_count = different;
}

static void find_seeds(struct resampler *resampler) {
    for (size_t n = 0; n < resampler->count; n++)
        for (size_t i = 0; i < resampler->levels[n]->count; i++) {
            const int64_t *found = bsearch(&resampler->levels[n]->trials[i].seed, resampler->seeds,
                                           resampler->seed_count, sizeof *resampler->seeds, compare_seeds);
            resampler->seed_of[resampler->begins[n] + i] = (size_t)(found - resampler->seeds);
        }
}

enum err resampler_create(struct resampler *resampler, const struct level *const *levels, size_t count,
                          const char *purpose, struct error *error) {
    size_t trials = 0;
    for (size_t n = 0; n < count; n++) trials += levels[n]->count;
    *resampler = (struct resampler){
        .levels = levels,
        .count = count,
        .seeds = memory_array(trials, sizeof(int64_t)),
        .drawn = memory_array(trials, sizeof(int)),
        .seed_of = memory_array(trials, sizeof(size_t)),
        .begins = memory_array(count, sizeof(size_t)),
        .pcg = pcg_stream(0, purpose, 0),
    };
    if (!resampler->seeds || !resampler->drawn || !resampler->seed_of || !resampler->begins)
        return err_memory(error, "bootstrap");
    collect_seeds(resampler);
    find_seeds(resampler);
    return ERR_OK;
}

void resampler_free(struct resampler *resampler) {
    free(resampler->seeds);
    free(resampler->drawn);
    free(resampler->seed_of);
    free(resampler->begins);
    *resampler = (struct resampler){0};
}

void resampler_draw(struct resampler *resampler) {
    for (size_t s = 0; s < resampler->seed_count; s++) resampler->drawn[s] = 0;
    for (size_t s = 0; s < resampler->seed_count; s++)
        resampler->drawn[pcg_below(&resampler->pcg, (uint32_t)resampler->seed_count)]++;
}

double resampler_accuracy(struct resampler *resampler, size_t n) {
    const struct level *level = resampler->levels[n];
    const size_t *seed_of = resampler->seed_of + resampler->begins[n];
    int64_t correct = 0, problems = 0, all_correct = 0, all_problems = 0;
    for (size_t i = 0; i < level->count; i++) {
        const struct trial *trial = &level->trials[i];
        int times = resampler->drawn[seed_of[i]];
        correct += times * trial->correct;
        problems += times * trial->problems;
        all_correct += trial->correct;
        all_problems += trial->problems;
    }
    if (!problems) {
        correct = all_correct;
        problems = all_problems;
    }
    /* Jeffreys' estimate: with all or none correct the next test would not surely be the same. */
    double chance = ((double)correct + 0.5) / ((double)problems + 1);
    return (double)draw_binomial(&resampler->pcg, problems, chance) / (double)problems;
}
