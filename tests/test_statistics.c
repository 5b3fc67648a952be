/* Statistics of curves: means, intervals, isotonic regression, thresholds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "curve/contrast.h"
#include "curve/learned.h"
#include "curve/pairs.h"
#include "curve/rise.h"
#include "curve/threshold.h"

enum { MOST = 12 };

static void assert_near(double value, double wanted, double tolerance) {
    if (!(fabs(value - wanted) <= tolerance)) fail_msg("%.12g is not %.12g", value, wanted);
}

/* --- isotonic regression --- */

static void isotonic_pools_violators(void **state) {
    (void)state;
    static const struct {
        size_t count;
        double values[6], weights[6], fit[6];
    } known[] = {
        {3, {3, 2, 1}, {1, 1, 1}, {3, 2, 1}},
        {3, {1, 2, 3}, {1, 1, 1}, {2, 2, 2}},
        {4, {5, 3, 4, 1}, {1, 1, 1, 1}, {5, 3.5, 3.5, 1}},
        {4, {5, 3, 4, 1}, {1, 3, 1, 1}, {5, 3.25, 3.25, 1}},
        {5, {1, 0, 0, 0, 2}, {1, 1, 1, 1, 1}, {1, 0.5, 0.5, 0.5, 0.5}},
        {6, {4, 5, 2, 3, 3, 0}, {1, 1, 1, 1, 1, 1}, {4.5, 4.5, 8 / 3., 8 / 3., 8 / 3., 0}},
        {1, {0.7}, {9}, {0.7}},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        double fit[6];
        statistics_isotonic(known[k].values, known[k].weights, known[k].count, fit);
        for (size_t i = 0; i < known[k].count; i++) assert_near(fit[i], known[k].fit[i], 1e-12);
    }
}

/* --- hand-made curves --- */

/* Levels with the same number of seeds; a trial has 1000 problems. */
struct sketch {
    struct trial trials[MOST];
    struct level levels[MOST];
    size_t count;
};

/* `correct` has seeds values a level. */
static struct sketch *draw(struct sketch *sketch, size_t levels, size_t seeds, const double *noise,
                           const int64_t *correct) {
    assert_true(levels * seeds <= MOST);
    sketch->count = levels;
    for (size_t i = 0; i < levels; i++) {
        sketch->levels[i] = (struct level){noise[i], &sketch->trials[i * seeds], seeds};
        for (size_t s = 0; s < seeds; s++)
            sketch->trials[i * seeds + s] = (struct trial){(int64_t)s + 1, correct[i * seeds + s], 1000};
    }
    return sketch;
}

static struct threshold find(const struct sketch *sketch, double share) {
    struct threshold threshold;
    struct error error;
    assert_int_equal(threshold_find(sketch->levels, sketch->count, sketch->count, sketch->levels, share,
                                    &threshold, &error),
                     ERR_OK);
    return threshold;
}

static void threshold_at_a_tested_level(void **state) {
    (void)state;
    struct sketch s;
    draw(&s, 4, 1, (double[]){0, 0.2, 0.5, 0.8}, (int64_t[]){1000, 980, 950, 100});
    struct threshold threshold = find(&s, 0.95);
    assert_int_equal(threshold.status, THRESHOLD_FOUND);
    assert_near(threshold.noise, 0.5, 1e-9);
    assert_true(threshold.low <= 0.5 && threshold.high >= 0.5 && threshold.high < 0.6);
}

static void threshold_is_interpolated(void **state) {
    (void)state;
    struct sketch s;
    draw(&s, 3, 1, (double[]){0, 0.4, 0.8}, (int64_t[]){1000, 1000, 0});
    struct threshold threshold = find(&s, 0.95), half = find(&s, 0.5);
    assert_near(threshold.noise, 0.42, 1e-9);
    assert_near(half.noise, 0.6, 1e-9);
    assert_true(half.low < 0.6 && half.high > 0.6);
}

