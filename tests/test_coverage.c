/* Whether 95 % intervals hold what they should hold: sweeps are simulated whose threshold is known, and
 * counted is in how many of them the interval holds it. COTNOISE_COVERAGE=all prints the table of
 * docs/statistics.md.
 *
 * The known threshold is where the true means at the tested levels, straight between them, fall below the
 * share of the true clean mean: what the estimator would find with endlessly many seeds and problems. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/pcg.h"
#include "curve/rise.h"
#include "curve/threshold.h"

enum { LEVELS = 10, SEEDS_MAX = 10, SWEEPS = 400, SWEEPS_ALL = 2000 };

/* How the accuracy of a seed depends on noise. */
enum shape {
    SMOOTH,    /* every seed falls along an S-curve, each shifted a little, each cell with noise of its own */
    BIMODAL,   /* a cell's seed learns (0.99) or does not (0.08), with a chance that falls along an S-curve */
    LOPSIDED,  /* the same, the chance falling slowly first and then fast */
    LATE_TAIL, /* the same, falling fast first */
    TOLERANT,  /* the same as BIMODAL, but a seed that learns at a level learns at all lower ones */
};
static const char *const shape_names[] = {"smooth", "bimodal", "bimodal, slow then fast",
                                          "bimodal, fast then slow", "bimodal, one tolerance a seed"};

struct family {
    enum shape shape;
    double width; /* of the S-curve, in noise; levels are 0.1 apart */
    double seed;  /* smooth: standard deviation of a seed's shift, in noise, */
    double cell;  /* and of a cell's own logit */
};

static double logistic(double z) { return 1 / (1 + exp(-z)); }

static double noise_of(int level) { return 0.1 * level; }

static double chance_of(const struct family *family, double middle, double noise) {
    double z = (middle - noise) / family->width;
    if (family->shape == LOPSIDED) return 1 - exp(-exp(1.2 * z));
    if (family->shape == LATE_TAIL) return exp(-exp(-1.2 * z));
    return logistic(z);
}

/* Means of the accuracies of the two sorts of seeds; they vary with these deviations. */
static const double learned = 0.98, learned_deviation = 0.005, other = 0.08, other_deviation = 0.02;
static const double smooth_low = 0.04, smooth_high = 0.995;

/* The smooth accuracy when chance adds `extra` to the logit. */
static double smooth(const struct family *family, double middle, double noise, double extra) {
    return smooth_low + (smooth_high - smooth_low) * logistic((middle - noise) / family->width + extra);
}

/* Mean over all seeds: for the smooth family an integral over the normal deviate that both chances make. */
static double true_mean(const struct family *family, double middle, double noise) {
    if (family->shape != SMOOTH) {
        double q = chance_of(family, middle, noise);
        return q * learned + (1 - q) * other;
    }
    double deviation = hypot(family->seed / family->width, family->cell), sum = 0, weights = 0;
    for (int i = -400; i <= 400; i++) {
        double z = 0.015 * i, weight = exp(-z * z / 2);
        sum += weight * smooth(family, middle, noise, deviation * z);
        weights += weight;
    }
    return sum / weights;
}

static int64_t binomial(struct pcg *pcg, int64_t problems, double chance) {
    int64_t hits = 0;
    for (int64_t i = 0; i < problems; i++) hits += pcg_unit(pcg) < chance;
    return hits;
}

struct sweep {
    struct trial trials[LEVELS][SEEDS_MAX];
    struct level levels[LEVELS];
};

static void simulate(struct pcg *pcg, const struct family *family, double middle, size_t seeds,
                     int64_t problems, struct sweep *sweep) {
    double shift[SEEDS_MAX], tolerance[SEEDS_MAX];
    for (size_t s = 0; s < seeds; s++) {
        shift[s] = family->seed * pcg_normal(pcg);
        tolerance[s] = pcg_unit(pcg);
    }
    for (int l = 0; l < LEVELS; l++) {
        sweep->levels[l] = (struct level){noise_of(l), sweep->trials[l], seeds};
        for (size_t s = 0; s < seeds; s++) {
            double accuracy, own = pcg_normal(pcg), u = pcg_unit(pcg);
            if (family->shape == TOLERANT) u = tolerance[s];
            if (family->shape == SMOOTH)
                accuracy = smooth(family, middle + shift[s], noise_of(l), family->cell * own);
            else if (u < chance_of(family, middle, noise_of(l)))
                accuracy = learned + learned_deviation * own;
            else
                accuracy = other + other_deviation * own;
            sweep->trials[l][s] =
                (struct trial){(int64_t)s + 1, binomial(pcg, problems, fmin(fmax(accuracy, 0), 1)), problems};
        }
    }
}

