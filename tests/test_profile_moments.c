/* Moments of a few samples, by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "profile/moments.h"

static void assert_near(double found, double wanted) {
    if (!(fabs(found - wanted) < 1e-12)) fail_msg("%.12g, expected %.12g", found, wanted);
}

/* One digit of four wrong in a trace of 9 lines, and its answer; one line of the others missing. */
static const struct account visible = {.pairing = {.digits = 4, .wrong = 1, .missing = 2, .added = 1},
                                       .dynamic = {.lines = 5,
                                                   .missing = 1,
                                                   .dynamic_wrong = 2,
                                                   .dynamic_digits = 7,
                                                   .reshaped = 1,
                                                   .left = 2,
                                                   .static_wrong = 1,
                                                   .leading_zeros = 1,
                                                   .answer_digits = 4,
                                                   .answer_wrong = 3},
                                       .answer_right = false,
                                       .visible = true,
                                       .clean_lines = 9};
static const struct account clean = {.pairing = {.digits = 4}, .answer_right = true, .clean_lines = 9};

static void means_are_over_all_samples(void **state) {
    (void)state;
    struct moments moments = {0};
    double mean[MOMENTS];
    moments_add(&moments, &visible, 8);
    moments_add(&moments, &clean, 9);
    moments_mean(&moments, mean);
    static const double wanted[MOMENTS] = {[MOMENT_VISIBLE] = 1,
                                           [MOMENT_WRONG] = 1 / 4.,
                                           [MOMENT_MISSING] = 2 / 8.,
                                           [MOMENT_ODD] = 1 / 8.,
                                           [MOMENT_ANSWER] = 1,
                                           [MOMENT_STEP] = 2 / 8.,
                                           [MOMENT_STEP_MISSING] = 1 / 4.,
                                           [MOMENT_STEP_ODD] = 3 / 8.,
                                           [MOMENT_STEP_ANSWER] = 3 / 4.,
                                           [MOMENT_ON_PAPER] = 2 / 8.,
                                           [MOMENT_VISIBLE_LONG] = 9 / 17.,
                                           [MOMENT_TWO] = 1,
                                           [MOMENT_STEP_TWO] = 1,
                                           [MOMENT_WRONG_SQUARE] = 1 / 16.,
                                           [MOMENT_MISSING_SQUARE] = 1 / 16.,
                                           [MOMENT_STEP_SQUARE] = 1 / 16.};
    for (int i = 0; i < MOMENTS; i++) assert_near(mean[i], wanted[i] / 2);
}

/* Of a value that is v in one sample of four and 0 in the others the variance is 3 v^2 / 16; joined from
 * two halves as from one. */
static void covariances_are_centred(void **state) {
    (void)state;
    struct moments moments = {0}, other = {0};
    double covariance[MOMENTS][MOMENTS];
    moments_add(&moments, &clean, 9);
    moments_add(&moments, &visible, 8);
    moments_add(&other, &clean, 9);
    moments_add(&other, &clean, 9);
    moments_merge(&moments, &other);
    assert_int_equal(moments.samples, 4);
    moments_covariance(&moments, covariance);
    assert_near(covariance[MOMENT_VISIBLE][MOMENT_VISIBLE], 3 / 16.);
    assert_near(covariance[MOMENT_WRONG][MOMENT_WRONG], 3 / 16. / 16);
    assert_near(covariance[MOMENT_WRONG][MOMENT_STEP_ANSWER], 3 / 16. * 3 / 16);
    for (int i = 0; i < MOMENTS; i++)
        for (int j = 0; j < MOMENTS; j++) assert_near(covariance[i][j], covariance[j][i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_are_over_all_samples),
        cmocka_unit_test(covariances_are_centred),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