/* The fit pools 0.90 and 1.00 to 0.95, so a dip that recovers is no threshold. */
static void threshold_ignores_a_dip(void **state) {
    (void)state;
    struct sketch s;
    double fit[4];
    struct error error;
    draw(&s, 4, 1, (double[]){0, 0.2, 0.4, 0.6}, (int64_t[]){1000, 900, 1000, 500});
    assert_int_equal(threshold_fit(s.levels, 4, 4, fit, &error), ERR_OK);
    assert_near(fit[1], 0.95, 1e-12);
    assert_near(fit[2], 0.95, 1e-12);
    assert_near(find(&s, 0.95).noise, 0.4, 1e-9);
}

static void threshold_not_reached(void **state) {
    (void)state;
    struct sketch s;
    draw(&s, 3, 1, (double[]){0, 0.5, 1}, (int64_t[]){1000, 1000, 990});
    struct threshold threshold = find(&s, 0.95);
    assert_int_equal(threshold.status, THRESHOLD_NOT_REACHED);
    assert_near(threshold.noise, 1, 0);
    assert_true(isinf(threshold.high));
    /* So close above that chance alone may hold it there: the interval says so. */
    draw(&s, 3, 1, (double[]){0, 0.5, 1}, (int64_t[]){1000, 1000, 951});
    threshold = find(&s, 0.95);
    assert_int_equal(threshold.status, THRESHOLD_NOT_REACHED);
    assert_true(threshold.low < 1);
}

static void interval_may_reach_beyond_the_levels(void **state) {
    (void)state;
    struct sketch s;
    draw(&s, 3, 1, (double[]){0, 0.5, 1}, (int64_t[]){1000, 1000, 948});
    struct threshold threshold = find(&s, 0.95);
    assert_int_equal(threshold.status, THRESHOLD_FOUND);
    assert_true(threshold.noise < 1 && isinf(threshold.high));
}

/* The share is of the clean accuracy, whatever that is. */
static void shares_are_of_the_clean_accuracy(void **state) {
    (void)state;
    struct sketch s;
    draw(&s, 3, 1, (double[]){0, 0.5, 1}, (int64_t[]){400, 400, 0});
    assert_near(find(&s, 0.5).noise, 0.75, 1e-9);
}

/* Clean runs that are no part of the curve: another noise stays on along it. */
static void clean_runs_apart(void **state) {
    (void)state;
    struct sketch s;
    struct threshold threshold;
    struct error error;
    draw(&s, 2, 1, (double[]){0.5, 1}, (int64_t[]){400, 100});
    struct trial clean = {1, 1000, 1000};
    struct level apart = {0, &clean, 1};
    assert_int_equal(threshold_find(s.levels, 2, 2, &apart, 0.95, &threshold, &error), ERR_OK);
    assert_int_equal(threshold.status, THRESHOLD_BELOW);
    assert_near(threshold.noise, 0.5, 0);
    assert_int_equal(threshold_find(s.levels, 2, 2, &apart, 0.25, &threshold, &error), ERR_OK);
    assert_near(threshold.noise, 0.75, 1e-9);
}

/* A level of three seeds counts three times as much as one of a single seed. */
static void levels_weigh_by_their_problems(void **state) {
    (void)state;
    const struct trial one[] = {{1, 900, 1000}},
                       three[] = {{1, 1000, 1000}, {2, 1000, 1000}, {3, 1000, 1000}};
    const struct level levels[] = {{0.2, one, 1}, {0.4, three, 3}};
    struct error error;
    double fit[2];
    assert_int_equal(threshold_fit(levels, 2, 2, fit, &error), ERR_OK);
    assert_near(fit[0], 0.975, 1e-12);
    assert_near(fit[1], 0.975, 1e-12);
}

/* --- intervals --- */

/* Three seeds differ by d = 0.02 at the last level alone, and problems beyond count leave nothing else to
 * chance: the line 0.8 - 0.2 w is as far from 0.7 as 4.303 w d / sqrt(3) at w = 0.4005 and 0.6653. */
