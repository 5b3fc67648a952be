/* Seeds that learn or do not. See learned.h. */
#include "curve/learned.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "curve/threshold.h"

/* Accuracies of a level's runs that have learned and of those that have not. */
struct division {
    size_t learned, others;
    double learned_sum, others_sum;
    double learned_least, others_most; /* INFINITY, -INFINITY where there are none */
};

static struct division divide(const struct level *level, double clean) {
    struct division division = {.learned_least = INFINITY, .others_most = -INFINITY};
    for (size_t i = 0; i < level->count; i++) {
        double accuracy = trial_accuracy(&level->trials[i]);
        if (accuracy >= clean / 2) {
            division.learned++;
            division.learned_sum += accuracy;
            division.learned_least = fmin(division.learned_least, accuracy);
        } else {
            division.others++;
            division.others_sum += accuracy;
            division.others_most = fmax(division.others_most, accuracy);
        }
    }
    return division;
}

double learned_share(const struct level *level, double clean) {
    return (double)divide(level, clean).learned / (double)level->count;
}

/* No seed between those of one division that have learned and those of another that have not. */
static bool is_gap(const struct division *above, const struct division *below, double clean) {
    return above->learned && below->others && above->learned_least - below->others_most > clean / 3;
}

bool learned_is_split(const struct level *level, double clean) {
    struct division division = divide(level, clean);
    return is_gap(&division, &division, clean);
}

bool learned_by_chance(const struct level *levels, size_t count, double clean) {
    for (size_t i = 0; i < count; i++) {
        struct division here = divide(&levels[i], clean);
        if (levels[i].count == 1 || is_gap(&here, &here, clean)) return true;
        if (i == 0) continue;
        struct division before = divide(&levels[i - 1], clean);
        if (!before.others && !here.learned && is_gap(&before, &here, clean)) return true;
    }
    return false;
}

/* --- the posterior ------------------------------------------------------------------------------------- */

/* The middle from a fifth of the levels before the first to as many past the last, the slope from a tenth of
 * a level (a step) to half of all levels. */
enum { MIDDLES = 120, SLOPES = 24, GRID = MIDDLES * SLOPES };
static const double beyond = 0.2, steepest = 0.1, shallowest = 0.5;

/* A pair of middle and slope: where its curve falls to the threshold, and how likely it is. */
struct candidate {
    double noise, weight;
};

/* What the curve of means is made from at one level. */
struct mixture {
    double learned, others;           /* seeds */
    double learned_mean, others_mean; /* accuracy */
};

static void mix(const struct level *levels, size_t count, double clean, struct mixture *mixtures) {
    double others = 0, sum = 0;
    for (size_t i = 0; i < count; i++) {
        struct division division = divide(&levels[i], clean);
        others += (double)division.others;
        sum += division.others_sum;
    }
    for (size_t i = 0; i < count; i++) {
        struct division division = divide(&levels[i], clean);
        double usual = others > 0 ? sum / others : 0;
        mixtures[i] = (struct mixture){
            .learned = (double)division.learned,
            .others = (double)division.others,
            .learned_mean = division.learned ? division.learned_sum / (double)division.learned : clean,
            .others_mean = division.others ? division.others_sum / (double)division.others : usual,
        };
    }
}

/* Logarithm of the likelihood, and the curve of means, which never rises. */
static double follow(const struct mixture *mixtures, size_t count, double middle, double slope,
                     double *means) {
    double likelihood = 0;
    for (size_t i = 0; i < count; i++) {
        double q = 1 / (1 + exp(((double)i - middle) / slope));
        q = fmin(fmax(q, 1e-9), 1 - 1e-9);
        likelihood += mixtures[i].learned * log(q) + mixtures[i].others * log(1 - q);
        means[i] = q * mixtures[i].learned_mean + (1 - q) * mixtures[i].others_mean;
        if (i) means[i] = fmin(means[i], means[i - 1]);
    }
    return likelihood;
}

static int compare_candidates(const void *left, const void *right) {
    const struct candidate *a = left, *b = right;
    return (a->noise > b->noise) - (a->noise < b->noise);
}

/* The middle 95 % of the weight. */
static struct interval middle_of(struct candidate *candidates) {
    double most = -INFINITY, total = 0, sum = 0;
    struct interval interval = {0};
    for (size_t c = 0; c < GRID; c++) most = fmax(most, candidates[c].weight);
    for (size_t c = 0; c < GRID; c++) total += candidates[c].weight = exp(candidates[c].weight - most);
    qsort(candidates, GRID, sizeof *candidates, compare_candidates);
    for (size_t c = 0; c < GRID; c++) {
        sum += candidates[c].weight;
        if (sum <= 0.025 * total || c == 0) interval.low = candidates[c].noise;
        if (sum <= 0.975 * total || c == 0) interval.high = candidates[c < GRID - 1 ? c + 1 : c].noise;
    }
    return interval;
}

enum err learned_interval(const struct level *levels, size_t count, double clean, bool starts_clean,
                          double share, struct interval *interval, struct error *error) {
    struct mixture *mixtures = memory_array(count, sizeof *mixtures);
    double *means = memory_array(count, sizeof *means);
    struct candidate *candidates = memory_array(GRID, sizeof *candidates);
    enum err code = mixtures && means && candidates ? ERR_OK : err_memory(error, "the interval");
    if (!code) {
        double last = (double)count - 1;
        mix(levels, count, clean, mixtures);
        for (size_t c = 0; c < GRID; c++) {
            double middle = last * (-beyond + (1 + 2 * beyond) * ((double)(c % MIDDLES) + 0.5) / MIDDLES);
            double range = fmax(shallowest * last / steepest, 1);
            double slope = steepest * pow(range, ((double)(c / MIDDLES) + 0.5) / SLOPES);
            candidates[c].weight = follow(mixtures, count, middle, slope, means);
            double noise =
                threshold_crossing(levels, means, count, share * (starts_clean ? means[0] : clean));
            candidates[c].noise = noise == -INFINITY ? levels[0].noise : noise;
        }
        *interval = middle_of(candidates);
    }
    free(mixtures);
    free(means);
    free(candidates);
    return code;
}
