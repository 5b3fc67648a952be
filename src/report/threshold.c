/* The threshold of a robustness curve. See threshold.h. */
#include "report/threshold.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pcg.h"

const double threshold_learned = 0.1;

/* Rounding must not make an accuracy of exactly the wanted share fall short of it. */
static const double rounding = 1e-12;

/* The highest noise at which the line through (levels, fit) is still at least `target`; INFINITY when it
 * never falls below, -INFINITY when it starts below. */
static double crossing(const struct level *levels, const double *fit, size_t count, double target) {
    if (fit[0] < target - rounding) return -INFINITY;
    for (size_t i = 1; i < count; i++) {
        if (fit[i] >= target - rounding) continue;
        double along = fmax(0, (fit[i - 1] - target) / (fit[i - 1] - fit[i]));
        return levels[i - 1].noise + along * (levels[i].noise - levels[i - 1].noise);
    }
    return INFINITY;
}

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

/* What one resample needs; arrays of seed_count, count or all trials. */
struct bootstrap {
    const struct level *levels, *clean;
    size_t count, seed_count;
    int64_t *seeds; /* ascending */
    int *drawn;     /* how often each seed is in the resample */
    double *means, *weights, *fit;
    size_t *seed_of; /* of each trial, in seeds: those of all levels, then the clean ones */
    struct pcg pcg;
};