struct coverage {
    int held, above, below; /* sweeps whose interval holds the threshold, lies above it, lies below it */
    double width;           /* mean, up to the highest level */
    int sweeps;
};

static struct coverage cover(const struct family *family, size_t seeds, int64_t problems, double share,
                             int sweeps) {
    static const double middles[] = {0.57, 0.6, 0.63};
    struct coverage coverage = {.sweeps = sweeps};
    for (int i = 0; i < sweeps; i++) {
        struct pcg pcg =
            pcg_stream((uint64_t)seeds * 1000 + (uint64_t)problems, "test/coverage", (uint64_t)i);
        double middle = middles[i % 3], means[LEVELS];
        struct sweep sweep;
        struct threshold found;
        struct error error;
        simulate(&pcg, family, middle, seeds, problems, &sweep);
        for (int l = 0; l < LEVELS; l++) means[l] = true_mean(family, middle, noise_of(l));
        double truth = threshold_crossing(sweep.levels, means, LEVELS, share * means[0]);
        assert_int_equal(threshold_find(sweep.levels, LEVELS, LEVELS, sweep.levels, share, &found, &error),
                         ERR_OK);
        coverage.above += found.low > truth;
        coverage.below += found.high < truth;
        coverage.held += found.low <= truth && truth <= found.high;
        coverage.width += (fmin(found.high, noise_of(LEVELS - 1)) - found.low) / sweeps;
    }
    return coverage;
}

/* Seeds that differ in where they fall, by 0.02, and in each cell. */
static const struct family smooth_family = {.shape = SMOOTH, .width = 0.06, .seed = 0.02, .cell = 0.15};
static const struct family bimodal_family = {.shape = BIMODAL, .width = 0.06};

static void assert_covered(const struct family *family) {
    static const int few_and_many[][2] = {{3, 200}, {3, 500}, {5, 200}, {5, 500}};
    for (size_t i = 0; i < sizeof few_and_many / sizeof *few_and_many; i++) {
        struct coverage coverage =
            cover(family, (size_t)few_and_many[i][0], few_and_many[i][1], 0.95, SWEEPS);
        double share = (double)coverage.held / SWEEPS;
        if (share < 0.92 || share > 0.98)
            fail_msg("%s, %d seeds, %d problems: %.1f %% of the intervals hold the threshold",
                     shape_names[family->shape], few_and_many[i][0], few_and_many[i][1], 100 * share);
    }
}

static void intervals_of_smooth_curves(void **state) {
    (void)state;
    assert_covered(&smooth_family);
}

static void intervals_of_bimodal_curves(void **state) {
    (void)state;
    assert_covered(&bimodal_family);
}

/* --- rises that are none --------------------------------------------------------------------------- */

/* How many of `sweeps` curves rise by the test, when each run's accuracy is a mean plus normal noise. */
static int false_rises(const double *means, int64_t problems, double deviation, int sweeps) {
    int found = 0;
    for (int i = 0; i < sweeps; i++) {
        struct pcg pcg = pcg_stream(7, "test/rise", (uint64_t)i);
        struct sweep sweep;
        struct rise rise;
        struct error error;
        for (int l = 0; l < LEVELS; l++) {
            sweep.levels[l] = (struct level){noise_of(l), sweep.trials[l], 3};
            for (int s = 0; s < 3; s++) {
                double accuracy = fmin(fmax(means[l] + deviation * pcg_normal(&pcg), 0), 1);
                sweep.trials[l][s] = (struct trial){s + 1, binomial(&pcg, problems, accuracy), problems};
            }
        }
        assert_int_equal(rise_find(sweep.levels, LEVELS, &rise, &error), ERR_OK);
        found += rise.found;
    }
    return found;
}

