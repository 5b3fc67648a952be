/* The threshold of a robustness curve. See threshold.h. */
#include "curve/threshold.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "curve/resample.h"

const char *const threshold_status_names[] = {"found", "not_reached", "below", "no_clean", "not_learned"};

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

/* Means and weights of the levels, and room for a fit; arrays of `count` elements. */
struct line {
    const struct level *levels;
    size_t count;
    double *means, *weights, *fit;
};

static void line_free(struct line *line) {
    free(line->means);
    free(line->weights);
    free(line->fit);
}

/* ERR_RUNTIME without memory; line_free in either case. */
static enum err line_create(struct line *line, const struct level *levels, size_t count,
                            struct error *error) {
    *line = (struct line){
        .levels = levels,
        .count = count,
        .means = memory_array(count, sizeof(double)),
        .weights = memory_array(count, sizeof(double)),
        .fit = memory_array(count, sizeof(double)),
    };
    if (!line->means || !line->weights || !line->fit) return err_memory(error, "curves");
    for (size_t i = 0; i < count; i++) {
        line->means[i] = level_mean(&levels[i]);
        for (size_t t = 0; t < levels[i].count; t++) line->weights[i] += (double)levels[i].trials[t].problems;
    }
    return ERR_OK;
}

/* Where the fit of the means falls below `target`. */
static double line_crossing(struct line *line, double target) {
    statistics_isotonic(line->means, line->weights, line->count, line->fit);
    return crossing(line->levels, line->fit, line->count, target);
}

enum err threshold_fit(const struct level *levels, size_t count, double *fit, struct error *error) {
    struct line line;
    enum err code = line_create(&line, levels, count, error);
    if (!code) statistics_isotonic(line.means, line.weights, count, fit);
    line_free(&line);
    return code;
}

/* Crossings of resamples; overwrites the line's means. Level `clean` of the resampler is the clean one. */
static struct interval resampled_interval(struct line *line, struct resampler *resampler, size_t clean,
                                          double share, double *noises) {
    for (int i = 0; i < BOOTSTRAP_RESAMPLES; i++) {
        resampler_draw(resampler);
        for (size_t n = 0; n < line->count; n++) line->means[n] = resampler_accuracy(resampler, n);
        double reference = clean < line->count ? line->means[clean] : resampler_accuracy(resampler, clean);
        double noise = line_crossing(line, share * reference);
        noises[i] = noise == -INFINITY ? line->levels[0].noise : noise;
    }
    return statistics_bootstrap_interval(noises);
}

static struct threshold judge(const struct line *line, double noise, struct interval interval) {
    double lowest = line->levels[0].noise, highest = line->levels[line->count - 1].noise;
    if (noise == INFINITY)
        return (struct threshold){THRESHOLD_NOT_REACHED, highest, fmin(interval.low, highest), INFINITY};
    if (noise == -INFINITY) return (struct threshold){THRESHOLD_BELOW, lowest, lowest, interval.high};
    return (struct threshold){THRESHOLD_FOUND, noise, fmin(interval.low, noise), fmax(interval.high, noise)};
}

enum err threshold_find(const struct level *levels, size_t count, const struct level *clean, double share,
                        struct threshold *threshold, struct error *error) {
    assert(count >= 1 && share > 0 && share <= 1);
    if (!clean || level_mean(clean) < threshold_learned) {
        enum threshold_status status = clean ? THRESHOLD_NOT_LEARNED : THRESHOLD_NO_CLEAN;
        *threshold = (struct threshold){status, NAN, NAN, NAN};
        return ERR_OK;
    }
    struct line line;
    struct resampler resampler = {0};
    bool apart = clean != levels; /* the curve does not begin with the clean runs */
    const struct level **all = memory_array(count + 1, sizeof *all);
    double *noises = memory_array(BOOTSTRAP_RESAMPLES, sizeof *noises);
    enum err code = line_create(&line, levels, count, error);
    if (!code && (!all || !noises)) code = err_memory(error, "bootstrap");
    for (size_t n = 0; n < count && !code; n++) all[n] = &levels[n];
    if (!code) {
        all[count] = clean;
        code = resampler_create(&resampler, all, count + apart, "report/threshold", error);
    }
    if (!code) {
        double noise = line_crossing(&line, share * level_mean(clean));
        struct interval interval = resampled_interval(&line, &resampler, apart ? count : 0, share, noises);
        *threshold = judge(&line, noise, interval);
    }
    resampler_free(&resampler);
    line_free(&line);
    free(noises);
    free(all);
    return code;
}