static void intervals_are_fiellers(void **state) {
    (void)state;
    enum { MANY = 1000000000 };
    static const double accuracies[3][3] = {{1, 1, 1}, {0.8, 0.8, 0.8}, {0.58, 0.6, 0.62}};
    struct trial trials[3][3];
    struct level levels[3];
    struct threshold threshold;
    struct error error;
    for (int l = 0; l < 3; l++) {
        levels[l] = (struct level){0.5 * l, trials[l], 3};
        for (int s = 0; s < 3; s++)
            trials[l][s] = (struct trial){s + 1, (int64_t)round(accuracies[l][s] * MANY), MANY};
    }
    assert_int_equal(threshold_find(levels, 3, 3, levels, 0.7, &threshold, &error), ERR_OK);
    assert_near(threshold.noise, 0.75, 1e-6);
    assert_near(threshold.low, 0.5 + 0.5 * 0.4005, 3e-4);
    assert_near(threshold.high, 0.5 + 0.5 * 0.6653, 3e-4);
    /* Seeds that differ by the same at clean data: it takes 0.7 of itself away. The deviation at w is then
     * (w - 0.7) d, and 0.1 - 0.2 w as large as 4.303 of it / sqrt(3) at w = 0.5 -+ ... */
    for (int s = 0; s < 3; s++) trials[0][s].correct = (int64_t)round((0.96 + 0.02 * s) * MANY);
    assert_int_equal(threshold_find(levels, 3, 3, levels, 0.7, &threshold, &error), ERR_OK);
    double k = 4.3027 * 0.02 / sqrt(3), target = 0.7 * 0.98, middle = (0.8 - target) / 0.2;
    assert_near(threshold.noise, 0.5 + 0.5 * middle, 1e-6);
    /* 0.8 - 0.2 w - target = k (0.7 - w) for w < 0.7, and -k (0.7 - w) on the other side. */
    assert_near(threshold.low, 0.5 + 0.5 * (0.8 - target - 0.7 * k) / (0.2 - k), 3e-4);
    assert_near(threshold.high, 0.5 + 0.5 * (0.8 - target + 0.7 * k) / (0.2 + k), 3e-4);
}

/* A curve that does not begin with the clean runs is held against the clean runs, and what chance does to
 * these counts. */
static void intervals_know_the_clean_runs(void **state) {
    (void)state;
    struct sketch s;
    struct threshold sure, unsure;
    struct error error;
    const struct trial certain[] = {{1, 1000, 1000}, {2, 1000, 1000}, {3, 1000, 1000}};
    const struct trial uncertain[] = {{1, 900, 900}, {2, 950, 1000}, {3, 1000, 1000}};
    const struct level first = {0, certain, 3}, second = {0, uncertain, 3};
    draw(&s, 2, 3, (double[]){0.5, 1}, (int64_t[]){800, 800, 800, 600, 600, 600});
    assert_int_equal(threshold_find(s.levels, 2, 2, &first, 0.7, &sure, &error), ERR_OK);
    assert_int_equal(threshold_find(s.levels, 2, 2, &second, 0.7, &unsure, &error), ERR_OK);
    assert_near(sure.noise, 0.75, 1e-9);
    assert_true(sure.low > 0.65 && sure.low < 0.75 && sure.high < 0.85 && sure.high > 0.75);
    assert_true(unsure.high - unsure.low > 1.5 * (sure.high - sure.low));
    /* The curve may begin below the threshold: that is at its begin, not beyond its end. */
    draw(&s, 2, 3, (double[]){0.5, 1}, (int64_t[]){705, 700, 710, 600, 600, 600});
    assert_int_equal(threshold_find(s.levels, 2, 2, &first, 0.7, &sure, &error), ERR_OK);
    assert_int_equal(sure.status, THRESHOLD_FOUND);
    assert_near(sure.low, 0.5, 0);
    assert_true(sure.high < 0.65);
}

