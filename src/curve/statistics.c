/* Statistics of accuracies. See statistics.h. */
#include "curve/statistics.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pcg.h"

static int compare_doubles(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The value below which `share` of the `count` sorted values lie (nearest rank). */
static double quantile(const double *sorted, size_t count, double share) {
    size_t rank = (size_t)(share * (double)(count - 1) + 0.5);
    return sorted[rank];
}

struct interval statistics_bootstrap_interval(double *resamples) {
    qsort(resamples, BOOTSTRAP_RESAMPLES, sizeof *resamples, compare_doubles);
    return (struct interval){quantile(resamples, BOOTSTRAP_RESAMPLES, 0.025),
                             quantile(resamples, BOOTSTRAP_RESAMPLES, 0.975)};
}

static double trial_accuracy(const struct trial *trial) {
    return (double)trial->correct / (double)trial->problems;
}

double level_mean(const struct level *level) {
    double sum = 0;
    for (size_t i = 0; i < level->count; i++) sum += trial_accuracy(&level->trials[i]);
    return sum / (double)level->count;
}

static struct interval pooled_wilson(const struct level *level) {
    int64_t correct = 0, problems = 0;
    for (size_t i = 0; i < level->count; i++) {
        correct += level->trials[i].correct;
        problems += level->trials[i].problems;
    }
    return wilson_interval(correct, problems);
}

enum err level_interval(const struct level *level, struct interval *interval, struct error *error) {
    assert(level->count >= 1);
    struct interval wide = pooled_wilson(level);
    bool differ = false;
    for (size_t i = 1; i < level->count; i++)
        differ |= trial_accuracy(&level->trials[i]) != trial_accuracy(&level->trials[0]);
    if (differ) {
        double *means = memory_array(BOOTSTRAP_RESAMPLES, sizeof *means);
        if (!means) return err_memory(error, "bootstrap");
        struct pcg pcg = pcg_stream(0, "report/mean", 0);
        for (int i = 0; i < BOOTSTRAP_RESAMPLES; i++) {
            for (size_t n = 0; n < level->count; n++)
                means[i] += trial_accuracy(&level->trials[pcg_below(&pcg, (uint32_t)level->count)]);
            means[i] /= (double)level->count;
        }
        struct interval across = statistics_bootstrap_interval(means);
        free(means);
        wide.low = fmin(wide.low, across.low);
        wide.high = fmax(wide.high, across.high);
    }
    double mean = level_mean(level);
    *interval = (struct interval){fmin(wide.low, mean), fmax(wide.high, mean)};
    return ERR_OK;
}

void statistics_isotonic(const double *values, const double *weights, size_t count, double *fit) {
    /* Blocks of equal fit grow from the left. Before value i, fit[b] holds the mean of block b for b <
     * blocks; a block's weight and length are found again from the values it covers, so no scratch memory is
     * needed: curves are short. */
    for (size_t i = 0; i < count; i++) {
        double sum = values[i] * weights[i], weight = weights[i];
        size_t start = i;
        while (start > 0 && fit[start - 1] < sum / weight) {
            size_t first = start - 1;
            while (first > 0 && fit[first - 1] == fit[start - 1]) first--;
            for (size_t k = first; k < start; k++) {
                sum += values[k] * weights[k];
                weight += weights[k];
            }
            start = first;
        }
        for (size_t k = start; k <= i; k++) fit[k] = sum / weight;
    }
}