static const double flat[LEVELS] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
static const double falling[LEVELS] = {0.99, 0.99, 0.98, 0.97, 0.9, 0.6, 0.3, 0.1, 0.08, 0.08};
static const double rising[LEVELS] = {0.99, 0.99, 0.98, 0.97, 0.9, 0.6, 0.3, 0.3, 0.45, 0.55};

/* Ten flat levels of three seeds rise in about a twentieth of the cases; a curve that falls, more rarely. */
static void flat_curves_do_not_rise(void **state) {
    (void)state;
    double share = false_rises(flat, 200, 0.05, SWEEPS) / (double)SWEEPS;
    if (share < 0.02 || share > 0.08) fail_msg("%.1f %% of flat curves rise", 100 * share);
    assert_true(false_rises(falling, 200, 0.03, SWEEPS) < 0.05 * SWEEPS);
    assert_true(false_rises(rising, 200, 0.03, SWEEPS) > 0.95 * SWEEPS);
}

/* --- the whole table ------------------------------------------------------------------------------- */

static void print_coverage(const struct family *family, size_t seeds, int problems, double share) {
    struct coverage coverage = cover(family, seeds, problems, share, SWEEPS_ALL);
    double all = coverage.sweeps / 100.0;
    char smooth_seeds[64] = "";
    if (family->shape == SMOOTH)
        snprintf(smooth_seeds, sizeof smooth_seeds, ", %g and %g", family->seed, family->cell);
    printf("| %s, %.2f%s | %zu | %d | %.2f | %.1f | %.1f | %.1f | %.2f |\n", shape_names[family->shape],
           family->width, smooth_seeds, seeds, problems, share, coverage.held / all, coverage.above / all,
           coverage.below / all, coverage.width);
    fflush(stdout);
}

static void print_rises(void) {
    double all = SWEEPS_ALL / 100.0;
    printf(
        "\nRises found along %d curves of ten levels and three seeds: %.1f %% of flat ones, %.1f %% of those "
        "that fall, %.1f %% of those that fall and rise.\n",
        SWEEPS_ALL, false_rises(flat, 200, 0.05, SWEEPS_ALL) / all,
        false_rises(falling, 200, 0.03, SWEEPS_ALL) / all, false_rises(rising, 200, 0.03, SWEEPS_ALL) / all);
}

static int print_all(void) {
    static const struct family families[] = {{.shape = SMOOTH, .width = 0.06, .seed = 0.02, .cell = 0.15},
                                             {.shape = BIMODAL, .width = 0.06},
                                             {.shape = SMOOTH, .width = 0.12, .seed = 0.02, .cell = 0.15},
                                             {.shape = SMOOTH, .width = 0.06, .seed = 0.04, .cell = 0.3},
                                             {.shape = SMOOTH, .width = 0.12},
                                             {.shape = BIMODAL, .width = 0.03},
                                             {.shape = BIMODAL, .width = 0.12},
                                             {.shape = LOPSIDED, .width = 0.06},
                                             {.shape = LATE_TAIL, .width = 0.06},
                                             {.shape = TOLERANT, .width = 0.06}};
    static const int seeds[] = {3, 5};
    static const double more_shares[] = {0.5, 0.9, 0.98};
    puts("| family | seeds | problems | share | held % | above % | below % | mean width |");
    puts("|---|---|---|---|---|---|---|---|");
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        for (int s = 0; s < 2; s++) {
            print_coverage(&families[f], (size_t)seeds[s], 200, 0.95);
            print_coverage(&families[f], (size_t)seeds[s], 500, 0.95);
            for (int m = 0; m < (f < 2 ? 3 : 1); m++)
                print_coverage(&families[f], (size_t)seeds[s], 500, more_shares[m]);
        }
        if (f < 2) print_coverage(&families[f], 1, 500, 0.95);
    }
    print_rises();
    return 0;
}

int main(void) {
    const char *asked = getenv("COTNOISE_COVERAGE");
    if (asked && *asked) return print_all();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_of_smooth_curves),
        cmocka_unit_test(intervals_of_bimodal_curves),
        cmocka_unit_test(flat_curves_do_not_rise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
