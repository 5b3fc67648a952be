/* Weighted sums of levels' means. See contrast.h. */
#include "curve/contrast.h"

#include <assert.h>
#include <math.h>

static double covariance(const struct level *one, const struct level *other) {
    double sum = 0, n = (double)one->count, m = (double)other->count;
    if (one->count < 2 || other->count < 2) return 0;
    double mean = level_mean(one), other_mean = level_mean(other);
    for (size_t i = 0; i < one->count; i++)
        for (size_t k = 0; k < other->count; k++) {
            if (one == other ? i != k : one->trials[i].seed != other->trials[k].seed) continue;
            sum +=
                (trial_accuracy(&one->trials[i]) - mean) * (trial_accuracy(&other->trials[k]) - other_mean);
        }
    return sum / sqrt(n * (n - 1) * m * (m - 1));
}

struct contrast contrast_of(const struct level *const *levels, size_t count) {
    assert(count >= 1 && count <= CONTRAST_MAX);
    struct contrast contrast = {.count = count};
    for (size_t a = 0; a < count; a++) {
        size_t freedom = levels[a]->count - 1;
        if (freedom && (!contrast.freedom || freedom < contrast.freedom)) contrast.freedom = freedom;
        contrast.problems[a] = level_problems(levels[a]);
        for (size_t b = 0; b < count; b++) contrast.covariance[a][b] = covariance(levels[a], levels[b]);
    }
    return contrast;
}

double contrast_seeds(const struct contrast *contrast, const double *weights) {
    double variance = 0;
    if (!contrast->freedom) return 0;
    for (size_t a = 0; a < contrast->count; a++)
        for (size_t b = 0; b < contrast->count; b++)
            variance += weights[a] * weights[b] * contrast->covariance[a][b];
    return statistics_student(contrast->freedom) * sqrt(fmax(variance, 0));
}

double contrast_problems(const struct contrast *contrast, const double *weights, const double *accuracies) {
    double variance = 0;
    for (size_t a = 0; a < contrast->count; a++)
        variance += weights[a] * weights[a] * accuracies[a] * (1 - accuracies[a]) / contrast->problems[a];
    return statistics_normal * sqrt(fmax(variance, 0));
}

double contrast_accuracy(const struct level *level) {
    double problems = level_problems(level);
    return (level_mean(level) * problems + 0.5) / (problems + 1);
}
