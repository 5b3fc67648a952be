/* What a target adds to an objective, and its slopes, against tables worked by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nn/objective.h"

static const double none = (double)NAN, infinite = (double)INFINITY;
#define LOG2 0.6931471805599453

/* Probabilities are powers of two or simple fractions: lp is log p, and so on. */
struct policy_case {
    const char *what;
    double p, old, reference; /* probabilities; old may be none */
    double A, clip, clip_high, beta, weight;
    double loss, slope;
    int clipped;
    double kl, drift, difference;
};

static void test_policy_terms(void **state) {
    (void)state;
    const double u = infinite;
    const struct policy_case cases[] = {
        {"ratio 1", .5, none, 1, 2, .2, .2, 0, .25, -.5, -.5, 0, 0, 0, 0},
        {"ratio 1, below", .5, none, 1, -2, .2, .2, 0, .25, .5, .5, 0, 0, 0, 0},
        {"doubled, good", .5, .25, 1, 1, .2, .2, 0, 1, -1.2, 0, 1, 0, 1 - LOG2, LOG2},
        {"doubled, bad", .5, .25, 1, -1, .2, .2, 0, 1, 2, 2, 0, 0, 1 - LOG2, LOG2},
        {"halved, good", .5, 1, 1, 1, .2, .2, 0, 1, -.5, -.5, 0, 0, LOG2 - .5, LOG2},
        {"halved, bad", .5, 1, 1, -1, .2, .2, 0, 1, .8, 0, 1, 0, LOG2 - .5, LOG2},
        {"within, good", .5, .4, 1, 1, .2, .28, 0, 1, -1.25, -1.25, 0, 0, .25 - log(1.25), log(1.25)},
        {"beyond, good", .5, .4, 1, 1, .28, .2, 0, 1, -1.2, 0, 1, 0, .25 - log(1.25), log(1.25)},
        {"within, bad", .375, .5, 1, -1, .28, .2, 0, 1, .75, .75, 0, 0, -.25 - log(.75), -log(.75)},
        {"beyond, bad", .375, .5, 1, -1, .2, .28, 0, 1, .8, 0, 1, 0, -.25 - log(.75), -log(.75)},
        {"no clipping, good", .5, .0625, 1, 1, u, u, 0, .5, -4, -4, 0, 0, 7 - 3 * LOG2, 3 * LOG2},
        {"no clipping, bad", .0625, .5, 1, -1, u, u, 0, .5, .0625, .0625, 0, 0, 3 * LOG2 - .875, 3 * LOG2},
        {"neither good nor bad", .5, .25, 1, 0, .2, .2, 0, 1, 0, 0, 0, 0, 1 - LOG2, LOG2},
        {"above the reference", .5, none, .25, 0, .2, .2, .1, 1, .1 * (LOG2 - .5), .05, 0, LOG2 - .5, 0, 0},
        {"below the reference", .5, none, 1, 0, .2, .2, .1, 1, .1 * (1 - LOG2), -.1, 0, 1 - LOG2, 0, 0},
        {"clipped, above it", .5, .25, .25, 1, .2, .2, .1, 2, .2 * (LOG2 - .5) - 2.4, .1, 1, LOG2 - .5,
         1 - LOG2, LOG2},
        {"no beta", .5, none, none, 1, .2, .2, 0, 1, -1, -1, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct policy_case *c = &cases[i];
        const struct objective objective = {
            .temperature = 1, .clip = c->clip, .clip_high = c->clip_high, .beta = c->beta};
        const struct objective_target target = {
            .weight = c->weight, .advantage = c->A, .old = log(c->old), .reference = log(c->reference)};
        struct objective_sums sums = {0};
        struct objective_slopes slopes = objective_slopes(&objective, &target, log(c->p), none, &sums);
        double found[] = {sums.loss, slopes.log_probability, sums.kl, sums.drift, sums.difference};
        double expected[] = {c->loss, c->slope, c->kl, c->drift, c->difference};
        for (size_t k = 0; k < 5; k++)
            if (!(fabs(found[k] - expected[k]) < 1e-12))
                fail_msg("%s: number %zu is %.15g, expected %.15g", c->what, k, found[k], expected[k]);
        if (c->slope == 0) assert_true(slopes.log_probability == 0); /* a clipped target moves nothing */
        assert_int_equal(sums.clipped, c->clipped);
        assert_int_equal(sums.targets, 1);
        assert_true(slopes.value == 0 && sums.value_error == 0 && sums.entropy == 0);
    }
}

static void test_value_terms(void **state) {
    (void)state;
    static const struct {
        const char *what;
        double v, R, old, clip, weight, by, loss, slope, error;
    } cases[] = {
        {"no clipping", 3, 1, 2.5, (double)INFINITY, .5, 1, 1, 1, 4},
        {"weighted", 3, 1, 2.5, (double)INFINITY, .5, .25, .25, .25, 4},
        {"too low", -1, 1, 2.5, (double)INFINITY, .5, 1, 1, -1, 4},
        {"within", 3, 1, 2.5, .5, .5, 1, 1, 1, 4},
        {"beyond, away from R", 3, 1, 2.5, .2, .5, 1, 1, 1, 4},               /* v' = 2.7 is nearer to it */
        {"beyond, towards R, down", 1.5, 1, 2.5, .2, .5, 1, .4225, 0, .25},   /* v' = 2.3 */
        {"beyond, towards R, up", .5, 1, -.5, .2, .5, 1, .4225, 0, .25},      /* v' = -0.3 */
        {"beyond, as far on the other side", 3, 1, -1.5, .5, .5, 1, 1, 1, 4}, /* v' = -1 */
        {"no clipping, far away", .1, .15, 1e16, (double)INFINITY, 1, 1, .00125, -.05, .0025},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct objective objective = {
            .temperature = 1, .value_weight = cases[i].weight, .value_clip = cases[i].clip};
        const struct objective_target target = {
            .weight = cases[i].by, .old = none, .returns = cases[i].R, .old_value = cases[i].old};
        struct objective_sums sums = {0};
        struct objective_slopes slopes = objective_slopes(&objective, &target, -1, cases[i].v, &sums);
        double found[] = {sums.loss, slopes.value, sums.value_error};
        double expected[] = {cases[i].loss, cases[i].slope, cases[i].error};
        for (size_t k = 0; k < 3; k++)
            if (!(fabs(found[k] - expected[k]) < 1e-12))
                fail_msg("%s: number %zu is %.15g, expected %.15g", cases[i].what, k, found[k], expected[k]);
        assert_true(slopes.log_probability == 0);
    }
}

/* Terms of one target are added, and so are targets; of differences the largest is kept. The policy's part
 * is that of a doubled probability, clipped at 1.2; the reference's that of half of it. */
static void test_sums_over_targets(void **state) {
    (void)state;
    const struct objective objective = {.temperature = 1,
                                        .clip = .2,
                                        .clip_high = .2,
                                        .beta = .1,
                                        .value_weight = .5,
                                        .value_clip = infinite};
    const struct objective_target first = {.5, 1, log(.25), log(.25), 1, 0},
                                  second = {.25, -1, log(.5), log(.5), 2, 0};
    struct objective_sums sums = {0};
    struct objective_slopes slopes = objective_slopes(&objective, &first, log(.5), 3, &sums);
    assert_true(fabs(slopes.log_probability - .5 * .1 * .5) < 1e-12);
    assert_true(fabs(slopes.value - .5 * .5 * 2) < 1e-12);
    double one = .5 * (-1.2 + .1 * (LOG2 - .5) + .25 * 4);
    assert_true(fabs(sums.loss - one) < 1e-12);
    slopes = objective_slopes(&objective, &second, log(.5), 3, &sums);
    assert_true(fabs(slopes.log_probability - .25) < 1e-12);
    assert_true(fabs(slopes.value - .25 * .5) < 1e-12);
    assert_true(fabs(sums.loss - one - .25 * (1 + .25)) < 1e-12);
    assert_true(fabs(sums.kl - (LOG2 - .5)) < 1e-12 && fabs(sums.drift - (1 - LOG2)) < 1e-12);
    assert_true(fabs(sums.value_error - 5) < 1e-12 && fabs(sums.difference - LOG2) < 1e-12);
    assert_int_equal(sums.targets, 2);
    assert_int_equal(sums.clipped, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policy_terms),
        cmocka_unit_test(test_value_terms),
        cmocka_unit_test(test_sums_over_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
