/* The noise of a data set, estimated from samples of known noise. */
#include <math.h>

#include "noise/noises.h"
#include "profile/estimate.h"
#include "profile_fixture.h"

enum { SAMPLES = 4000 };

/* How far an estimate may be off, and how far beyond its interval the truth may be. */
static const double tolerance = 0.03, beyond = 0.01;

/* Additions of at most two digits with this noise, measured. */
struct data_set {
    struct profile_fixture p;
    struct problem_pool pool;
    struct moments moments;
};

static void data_set_open(struct data_set *d, const double truth[ESTIMATE_PARAMETERS]) {
    static struct arguments arguments[SAMPLES];
    struct mix *mix = &d->p.f.mix;
    profile_fixture_prepare(&d->p, "add");
    mix->entry[0].sizes.max_digits = 2;
    mix->contamination = truth[ESTIMATE_CONTAMINATION];
    mix->rate[noise_find("digit")] = truth[ESTIMATE_DIGIT];
    mix->rate[noise_find("line")] = truth[ESTIMATE_LINE];
    mix->rate[noise_find("dynamic")] = truth[ESTIMATE_DYNAMIC];
    profile_fixture_open(&d->p);
    d->moments = (struct moments){0};
    for (int i = 0; i < SAMPLES; i++) {
        struct account account;
        struct sample sample = profile_fixture_measure(&d->p, (uint64_t)i, &account);
        arguments[i] = *sample.arguments;
        moments_add(&d->moments, &account, d->p.store.lines.count);
    }
    d->pool = (struct problem_pool){task_find("add"), arguments, SAMPLES};
}

static struct estimate estimate_with(struct data_set *d, int threads) {
    struct estimate estimate;
    struct team *team = NULL;
    assert_int_equal(team_create(threads, &team, &d->p.f.error), ERR_OK);
    assert_int_equal(estimate_noise(&d->p.f.mix, &d->pool, &d->moments, team, &estimate, &d->p.f.error),
                     ERR_OK);
    team_free(team);
    return estimate;
}

static void expect(const struct estimate *e, const double truth[ESTIMATE_PARAMETERS]) {
    for (int i = 0; i < ESTIMATE_PARAMETERS; i++) {
        const struct interval *interval = &e->interval[i];
        if (fabs(e->value[i] - truth[i]) > tolerance || truth[i] < interval->low - beyond ||
            truth[i] > interval->high + beyond)
            fail_msg("%s: %.4f (%.4f to %.4f) for %g", estimate_parameter_names[i], e->value[i],
                     interval->low, interval->high, truth[i]);
        assert_true(0 <= interval->low && interval->low <= e->value[i]);
        assert_true(e->value[i] <= interval->high && interval->high <= 1);
    }
    if (e->misfit > 3) fail_msg("misfit %.2f", e->misfit);
}

/* Bit for bit. */
static void expect_same(const struct estimate *a, const struct estimate *b) {
    assert_memory_equal(a->value, b->value, sizeof a->value);
    assert_memory_equal(a->interval, b->interval, sizeof a->interval);
    assert_memory_equal(&a->misfit, &b->misfit, sizeof a->misfit);
}

/* And threads change nothing. */
static void digit_noise(void **state) {
    (void)state;
    static const double truth[ESTIMATE_PARAMETERS] = {0.5, 0.3, 0, 0};
    static struct data_set d;
    data_set_open(&d, truth);
    struct estimate one = estimate_with(&d, 1), three = estimate_with(&d, 3);
    expect(&one, truth);
    expect_same(&one, &three);
    profile_fixture_close(&d.p);
}

static void dynamic_noise(void **state) {
    (void)state;
    static const double truth[ESTIMATE_PARAMETERS] = {0.8, 0, 0, 0.15};
    static struct data_set d;
    data_set_open(&d, truth);
    struct estimate e = estimate_with(&d, 1);
    expect(&e, truth);
    profile_fixture_close(&d.p);
}

static void all_at_once(void **state) {
    (void)state;
    static const double truth[ESTIMATE_PARAMETERS] = {0.6, 0.2, 0.3, 0.2};
    static struct data_set d;
    data_set_open(&d, truth);
    struct estimate e = estimate_with(&d, 1);
    expect(&e, truth);
    profile_fixture_close(&d.p);
}

static void no_noise(void **state) {
    (void)state;
    static const double truth[ESTIMATE_PARAMETERS] = {0};
    static struct data_set d;
    data_set_open(&d, truth);
    struct estimate e = estimate_with(&d, 1), nothing = {0};
    expect_same(&e, &nothing);
    profile_fixture_close(&d.p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digit_noise),
        cmocka_unit_test(dynamic_noise),
        cmocka_unit_test(all_at_once),
        cmocka_unit_test(no_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