static void few_problems_are_uncertain(void **state) {
    (void)state;
    const struct trial trials[] = {{1, 50, 100}, {2, 50, 100}};
    const struct level level = {0, trials, 2};
    struct interval interval = level_interval(&level), pooled = wilson_interval(100, 200);
    assert_near(interval.low, pooled.low, 0);
    assert_near(interval.high, pooled.high, 0);
    /* With equal seeds the threshold is left to the problems: the more, the narrower. */
    struct threshold thresholds[2];
    struct trial curve[2][6];
    struct level levels[2][2];
    struct error error;
    for (int n = 0; n < 2; n++) {
        int64_t problems = n ? 10000 : 100;
        for (int t = 0; t < 6; t++)
            curve[n][t] = (struct trial){t % 3 + 1, t < 3 ? problems : problems * 7 / 10, problems};
        for (int l = 0; l < 2; l++) levels[n][l] = (struct level){l, &curve[n][3 * l], 3};
        assert_int_equal(threshold_find(levels[n], 2, 2, levels[n], 0.85, &thresholds[n], &error), ERR_OK);
        assert_near(thresholds[n].noise, 0.5, 1e-9);
    }
    double few = thresholds[0].high - thresholds[0].low, many = thresholds[1].high - thresholds[1].low;
    assert_true(few > 0.1 && few < 0.3 && many < few / 8);
}

static void interval_of_one_run_is_wilson(void **state) {
    (void)state;
    struct trial trial = {1, 81, 263};
    struct level level = {0, &trial, 1};
    struct interval interval = level_interval(&level), wilson = wilson_interval(81, 263);
    assert_near(interval.low, wilson.low, 0);
    assert_near(interval.high, wilson.high, 0);
}

/* Mean 0.5, deviation 0.1, three runs: 4.303 * 0.1 / sqrt(3) to each side. */
static void interval_covers_seeds(void **state) {
    (void)state;
    struct trial trials[] = {{1, 400000, 1000000}, {2, 500000, 1000000}, {3, 600000, 1000000}};
    struct level level = {0, trials, 3};
    struct interval interval = level_interval(&level);
    assert_near(level_mean(&level), 0.5, 1e-12);
    assert_near(interval.low, 0.5 - 0.24841, 1e-5);
    assert_near(interval.high, 0.5 + 0.24841, 1e-5);
    trials[0].correct = 0;
    trials[2].correct = 1000000;
    interval = level_interval(&level);
    assert_near(interval.low, 0, 0);
    assert_near(interval.high, 1, 0);
}

