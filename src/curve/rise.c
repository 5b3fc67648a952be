/* Whether accuracy rises again. See rise.h. */
#include "curve/rise.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pcg.h"

static const double unlikely = 0.05;

/* The largest rise of a sequence of means, and where it is. */
static double largest(const double *means, size_t count, size_t *valley, size_t *peak) {
    double most = 0;
    size_t lowest = 0;
    *valley = *peak = 0;
    for (size_t i = 1; i < count; i++) {
        if (means[i] < means[lowest]) lowest = i;
        if (means[i] - means[lowest] <= most) continue;
        most = means[i] - means[lowest];
        *valley = lowest;
        *peak = i;
    }
    return most;
}

/* Deals the distances to the levels, and takes the means of levels and the deviation within them. Levels of
 * one run have a distance from among the others. */
static double deal(struct pcg *pcg, const struct level *levels, size_t count, double *distances, size_t runs,
                   double *means) {
    double squares = 0, freedom = 0;
    size_t next = 0;
    for (size_t i = runs; i > 1; i--) {
        size_t k = pcg_below(pcg, (uint32_t)i);
        double distance = distances[i - 1];
        distances[i - 1] = distances[k];
        distances[k] = distance;
    }
    for (size_t l = 0; l < count; l++) {
        double sum = 0, sum_squares = 0, n = (double)levels[l].count;
        for (size_t i = 0; i < levels[l].count; i++, next++) {
            sum += distances[next % runs];
            sum_squares += distances[next % runs] * distances[next % runs];
        }
        means[l] = sum / n;
        squares += fmax(sum_squares - sum * means[l], 0);
        freedom += n - 1;
    }
    return sqrt(squares / freedom);
}

/* Distances from the means of levels with two runs or more, and the deviation within them. Returns how many
 * distances there are. */
static size_t collect(const struct level *levels, size_t count, double *distances, double *deviation) {
    double squares = 0, freedom = 0;
    size_t runs = 0;
    for (size_t l = 0; l < count; l++) {
        double n = (double)levels[l].count, mean = level_mean(&levels[l]);
        for (size_t i = 0; i < levels[l].count && levels[l].count > 1; i++) {
            double distance = trial_accuracy(&levels[l].trials[i]) - mean;
            distances[runs++] = distance * sqrt(n / (n - 1));
            squares += distance * distance;
        }
        freedom += n - 1;
    }
    *deviation = sqrt(squares / freedom);
    return runs;
}

enum err rise_find(const struct level *levels, size_t count, struct rise *rise, struct error *error) {
    size_t all = 0, valley, peak, reached = 0;
    for (size_t l = 0; l < count; l++) all += levels[l].count;
    double *distances = memory_array(all, sizeof *distances), *means = memory_array(count, sizeof *means);
    enum err code = distances && means ? ERR_OK : err_memory(error, "the test");
    if (!code) {
        struct pcg pcg = pcg_stream(0, "report/rise", 0);
        double deviation;
        for (size_t l = 0; l < count; l++) means[l] = level_mean(&levels[l]);
        *rise = (struct rise){.chance = 1};
        rise->height = largest(means, count, &rise->valley, &rise->peak);
        size_t runs = collect(levels, count, distances, &deviation);
        bool tested = runs && rise->height > 0;
        for (int p = 0; p < RISE_PERMUTATIONS && tested; p++) {
            double dealt = deal(&pcg, levels, count, distances, runs, means);
            reached += largest(means, count, &valley, &peak) * deviation >= rise->height * dealt;
        }
        if (tested) rise->chance = (double)(reached + 1) / (double)(RISE_PERMUTATIONS + 1);
        rise->found = rise->chance < unlikely;
    }
    free(distances);
    free(means);
    return code;
}
