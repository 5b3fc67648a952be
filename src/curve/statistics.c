/* Statistics of accuracies. See statistics.h. */
#include "curve/statistics.h"

#include <assert.h>
#include <math.h>

#include "curve/contrast.h"

const double statistics_normal = 1.959963985;

double trial_accuracy(const struct trial *trial) { return (double)trial->correct / (double)trial->problems; }

double level_mean(const struct level *level) {
    double sum = 0;
    for (size_t i = 0; i < level->count; i++) sum += trial_accuracy(&level->trials[i]);
    return sum / (double)level->count;
}

double level_problems(const struct level *level) {
    double problems = 0;
    for (size_t i = 0; i < level->count; i++) problems += (double)level->trials[i].problems;
    return problems;
}

size_t level_fewest(const struct level *levels, size_t count) {
    size_t fewest = levels[0].count;
    for (size_t i = 1; i < count; i++)
        if (levels[i].count < fewest) fewest = levels[i].count;
    return fewest;
}

static struct interval pooled_wilson(const struct level *level) {
    int64_t correct = 0, problems = 0;
    for (size_t i = 0; i < level->count; i++) {
        correct += level->trials[i].correct;
        problems += level->trials[i].problems;
    }
    return wilson_interval(correct, problems);
}

struct interval level_interval(const struct level *level) {
    assert(level->count >= 1);
    double mean = level_mean(level), one = 1;
    struct interval problems = pooled_wilson(level);
    struct contrast contrast = contrast_of(&level, 1);
    double seeds = contrast_seeds(&contrast, &one);
    return (struct interval){.low = fmin(fmin(problems.low, mean), fmax(mean - seeds, 0)),
                             .high = fmax(fmax(problems.high, mean), fmin(mean + seeds, 1))};
}

void running_add(struct running *running, double value) {
    double distance = value - running->mean;
    running->mean += distance / (double)++running->count;
    running->squares += distance * (value - running->mean);
}

struct interval running_interval(const struct running *running) {
    double count = (double)running->count;
    if (running->count < 2) return (struct interval){NAN, NAN};
    double half = statistics_student(running->count - 1) * sqrt(running->squares / (count - 1) / count);
    return (struct interval){fmax(0, running->mean - half), fmin(1, running->mean + half)};
}

double statistics_student(size_t freedom) {
    static const double few[] = {INFINITY, 12.7062, 4.3027, 3.1824, 2.7764,
                                 2.5706,   2.4469,  2.3646, 2.3060, 2.2622};
    double z = statistics_normal, n = (double)freedom;
    if (freedom < sizeof few / sizeof *few) return few[freedom];
    return z + (pow(z, 3) + z) / (4 * n) + (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * n * n) +
           (3 * pow(z, 7) + 19 * pow(z, 5) + 17 * pow(z, 3) - 15 * z) / (384 * n * n * n);
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
