/* Statistics of curves: means, intervals, isotonic regression, thresholds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "curve/pairs.h"
#include "curve/resample.h"
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
    assert_int_equal(threshold_find(sketch->levels, sketch->count, sketch->levels, share, &threshold, &error),
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
    assert_true(half.low < 0.6 && half.high > 0.6 && half.high - half.low < 0.01);
}

/* The fit pools 0.90 and 1.00 to 0.95, so a dip that recovers is no threshold. */
static void threshold_ignores_a_dip(void **state) {
    (void)state;
    struct sketch s;
    double fit[4];
    struct error error;
    draw(&s, 4, 1, (double[]){0, 0.2, 0.4, 0.6}, (int64_t[]){1000, 900, 1000, 500});
    assert_int_equal(threshold_fit(s.levels, 4, fit, &error), ERR_OK);
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
    /* So close above that a resample may well fall below: the interval says so. */
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

static void clean_cell_low(void **state) {
    (void)state;
    struct sketch s;
    draw(&s, 3, 1, (double[]){0, 0.5, 1}, (int64_t[]){40, 30, 0});
    assert_int_equal(find(&s, 0.95).status, THRESHOLD_NOT_LEARNED);
    draw(&s, 3, 1, (double[]){0, 0.5, 1}, (int64_t[]){0, 0, 0});
    assert_int_equal(find(&s, 0.95).status, THRESHOLD_NOT_LEARNED);
    /* The share is of the clean accuracy, whatever that is. */
    draw(&s, 3, 1, (double[]){0, 0.5, 1}, (int64_t[]){400, 400, 0});
    assert_near(find(&s, 0.5).noise, 0.75, 1e-9);
}

static void without_clean_runs(void **state) {
    (void)state;
    struct sketch s;
    struct threshold threshold;
    struct error error;
    draw(&s, 2, 1, (double[]){0.5, 1}, (int64_t[]){400, 100});
    assert_int_equal(threshold_find(s.levels, 2, NULL, 0.95, &threshold, &error), ERR_OK);
    assert_int_equal(threshold.status, THRESHOLD_NO_CLEAN);
    /* Clean runs that are no part of the curve: another noise stays on along it. */
    struct trial clean = {1, 1000, 1000};
    struct level apart = {0, &clean, 1};
    assert_int_equal(threshold_find(s.levels, 2, &apart, 0.95, &threshold, &error), ERR_OK);
    assert_int_equal(threshold.status, THRESHOLD_BELOW);
    assert_near(threshold.noise, 0.5, 0);
    assert_int_equal(threshold_find(s.levels, 2, &apart, 0.25, &threshold, &error), ERR_OK);
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
    assert_int_equal(threshold_fit(levels, 2, fit, &error), ERR_OK);
    assert_near(fit[0], 0.975, 1e-12);
    assert_near(fit[1], 0.975, 1e-12);
}

/* --- intervals --- */

/* Resamples of a curve that does not begin with the clean runs are held against the clean runs. */
static void intervals_know_the_clean_runs(void **state) {
    (void)state;
    struct sketch s;
    struct threshold threshold;
    struct error error;
    const struct trial clean = {1, 1000, 1000};
    const struct level apart = {0, &clean, 1};
    draw(&s, 2, 1, (double[]){0.5, 1}, (int64_t[]){400, 100});
    assert_int_equal(threshold_find(s.levels, 2, &apart, 0.25, &threshold, &error), ERR_OK);
    assert_near(threshold.noise, 0.75, 1e-9);
    assert_true(threshold.low > 0.65 && threshold.low < 0.75);
    assert_true(threshold.high < 0.85 && threshold.high > 0.75);
    /* A resample may begin below the threshold: that is at the curve's begin, not beyond its end. */
    draw(&s, 2, 1, (double[]){0.5, 1}, (int64_t[]){955, 100});
    assert_int_equal(threshold_find(s.levels, 2, &apart, 0.95, &threshold, &error), ERR_OK);
    assert_int_equal(threshold.status, THRESHOLD_FOUND);
    assert_near(threshold.low, 0.5, 0);
    assert_true(threshold.high < 0.6);
}

static void few_problems_are_uncertain(void **state) {
    (void)state;
    const struct trial trials[] = {{1, 5, 10}, {2, 6, 10}};
    const struct level level = {0, trials, 2};
    struct interval interval, pooled = wilson_interval(11, 20);
    struct error error;
    assert_int_equal(level_interval(&level, &interval, &error), ERR_OK);
    assert_near(interval.low, pooled.low, 0);
    assert_near(interval.high, pooled.high, 0);
}

/* What another test would give: the estimate is that of (3 + 0.5) / (10 + 1). */
static void resamples_are_binomial(void **state) {
    (void)state;
    enum { DRAWS = 20000 };
    const struct trial few = {1, 3, 10}, other = {2, 1000, 1000};
    const struct level levels[] = {{0, &few, 1}, {1, &other, 1}};
    const struct level *const both[] = {&levels[0], &levels[1]};
    struct resampler resampler;
    struct error error;
    double sum = 0, squares = 0, chance = 3.5 / 11;
    assert_int_equal(resampler_create(&resampler, both, 1, "test", &error), ERR_OK);
    for (int i = 0; i < DRAWS; i++) {
        resampler_draw(&resampler);
        double accuracy = resampler_accuracy(&resampler, 0);
        sum += accuracy;
        squares += accuracy * accuracy;
    }
    double mean = sum / DRAWS, variance = squares / DRAWS - mean * mean;
    assert_near(mean, chance, 0.005);
    assert_near(variance, chance * (1 - chance) / 10, 0.001);
    resampler_free(&resampler);
    /* A level none of whose seeds was drawn has all of them. */
    assert_int_equal(resampler_create(&resampler, both, 2, "test", &error), ERR_OK);
    for (int i = 0; i < 100; i++) {
        resampler_draw(&resampler);
        assert_true(resampler_accuracy(&resampler, 1) > 0.98);
    }
    resampler_free(&resampler);
}

static void interval_of_one_run_is_wilson(void **state) {
    (void)state;
    struct trial trial = {1, 81, 263};
    struct level level = {0, &trial, 1};
    struct interval interval;
    struct error error;
    assert_int_equal(level_interval(&level, &interval, &error), ERR_OK);
    struct interval wilson = wilson_interval(81, 263);
    assert_near(interval.low, wilson.low, 0);
    assert_near(interval.high, wilson.high, 0);
}

static void interval_covers_seeds(void **state) {
    (void)state;
    const struct trial trials[] = {{1, 100000, 1000000}, {2, 500000, 1000000}, {3, 900000, 1000000}};
    struct level level = {0, trials, 3};
    struct interval interval;
    struct error error;
    assert_near(level_mean(&level), 0.5, 1e-12);
    assert_int_equal(level_interval(&level, &interval, &error), ERR_OK);
    /* Bootstrap over three seeds: all three resamples alike has a chance of 1/27 at each end. */
    assert_near(interval.low, 0.1, 1e-12);
    assert_near(interval.high, 0.9, 1e-12);
}

static void more_seeds_narrow_the_threshold(void **state) {
    (void)state;
    struct sketch one, four;
    draw(&one, 3, 1, (double[]){0, 0.5, 1}, (int64_t[]){1000, 900, 100});
    draw(&four, 3, 4, (double[]){0, 0.5, 1},
         (int64_t[]){1000, 1000, 1000, 1000, 900, 900, 900, 900, 100, 100, 100, 100});
    struct threshold wide = find(&one, 0.5), narrow = find(&four, 0.5);
    assert_near(wide.noise, 0.75, 1e-9);
    assert_near(narrow.noise, 0.75, 1e-9);
    assert_true(narrow.high - narrow.low < 0.6 * (wide.high - wide.low));
    assert_true(narrow.low < 0.75 && narrow.high > 0.75);
}

static void same_results_same_interval(void **state) {
    (void)state;
    struct sketch s;
    draw(&s, 3, 2, (double[]){0, 0.5, 1}, (int64_t[]){1000, 990, 900, 700, 100, 300});
    struct threshold first = find(&s, 0.95), second = find(&s, 0.95);
    assert_memory_equal(&first.noise, &second.noise, 3 * sizeof(double));
}

/* Seeds that differ much, by the same on both sides: drawn together, the difference is sharp. */
static void differences_are_paired_by_seed(void **state) {
    (void)state;
    const struct trial one[] = {{1, 200000, 1000000}, {2, 500000, 1000000}, {3, 800000, 1000000}};
    const struct trial same[] = {{3, 850000, 1000000}, {1, 250000, 1000000}, {2, 550000, 1000000}};
    const struct trial others[] = {{7, 850000, 1000000}, {8, 250000, 1000000}, {9, 550000, 1000000}};
    struct level first = {0.5, one, 3}, paired = {0.5, same, 3}, apart = {0.5, others, 3};
    struct difference difference;
    struct error error;
    assert_int_equal(pairs_difference(&first, &paired, &difference, &error), ERR_OK);
    assert_near(difference.mean, 0.05, 1e-12);
    assert_int_equal(difference.seeds, 3);
    assert_true(difference.interval.low > 0.045 && difference.interval.high < 0.055);
    assert_int_equal(pairs_difference(&first, &apart, &difference, &error), ERR_OK);
    assert_near(difference.mean, 0.05, 1e-12);
    assert_int_equal(difference.seeds, 0);
    assert_true(difference.interval.low < 0 && difference.interval.high > 0.1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(isotonic_pools_violators),
        cmocka_unit_test(threshold_at_a_tested_level),
        cmocka_unit_test(threshold_is_interpolated),
        cmocka_unit_test(threshold_ignores_a_dip),
        cmocka_unit_test(threshold_not_reached),
        cmocka_unit_test(interval_may_reach_beyond_the_levels),
        cmocka_unit_test(clean_cell_low),
        cmocka_unit_test(without_clean_runs),
        cmocka_unit_test(levels_weigh_by_their_problems),
        cmocka_unit_test(intervals_know_the_clean_runs),
        cmocka_unit_test(few_problems_are_uncertain),
        cmocka_unit_test(resamples_are_binomial),
        cmocka_unit_test(interval_of_one_run_is_wilson),
        cmocka_unit_test(interval_covers_seeds),
        cmocka_unit_test(more_seeds_narrow_the_threshold),
        cmocka_unit_test(same_results_same_interval),
        cmocka_unit_test(differences_are_paired_by_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