static void student_as_tabled(void **state) {
    (void)state;
    static const double known[][2] = {{1, 12.706}, {2, 4.303},  {4, 2.776},  {5, 2.571},     {6, 2.447},
                                      {10, 2.228}, {20, 2.086}, {60, 2.000}, {100000, 1.960}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        assert_near(statistics_student((size_t)known[k][0]), known[k][1], 0.001);
}

static void more_seeds_narrow_the_threshold(void **state) {
    (void)state;
    struct sketch two, four;
    draw(&two, 3, 2, (double[]){0, 0.5, 1}, (int64_t[]){1000, 1000, 780, 820, 590, 610});
    draw(&four, 3, 4, (double[]){0, 0.5, 1},
         (int64_t[]){1000, 1000, 1000, 1000, 780, 820, 780, 820, 590, 610, 590, 610});
    struct threshold wide = find(&two, 0.7), narrow = find(&four, 0.7);
    assert_near(wide.noise, 0.75, 1e-9);
    assert_near(narrow.noise, 0.75, 1e-9);
    assert_true(narrow.high - narrow.low < 0.6 * (fmin(wide.high, 1) - wide.low));
    assert_true(narrow.low < 0.75 && narrow.high > 0.75);
}

static void seeds_that_are_needed(void **state) {
    (void)state;
    struct threshold threshold = {THRESHOLD_FOUND, 0.5, 0.4, 0.6, 0};
    assert_int_equal(threshold_runs_needed(&threshold, 1, 3, 0.2), 12);
    threshold.freedom = 2; /* t falls from 4.303 to 2.776 with five, and the root from 1 / 1.73 to 1 / 2.24 */
    assert_int_equal(threshold_runs_needed(&threshold, 1, 3, 0.2), 5);
    threshold.freedom = 0;
    threshold.high = INFINITY; /* what is beyond the levels is not known */
    assert_int_equal(threshold_runs_needed(&threshold, 0.7, 3, 0.2), 27);
    threshold.low = 0.46;
    threshold.high = 0.55;
    assert_int_equal(threshold_runs_needed(&threshold, 1, 3, 0.2), 0);
    threshold.status = THRESHOLD_NOT_REACHED;
    threshold.low = 0;
    assert_int_equal(threshold_runs_needed(&threshold, 1, 3, 0.2), 0);
}

/* --- seeds that learn by chance --- */

static void levels_whose_seeds_are_split(void **state) {
    (void)state;
    static const struct {
        int64_t correct[3];
        bool split;
        int learned;
    } known[] = {
        {{80, 80, 650}, true, 1},   {{990, 980, 80}, true, 2},   {{450, 520, 500}, false, 2},
        {{20, 20, 450}, false, 0},  {{990, 600, 500}, false, 3}, {{490, 700, 300}, false, 1},
        {{160, 500, 900}, true, 2}, {{170, 500, 900}, false, 2},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        struct trial trials[3];
        struct level level = {0.5, trials, 3};
        for (int s = 0; s < 3; s++) trials[s] = (struct trial){s + 1, known[k].correct[s], 1000};
        assert_int_equal(learned_is_split(&level, 0.99), known[k].split);
        assert_near(learned_share(&level, 0.99), known[k].learned / 3.0, 1e-12);
    }
}

/* Levels at 0, 0.1, ...; of three seeds learned[i] have learned at level i. */
static struct sketch *learn(struct sketch *sketch, size_t levels, const int *learned, int64_t others) {
    static const double noise[] = {0, 0.1, 0.2, 0.3, 0.4};
    int64_t correct[MOST];
    for (size_t i = 0; i < 3 * levels; i++) correct[i] = (int)(i % 3) < learned[i / 3] ? 1000 : others;
    return draw(sketch, levels, 3, noise, correct);
}

static void chance_is_seen(void **state) {
    (void)state;
    struct sketch s;
    learn(&s, 4, (int[]){3, 3, 1, 0}, 0);
    assert_true(learned_by_chance(s.levels, 4, 1));
    assert_false(learned_by_chance(s.levels, 2, 1));
    learn(&s, 4, (int[]){3, 3, 0, 0}, 0); /* from all to none */
    assert_true(learned_by_chance(s.levels, 4, 1));
    learn(&s, 4, (int[]){3, 3, 0, 0}, 700); /* all have learned, some less */
    assert_false(learned_by_chance(s.levels, 4, 1));
    draw(&s, 3, 1, (double[]){0, 0.5, 1}, (int64_t[]){1000, 800, 600}); /* one seed shows nothing */
    assert_true(learned_by_chance(s.levels, 3, 1));
}

/* What is as likely to be high as low has an interval that reaches as far up as down. */
static void intervals_of_chance(void **state) {
    (void)state;
    static const double noise[] = {0, 0.1, 0.2, 0.3, 0.4};
    struct trial trials[5][4];
    struct level levels[5];
    struct interval interval, shared;
    struct error error;
    static const int learned[] = {4, 4, 2, 0, 0};
    for (int l = 0; l < 5; l++) {
        levels[l] = (struct level){noise[l], trials[l], 4};
        for (int s = 0; s < 4; s++) trials[l][s] = (struct trial){s + 1, s < learned[l] ? 1000 : 0, 1000};
    }
    assert_int_equal(learned_interval(levels, 5, 1, false, 0.5, &interval, &error), ERR_OK);
    assert_near(interval.low + interval.high, 0.4, 0.012);
    assert_true(interval.low > 0.08 && interval.low < 0.16);
    /* 95 % of the seeds: nobody knows whether one in twenty fails at the lower levels. */
    assert_int_equal(learned_interval(levels, 5, 1, false, 0.95, &shared, &error), ERR_OK);
    assert_true(shared.low < 0.05 && shared.high > 0.12 && shared.high < interval.high);
    /* The threshold's interval holds it. */
    struct threshold threshold;
    assert_int_equal(threshold_find(levels, 5, 5, levels, 0.5, &threshold, &error), ERR_OK);
    assert_near(threshold.noise, 0.2, 1e-9);
    assert_true(threshold.low <= interval.low + 0.01 && threshold.high >= interval.high - 0.01);
}

/* --- rises --- */

static void rises_are_found(void **state) {
    (void)state;
    static const double noise[] = {0, 0.1, 0.2, 0.3};
    struct sketch s;
    struct rise rise;
    struct error error;
    draw(&s, 4, 3, noise, (int64_t[]){990, 995, 985, 300, 310, 320, 100, 120, 110, 600, 590, 580});
    assert_int_equal(rise_find(s.levels, 4, &rise, &error), ERR_OK);
    assert_true(rise.found && rise.chance < 0.01);
    assert_int_equal(rise.valley, 2);
    assert_int_equal(rise.peak, 3);
    assert_near(rise.height, 0.48, 1e-12);
    /* The same rise among seeds that differ as much is chance, and so is one of which nobody knows how much
     * they differ. */
    draw(&s, 4, 3, noise, (int64_t[]){990, 995, 985, 100, 400, 800, 10, 300, 20, 900, 590, 280});
    assert_int_equal(rise_find(s.levels, 4, &rise, &error), ERR_OK);
    assert_true(!rise.found && rise.chance > 0.05 && rise.height > 0.4);
    draw(&s, 4, 1, noise, (int64_t[]){990, 300, 100, 600});
    assert_int_equal(rise_find(s.levels, 4, &rise, &error), ERR_OK);
    assert_true(!rise.found && rise.chance == 1);
    draw(&s, 4, 3, noise, (int64_t[]){990, 995, 985, 300, 310, 320, 100, 120, 110, 60, 59, 58});
    assert_int_equal(rise_find(s.levels, 4, &rise, &error), ERR_OK);
    assert_true(!rise.found && rise.height == 0);
}

/* Levels after a rise are fitted by themselves, so the threshold is the first crossing. */
static void the_first_crossing_counts(void **state) {
    (void)state;
    static const double noise[] = {0, 0.1, 0.2, 0.3};
    struct sketch s;
    struct threshold pooled, first;
    struct error error;
    double fit[4];
    draw(&s, 4, 3, noise, (int64_t[]){1000, 1000, 1000, 900, 905, 895, 700, 710, 690, 1000, 1000, 1000});
    pooled = find(&s, 0.8);
    assert_int_equal(pooled.status, THRESHOLD_NOT_REACHED);
    assert_int_equal(threshold_find(s.levels, 4, 3, s.levels, 0.8, &first, &error), ERR_OK);
    assert_int_equal(first.status, THRESHOLD_FOUND);
    assert_near(first.noise, 0.15, 1e-9);
    assert_true(first.low > 0.1 && first.high < 0.2);
    assert_int_equal(threshold_fit(s.levels, 4, 3, fit, &error), ERR_OK);
    assert_near(fit[2], 0.7, 1e-12);
    assert_near(fit[3], 1, 1e-12);
}

static void same_results_same_interval(void **state) {
    (void)state;
    struct sketch s;
    draw(&s, 3, 2, (double[]){0, 0.5, 1}, (int64_t[]){1000, 990, 900, 700, 100, 300});
    struct threshold first = find(&s, 0.95), second = find(&s, 0.95);
    assert_memory_equal(&first.noise, &second.noise, 3 * sizeof(double));
}

/* Seeds that differ much, by the same on both sides: compared with each other, the difference is sharp. */
static void differences_are_paired_by_seed(void **state) {
    (void)state;
    const struct trial one[] = {{1, 200000, 1000000}, {2, 500000, 1000000}, {3, 800000, 1000000}};
    const struct trial same[] = {{3, 850000, 1000000}, {1, 250000, 1000000}, {2, 550000, 1000000}};
    const struct trial others[] = {{7, 850000, 1000000}, {8, 250000, 1000000}, {9, 550000, 1000000}};
    struct level first = {0.5, one, 3}, paired = {0.5, same, 3}, apart = {0.5, others, 3};
    struct difference difference = pairs_difference(&first, &paired);
    assert_near(difference.mean, 0.05, 1e-12);
    assert_int_equal(difference.seeds, 3);
    assert_true(difference.interval.low > 0.045 && difference.interval.high < 0.055);
    difference = pairs_difference(&first, &apart);
    assert_near(difference.mean, 0.05, 1e-12);
    assert_int_equal(difference.seeds, 0);
    /* 4.303 * 0.3 * sqrt(2 / 3) */
    assert_near(difference.interval.high, fmin(1, 0.05 + 4.3027 * 0.3 * sqrt(2.0 / 3)), 1e-3);
    assert_true(difference.interval.low < 0);
    /* Two seeds are all that is known of how seeds differ, however many the other side has: 12.706 * 0.01. */
    const struct trial pair[] = {{1, 490000, 1000000}, {2, 510000, 1000000}};
    const struct trial equal[] = {{4, 500000, 1000000}, {5, 500000, 1000000}, {6, 500000, 1000000}};
    difference = pairs_difference(&(struct level){0.5, pair, 2}, &(struct level){0.5, equal, 3});
    assert_near(difference.interval.high, 0.12706, 1e-4);
    /* One run on each side: what is left to chance are the problems. */
    const struct trial few = {1, 60, 100}, more = {1, 70, 100};
    difference = pairs_difference(&(struct level){0.5, &few, 1}, &(struct level){0.5, &more, 1});
    assert_near(difference.interval.high - difference.mean, 1.96 * sqrt((0.24 + 0.21) / 100), 1e-3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(isotonic_pools_violators),
        cmocka_unit_test(threshold_at_a_tested_level),
        cmocka_unit_test(threshold_is_interpolated),
        cmocka_unit_test(threshold_ignores_a_dip),
        cmocka_unit_test(threshold_not_reached),
        cmocka_unit_test(interval_may_reach_beyond_the_levels),
        cmocka_unit_test(shares_are_of_the_clean_accuracy),
        cmocka_unit_test(clean_runs_apart),
        cmocka_unit_test(levels_weigh_by_their_problems),
        cmocka_unit_test(intervals_know_the_clean_runs),
        cmocka_unit_test(few_problems_are_uncertain),
        cmocka_unit_test(intervals_are_fiellers),
        cmocka_unit_test(student_as_tabled),
        cmocka_unit_test(seeds_that_are_needed),
        cmocka_unit_test(levels_whose_seeds_are_split),
        cmocka_unit_test(chance_is_seen),
        cmocka_unit_test(intervals_of_chance),
        cmocka_unit_test(rises_are_found),
        cmocka_unit_test(the_first_crossing_counts),
        cmocka_unit_test(interval_of_one_run_is_wilson),
        cmocka_unit_test(interval_covers_seeds),
        cmocka_unit_test(more_seeds_narrow_the_threshold),
        cmocka_unit_test(same_results_same_interval),
        cmocka_unit_test(differences_are_paired_by_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
