/* The gradient of every term of an objective, by all parameters and by the value head, against central finite
 * differences in double precision. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/pcg.h"
#include "base/team.h"
#include "nn/learner_state.h"
#include "nn/score.h"

/* Three samples in two lanes; some tokens without goals. */
enum { TOKENS = 18, FIRST = 15, SAMPLES = 3, TARGETS = 13 };
static const int32_t tokens[TOKENS] = {1, 4, 5, 6, 7, 2, 1, 8, 9, 10, 3, 3, 4, 5, 2, 1, 5, 2};
static const int32_t targets[TOKENS] = {-1, 5, 6, 7, 2, -1, -1, 9, 10, 3, 3, 4, 5, 2, -1, 5, 2, -1};
static const int32_t starts0[] = {0, 6, FIRST}, starts1[] = {0, 3};
static const int32_t sample_starts[] = {0, 6, FIRST, TOKENS};

struct bench {
    struct gpt *gpt;
    struct team *team;
    struct learner *learner;
    struct objective_target goals[TOKENS];
    struct gpt_batch lanes[2];
    struct error error;
};

/* A model whose parameters are larger and less regular than usual, so that every part matters. */
static void open_bench(struct bench *b) {
    *b = (struct bench){0};
    const struct gpt_config config = {11, 16, 2, 2, 32, 12, 0.25, 100, 1e-5};
    assert_int_equal(gpt_create(&config, &b->gpt, &b->error), ERR_OK);
    struct pcg pcg = pcg_stream(5, "probe", 1);
    for (int i = 0; i < b->gpt->tensors; i++)
        for (size_t j = 0; j < b->gpt->tensor[i].size; j++)
            gpt_values(b->gpt, i)[j] = b->gpt->tensor[i].fill + 0.3 * pcg_normal(&pcg);
    struct learner_options options = learner_defaults(12);
    options.lanes = 2;
    options.chunk = 12; /* the first lane takes two chunks */
    options.value_head = true;
    assert_int_equal(team_create(1, &b->team, &b->error), ERR_OK);
    assert_int_equal(learner_create(b->gpt, &options, &b->learner, &b->error), ERR_OK);
    for (int c = 0; c <= config.width; c++) b->learner->value_head[c] = 0.3 * pcg_normal(&pcg);
    b->lanes[0] = (struct gpt_batch){tokens, targets, starts0, 2, b->goals};
    b->lanes[1] = (struct gpt_batch){tokens + FIRST, targets + FIRST, starts1, 1, b->goals + FIRST};
}

static void close_bench(struct bench *b) {
    learner_free(b->learner);
    team_free(b->team);
    gpt_free(b->gpt);
}

/* By how much a target's probability (as a logarithm) and value have changed since it was sampled, and where
 * its value is to go: within and beyond clips of 0.2 and of 0.3 to either side, far from their edges. */
static const double drifts[] = {0, 0.05, 0.4, -0.05, -0.4}, moves[] = {0.1, 0.8, -0.1, -0.8};
static const double ways[] = {0.2, -1, 1}; /* from the value to R */

static void set_goals(struct bench *b, double temperature, bool alone) {
    struct score_request requests[SAMPLES];
    double lp[TOKENS], value[TOKENS], *const values[] = {value, value + FIRST};
    for (int s = 0; s < SAMPLES; s++)
        requests[s] = (struct score_request){
            tokens + sample_starts[s], sample_starts[s + 1] - sample_starts[s], 1, lp + sample_starts[s]};
    assert_int_equal(
        score_prepared(learner_folded(b->learner), b->team, requests, SAMPLES, temperature, &b->error),
        ERR_OK);
    assert_int_equal(learner_values(b->learner, b->team, b->lanes, values, &b->error), ERR_OK);
    for (int t = 0, i = 0; t < TOKENS; t++) {
        b->goals[t] = (struct objective_target){NAN, NAN, NAN, NAN, NAN, NAN}; /* not to be read */
        if (targets[t] < 0) continue;
        double sign = i < 6 ? 1 : -1; /* either sign with every drift */
        b->goals[t] = (struct objective_target){.weight = 0.05 + 0.01 * i,
                                                .advantage = alone ? 0 : sign * (1 + 0.1 * i),
                                                .old = lp[t] - drifts[i % 5],
                                                .reference = lp[t] + (i % 2 ? 0.3 : -0.5),
                                                .returns = value[t] + ways[i / 4 % 3],
                                                .old_value = value[t] - moves[i % 4]};
        i++;
    }
}

/* Fails unless |a - b| is below 1e-6 of the larger, or of the largest of its block where both are small. */
static void assert_close(const char *objective, const char *what, size_t index, double found, double expected,
                         double largest) {
    double scale = fmax(fmax(fabs(found), fabs(expected)), 0.01 * largest);
    if (fabs(found - expected) > 1e-6 * scale)
        fail_msg("%s: %s, gradient %zu is %.12g, differences give %.12g", objective, what, index, found,
                 expected);
}