static int compare_seeds(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void collect_seeds(struct bootstrap *bootstrap, const struct level *level) {
    for (size_t i = 0; i < level->count; i++)
        bootstrap->seeds[bootstrap->seed_count++] = level->trials[i].seed;
}

static void sort_seeds(struct bootstrap *bootstrap) {
    size_t different = 0;
    qsort(bootstrap->seeds, bootstrap->seed_count, sizeof *bootstrap->seeds, compare_seeds);
    for (size_t s = 0; s < bootstrap->seed_count; s++)
        if (s == 0 || bootstrap->seeds[s] != bootstrap->seeds[s - 1])
            bootstrap->seeds[different++] = bootstrap->seeds[s];
    bootstrap->seed_count = different;
}

/* Notes the places of a level's seeds. Returns where the next level's begin. */
static size_t *find_seeds(const struct bootstrap *bootstrap, const struct level *level, size_t *seed_of) {
    for (size_t i = 0; i < level->count; i++) {
        const int64_t *found = bsearch(&level->trials[i].seed, bootstrap->seeds, bootstrap->seed_count,
                                       sizeof *bootstrap->seeds, compare_seeds);
        *seed_of++ = (size_t)(found - bootstrap->seeds);
    }
    return seed_of;
}

/* Accuracy at a level with the drawn seeds (all of its runs where it has none of them) and new problems. */
static double resample_level(struct bootstrap *bootstrap, const struct level *level, const size_t *seed_of) {
    int64_t correct = 0, problems = 0, all_correct = 0, all_problems = 0;
    for (size_t i = 0; i < level->count; i++) {
        const struct trial *trial = &level->trials[i];
        int times = bootstrap->drawn[seed_of[i]];
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
    int64_t drawn = draw_binomial(&bootstrap->pcg, problems, chance);
    return (double)drawn / (double)problems;
}

static double resample(struct bootstrap *bootstrap, double share) {
    for (size_t s = 0; s < bootstrap->seed_count; s++) bootstrap->drawn[s] = 0;
    for (size_t s = 0; s < bootstrap->seed_count; s++)
        bootstrap->drawn[pcg_below(&bootstrap->pcg, (uint32_t)bootstrap->seed_count)]++;
    const size_t *seed_of = bootstrap->seed_of;
    for (size_t i = 0; i < bootstrap->count; i++) {
        bootstrap->means[i] = resample_level(bootstrap, &bootstrap->levels[i], seed_of);
        seed_of += bootstrap->levels[i].count;
    }
    bool starts_clean = bootstrap->clean == bootstrap->levels;
    double clean = starts_clean ? bootstrap->means[0] : resample_level(bootstrap, bootstrap->clean, seed_of);
    isotonic_decreasing(bootstrap->means, bootstrap->weights, bootstrap->count, bootstrap->fit);
    double noise = crossing(bootstrap->levels, bootstrap->fit, bootstrap->count, share * clean);
    return noise == -INFINITY ? bootstrap->levels[0].noise : noise;
}

static void bootstrap_free(struct bootstrap *bootstrap) {
    free(bootstrap->seeds);
    free(bootstrap->drawn);
    free(bootstrap->means);
    free(bootstrap->weights);
    free(bootstrap->fit);
    free(bootstrap->seed_of);
}

/* Returns 0, or -1 without memory. */
static int bootstrap_begin(struct bootstrap *bootstrap, const struct level *levels, size_t count,
                           const struct level *clean) {
    size_t trials = clean->count;
    for (size_t i = 0; i < count; i++) trials += levels[i].count;
    *bootstrap = (struct bootstrap){
        .levels = levels,
        .clean = clean,
        .count = count,
        .seeds = memory_array(trials, sizeof(int64_t)),
        .drawn = memory_array(trials, sizeof(int)),
        .means = memory_array(count, sizeof(double)),
        .weights = memory_array(count, sizeof(double)),
        .fit = memory_array(count, sizeof(double)),
        .seed_of = memory_array(trials, sizeof(size_t)),
        .pcg = pcg_stream(0, "report/threshold", 0),
    };
    if (!bootstrap->seeds || !bootstrap->drawn || !bootstrap->means || !bootstrap->weights ||
        !bootstrap->fit || !bootstrap->seed_of)
        return -1;
    for (size_t i = 0; i < count; i++) {
        collect_seeds(bootstrap, &levels[i]);
        for (size_t t = 0; t < levels[i].count; t++)
            bootstrap->weights[i] += (double)levels[i].trials[t].problems;
        bootstrap->means[i] = level_mean(&levels[i]);
    }
    collect_seeds(bootstrap, clean);
    sort_seeds(bootstrap);
    size_t *seed_of = bootstrap->seed_of;
    for (size_t i = 0; i < count; i++) seed_of = find_seeds(bootstrap, &levels[i], seed_of);
    find_seeds(bootstrap, clean, seed_of);
    return 0;
}

enum err curve_fit(const struct level *levels, size_t count, double *fit, struct error *error) {
    struct bootstrap curve;
    int failed = bootstrap_begin(&curve, levels, count, levels);
    if (!failed) isotonic_decreasing(curve.means, curve.weights, count, fit);
    bootstrap_free(&curve);
    return failed ? err_memory(error, "fit") : ERR_OK;
}

static int find(struct bootstrap *bootstrap, double share, struct threshold *threshold) {
    size_t count = bootstrap->count;
    double clean = level_mean(bootstrap->clean), highest = bootstrap->levels[count - 1].noise;
    if (clean < threshold_learned) {
        *threshold = (struct threshold){THRESHOLD_NOT_LEARNED, NAN, NAN, NAN};
        return 0;
    }
    double *noises = memory_array(BOOTSTRAP_RESAMPLES, sizeof *noises);
    if (!noises) return -1;
    isotonic_decreasing(bootstrap->means, bootstrap->weights, count, bootstrap->fit);
    double noise = crossing(bootstrap->levels, bootstrap->fit, count, share * clean);
    for (int i = 0; i < BOOTSTRAP_RESAMPLES; i++) noises[i] = resample(bootstrap, share);
    struct interval interval = bootstrap_interval(noises);
    free(noises);
    if (noise == INFINITY)
        *threshold =
            (struct threshold){THRESHOLD_NOT_REACHED, highest, fmin(interval.low, highest), INFINITY};
    else if (noise == -INFINITY)
        *threshold = (struct threshold){THRESHOLD_BELOW, bootstrap->levels[0].noise,
                                        bootstrap->levels[0].noise, interval.high};
    else
        *threshold =
            (struct threshold){THRESHOLD_FOUND, noise, fmin(interval.low, noise), fmax(interval.high, noise)};
    return 0;
}

enum err threshold_find(const struct level *levels, size_t count, const struct level *clean, double share,
                        struct threshold *threshold, struct error *error) {
    assert(count >= 1 && share > 0 && share <= 1);
    if (!clean) {
        *threshold = (struct threshold){THRESHOLD_NO_CLEAN, NAN, NAN, NAN};
        return ERR_OK;
    }
    struct bootstrap bootstrap;
    int failed = bootstrap_begin(&bootstrap, levels, count, clean);
    if (!failed) failed = find(&bootstrap, share, threshold);
    bootstrap_free(&bootstrap);
    return failed ? err_memory(error, "bootstrap") : ERR_OK;
}