static double sum_at(struct bench *b, const struct objective *objective) {
    struct learner_step result;
    struct objective_sums sums;
    learner_refresh(b->learner);
    assert_int_equal(
        learner_objective_gradient(b->learner, b->team, b->lanes, objective, &result, &sums, NULL, &b->error),
        ERR_OK);
    assert_true(result.loss == sums.loss);
    return sums.loss;
}

/* Every `step`-th of `size` numbers at `value`, whose gradient was found; four points: the error is of order
 * h^4. Returns the largest size of the gradient. */
static double check_block(struct bench *b, const struct objective *objective, const char *name,
                          const char *what, real *value, const real *found, size_t size, size_t step) {
    const double at[4] = {1, -1, 2, -2}, weight[4] = {8, -8, -1, 1}, h = 1e-4;
    double largest = 0;
    for (size_t j = 0; j < size; j++) largest = fmax(largest, fabs(found[j]));
    for (size_t j = 0; j < size && largest > 0; j += step) {
        double middle = value[j], sum = 0;
        for (int k = 0; k < 4; k++) {
            value[j] = middle + at[k] * h;
            sum += weight[k] * sum_at(b, objective);
        }
        value[j] = middle;
        assert_close(name, what, j, found[j], sum / (12 * h), largest);
    }
    return largest;
}

struct objective_case {
    const char *name;
    struct objective objective;
    bool alone;  /* no advantages */
    int clipped; /* of the 13 targets */
};

static void check_objective(const struct objective_case *c, size_t step) {
    struct bench b;
    open_bench(&b);
    set_goals(&b, c->objective.temperature, c->alone);
    bool value_alone = c->alone && c->objective.value_weight > 0;
    struct learner_step result;
    struct objective_sums sums;
    const real *kept;
    assert_int_equal(learner_objective_gradient(b.learner, b.team, b.lanes, &c->objective, &result, &sums,
                                                &kept, &b.error),
                     ERR_OK);
    assert_int_equal(result.targets, TARGETS);
    assert_int_equal(sums.targets, TARGETS);
    assert_int_equal(sums.clipped, c->clipped);
    size_t C = (size_t)b.gpt->config.width, size = b.gpt->size + C + 1;
    real *gradient = memory_aligned(size, sizeof *gradient);
    memcpy(gradient, kept, size * sizeof *gradient);
    double squares = 0;
    for (size_t i = 0; i < size; i++) squares += gradient[i] * gradient[i];
    assert_true(fabs(result.gradient_norm - sqrt(squares)) < 1e-12 * result.gradient_norm);
    int final = gpt_final_index(&b.gpt->config);
    for (int i = 0; i < b.gpt->tensors; i++) {
        const struct gpt_tensor *tensor = &b.gpt->tensor[i];
        double largest = check_block(&b, &c->objective, c->name, tensor->name, gpt_values(b.gpt, i),
                                     gradient + tensor->offset, tensor->size, step);
        assert_true((largest > 0) == !(value_alone && i >= final)); /* the head reads what is before them */
    }
    double largest = check_block(&b, &c->objective, c->name, "value head", b.learner->value_head,
                                 gradient + b.gpt->size, C + 1, 1);
    assert_true((largest > 0) == (c->objective.value_weight > 0));
    free(gradient);
    close_bench(&b);
}

#define U (double)INFINITY
static const struct objective_case cases[] = {
    {"policy", {1, .2, .2, 0, 0, 0, 0}, false, 2},
    {"policy, a higher clip above", {1, .2, .6, 0, 0, 0, 0}, false, 1},
    {"policy at 0.7", {.7, .2, .2, 0, 0, 0, 0}, false, 2},
    {"policy without clipping", {1, U, U, 0, 0, 0, 0}, false, 0},
    {"k3", {1, .2, .2, 5, 0, 0, 0}, true, 0},
    {"entropy", {1, .2, .2, 0, .3, 0, 0}, true, 0},
    {"entropy at 1.6", {1.6, .2, .2, 0, 3, 0, 0}, true, 0},
    {"value", {1, .2, .2, 0, 0, .5, U}, true, 0},
    {"value, clipped", {1, .2, .2, 0, 0, 7, .3}, true, 0},
};

static void test_terms(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_objective(&cases[i], 7);
}

static void test_all_terms(void **state) {
    (void)state;
    const struct objective_case all = {"all at 0.7", {.7, .2, .3, .1, .05, .5, .3}, false, 2};
    check_objective(&all, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_terms), cmocka_unit_test(test_all_terms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
