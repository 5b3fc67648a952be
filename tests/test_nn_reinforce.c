/* Steps on an objective: cross entropy is one of them to the bit, threads change nothing, what is clipped
 * moves nothing, and the value head learns, decays, is saved and begins anew with the rest. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/team.h"
#include "nn/learner_state.h"
#include "nn/score.h"
#include "tests/toy_model.h"

enum { STEPS = 5 };

struct bench {
    struct gpt *gpt;
    struct team *team;
    struct learner *learner;
    struct toy_batch batch;
    struct objective_target goals[TOY_LANES][TOY_SAMPLES * TOY_LONGEST];
};

static const struct objective all_terms = {.temperature = 0.8,
                                           .clip = 0.2,
                                           .clip_high = 0.3,
                                           .beta = 0.1,
                                           .entropy = 0.02,
                                           .value_weight = 0.5,
                                           .value_clip = 0.2};
/* Cross entropy, where goals have an advantage of 1, no `old` and a weight of one over the targets. */
static const struct objective plain = {.temperature = 1, .clip = 0.2, .clip_high = 0.2};

static struct bench *open_bench(struct learner_options options) {
    struct bench *b = calloc(1, sizeof *b);
    struct gpt_config config = toy_config();
    OK(gpt_create(&config, &b->gpt, &error));
    gpt_initialise(b->gpt, 3);
    OK(team_create(options.threads, &b->team, &error));
    OK(learner_create(b->gpt, &options, &b->learner, &error));
    return b;
}

static void close_bench(struct bench *b) {
    learner_free(b->learner);
    team_free(b->team);
    gpt_free(b->gpt);
    free(b);
}

static struct learner_options with_head(void) {
    struct learner_options options = learner_defaults(TOY_LONGEST);
    options.value_head = true;
    return options;
}

/* The batch of a step, with goals of every kind; returns the number of targets. */
static int fill(struct bench *b, int step) {
    int count = 0;
    toy_batch_fill(&b->batch, step);
    for (int lane = 0; lane < TOY_LANES; lane++) {
        struct pcg pcg = pcg_stream(4, "goals", (uint64_t)(step * TOY_LANES + lane));
        b->batch.lanes[lane].goals = b->goals[lane];
        for (int t = 0; t < b->batch.starts[lane][TOY_SAMPLES]; t++) {
            count += b->batch.targets[lane][t] >= 0;
            b->goals[lane][t] = (struct objective_target){.weight = 0.001 + 0.004 * pcg_unit(&pcg),
                                                          .advantage = pcg_normal(&pcg),
                                                          .old = -2.6 + 0.5 * pcg_normal(&pcg),
                                                          .reference = -2.6 + 0.5 * pcg_normal(&pcg),
                                                          .returns = pcg_normal(&pcg),
                                                          .old_value = 0.3 * pcg_normal(&pcg)};
        }
    }
    return count;
}

static void each_goal(struct bench *b, struct objective_target goal) {
    for (int lane = 0; lane < TOY_LANES; lane++)
        for (int t = 0; t < TOY_SAMPLES * TOY_LONGEST; t++) b->goals[lane][t] = goal;
}

static void assert_same_weights(const struct bench *a, const struct bench *b) {
    assert_memory_equal(a->gpt->values, b->gpt->values, a->gpt->size * sizeof(real));
}

static struct objective_sums reinforce(struct bench *b, const struct objective *objective,
                                       struct learner_step *result) {
    struct objective_sums sums;
    OK(learner_reinforce(b->learner, b->team, b->batch.lanes, objective, 3e-3, result, &sums, &error));
    return sums;
}

/* An advantage of 1 under a policy that is still the same: every bit as in supervised training, whether there
 * is an idle value head or not. Only the sum that is lowered is another. */
static void test_cross_entropy_is_an_objective(void **state) {
    (void)state;
    for (int head = 0; head < 2; head++) {
        struct learner_options options = learner_defaults(TOY_LONGEST);
        struct bench *a = open_bench(options);
        options.value_head = head;
        struct bench *b = open_bench(options);
        for (int step = 0; step < STEPS; step++) {
            int count = fill(a, step);
            fill(b, step);
            each_goal(b, (struct objective_target){1.0 / count, 1, NAN, NAN, NAN, NAN});
            struct learner_step expected, found;
            OK(learner_step(a->learner, a->team, a->batch.lanes, 3e-3, &expected, &error));
            struct objective_sums sums = reinforce(b, &plain, &found);
            assert_true(found.gradient_norm == expected.gradient_norm);
            assert_true(found.tokens == expected.tokens && found.targets == expected.targets);
            assert_true(found.loss == sums.loss && fabs(found.loss + 1) < 1e-12);
            assert_int_equal(sums.targets, count);
            assert_int_equal(sums.clipped, 0);
            assert_true(sums.drift == 0 && sums.difference == 0 && sums.kl == 0 && sums.value_error == 0);
            assert_true(sums.entropy > 0 && sums.entropy < count * log(TOY_VOCABULARY));
            assert_same_weights(a, b);
        }
        assert_int_equal(learner_steps(b->learner), STEPS);
        assert_memory_equal(a->learner->v, b->learner->v, a->gpt->size * sizeof(real));
        close_bench(a);
        close_bench(b);
    }
}

static void test_threads_change_nothing(void **state) {
    (void)state;
    struct bench *first = NULL;
    struct objective_sums expected[STEPS];
    for (int variant = 0; variant < 4; variant++) {
        struct learner_options options = with_head();
        options.threads = variant < 3 ? 1 << variant : 3;
        options.recompute = variant == 3;
        options.chunk = 100; /* several to a lane */
        struct bench *b = open_bench(options);
        for (int step = 0; step < STEPS; step++) {
            struct learner_step result;
            fill(b, step);
            struct objective_sums sums = reinforce(b, &all_terms, &result);
            assert_true(sums.clipped > 0 && sums.clipped < sums.targets && sums.value_error > 0);
            if (!first) expected[step] = sums;
            assert_memory_equal(&sums, &expected[step], sizeof sums);
        }
        if (first) {
            assert_same_weights(first, b);
            assert_memory_equal(first->learner->value_head, b->learner->value_head,
                                first->learner->value_size * sizeof(real));
            close_bench(b);
        } else {
            first = b;
        }
    }
    close_bench(first);
}

/* The sums are those of each target's log-probability by scoring, and of its value. */
static void test_sums_are_those_of_the_targets(void **state) {
    (void)state;
    struct learner_options options = with_head();
    options.chunk = 40; /* several to a lane */
    struct bench *b = open_bench(options);
    struct learner_step result;
    struct objective_sums sums, expected = {0};
    for (int step = 0; step < STEPS; step++) { /* until there are values */
        fill(b, step);
        reinforce(b, &all_terms, &result);
    }
    struct objective objective = all_terms;
    objective.entropy = 0;
    fill(b, STEPS);
    OK(learner_objective_gradient(b->learner, b->team, b->batch.lanes, &objective, &result, &sums, NULL,
                                  &error));
    double value[TOY_LANES][TOY_SAMPLES * TOY_LONGEST], *const values[TOY_LANES] = {value[0], value[1],
                                                                                    value[2], value[3]};
    for (int lane = 0; lane < TOY_LANES; lane++)
        for (int t = 0; t < TOY_SAMPLES * TOY_LONGEST; t++) value[lane][t] = NAN;
    OK(learner_values(b->learner, b->team, b->batch.lanes, values, &error));
    for (int lane = 0; lane < TOY_LANES; lane++)
        for (int s = 0; s < TOY_SAMPLES; s++) {
            int at = b->batch.starts[lane][s], length = b->batch.starts[lane][s + 1] - at;
            double lp[TOY_LONGEST];
            struct score_request request = {b->batch.tokens[lane] + at, length, 1, lp};
            OK(score_prepared(learner_folded(b->learner), b->team, &request, 1, 0.8, &error));
            for (int t = 0; t < length; t++) {
                bool target = b->batch.targets[lane][at + t] >= 0;
                assert_true(isnan(value[lane][at + t]) == !target); /* nothing else is written */
                if (target)
                    objective_slopes(&objective, &b->goals[lane][at + t], lp[t], value[lane][at + t],
                                     &expected);
            }
        }
    const double found[] = {sums.loss, sums.kl, sums.drift, sums.value_error, sums.difference};
    const double wanted[] = {expected.loss, expected.kl, expected.drift, expected.value_error,
                             expected.difference};
    for (int k = 0; k < 5; k++) assert_true(wanted[k] != 0 && fabs(found[k] / wanted[k] - 1) < 1e-12);
    assert_int_equal(sums.clipped, expected.clipped);
    assert_int_equal(sums.targets, expected.targets);
    close_bench(b);
}

/* The bonus for entropy is taken off the sum, by each target's weight, and raises the entropy. */
static void test_entropy_is_raised(void **state) {
    (void)state;
    struct bench *b = open_bench(learner_defaults(TOY_LONGEST));
    for (size_t i = 0; i < b->gpt->size; i++) b->gpt->values[i] *= 2; /* some tokens are likelier */
    learner_refresh(b->learner);
    struct objective objective = plain;
    struct learner_step result;
    fill(b, 0);
    each_goal(b, (struct objective_target){0.01, 0, NAN, NAN, NAN, NAN});
    double before = reinforce(b, &objective, &result).entropy, first = 0, last = 0;
    objective.entropy = 0.5;
    for (int step = 0; step < 20; step++) {
        struct objective_sums sums = reinforce(b, &objective, &result);
        assert_true(sums.loss < 0 && fabs(sums.loss + 0.5 * 0.01 * sums.entropy) < 1e-12 * sums.entropy);
        *(step ? &last : &first) = sums.entropy;
    }
    double most = (double)result.targets * log(TOY_VOCABULARY);
    assert_true(before < 0.9 * most && fabs(first - before) < 0.01 * before); /* decay alone before */
    assert_true(last > 0.97 * most && last < 1.0001 * most);
    close_bench(b);
}

/* Where every ratio is clipped the gradient is 0 throughout; with one that is not, it is that one's alone. */
static void test_clipped_targets_move_nothing(void **state) {
    (void)state;
    struct bench *b = open_bench(learner_defaults(TOY_LONGEST));
    struct learner_step result;
    struct objective_sums sums;
    const real *gradient;
    size_t bytes = b->gpt->size * sizeof *gradient;
    const struct objective_target clipped = {0.01, 1, -50, 0, 0, 0}, weightless = {0, 1, -50, 0, 0, 0},
                                  moving = {0.01, -1, -50, 0, 0, 0};
    fill(b, 0);
    each_goal(b, clipped);
    struct objective_target *one = &b->goals[2][0];
    while (b->batch.targets[2][one - b->goals[2]] < 0) one++;
    OK(learner_objective_gradient(b->learner, b->team, b->batch.lanes, &plain, &result, &sums, &gradient,
                                  &error));
    assert_true(sums.targets > 100 && sums.clipped == sums.targets && result.gradient_norm == 0);
    for (size_t i = 0; i < b->gpt->size; i++) assert_true(gradient[i] == 0);
    real *kept = memory_aligned(b->gpt->size, sizeof *kept);
    for (int others = 0; others < 2; others++) {
        each_goal(b, others ? weightless : clipped);
        *one = moving;
        OK(learner_objective_gradient(b->learner, b->team, b->batch.lanes, &plain, &result, &sums, &gradient,
                                      &error));
        assert_true(result.gradient_norm > 0);
        if (others)
            for (size_t i = 0; i < b->gpt->size; i++) assert_true(gradient[i] == kept[i]);
        else
            memcpy(kept, gradient, bytes);
    }
    free(kept);
    close_bench(b);
}

/* Every value is 0 at first, and goes where the value loss sends it; the head's weights decay, its bias does
 * not. */
static void test_value_head_learns_and_decays(void **state) {
    (void)state;
    const struct objective values = {.temperature = 1, .value_weight = 1, .value_clip = INFINITY};
    struct learner_options options = with_head();
    struct bench *b = open_bench(options);
    int count = fill(b, 0);
    each_goal(b, (struct objective_target){1.0 / count, 0, NAN, NAN, 0.7, 0});
    for (int step = 0; step < 40; step++) {
        struct learner_step result;
        struct objective_sums sums = reinforce(b, &values, &result);
        double off = sqrt(sums.value_error / count);
        assert_true(step > 0 || fabs(off - 0.7) < 1e-12);
        assert_true(step < 39 || off < 0.05);
    }
    real before[64];
    const real *head = learner_value_head(b->learner);
    size_t C = (size_t)b->gpt->config.width;
    memcpy(before, head, (C + 1) * sizeof *head);
    struct learner_step result;
    b->learner->options.weight_decay = 20;
    memset(b->learner->m, 0, (b->gpt->size + b->learner->value_size) * sizeof(real));
    each_goal(b, (struct objective_target){0, 0, NAN, NAN, 0, 0});
    reinforce(b, &values, &result); /* a gradient of 0: nothing but decay, a share of 3e-3 * 20 */
    for (size_t c = 0; c < C; c++)
        assert_true(before[c] != 0 && fabs((double)head[c] / (double)before[c] - 0.94) < 1e-6);
    assert_true(head[C] == before[C] && head[C] != 0);
    close_bench(b);
}

/* Some steps, saved, and some more; the same from the file. */
static void test_files_hold_the_value_head(void **state) {
    (void)state;
    char path[] = "/tmp/cotnoise-test-XXXXXX";
    close(mkstemp(path));
    struct bench *a = open_bench(with_head()), *b = open_bench(with_head()),
                 *headless = open_bench(learner_defaults(TOY_LONGEST));
    struct learner_step result;
    struct error reason;
    for (int step = 0; step < STEPS; step++) {
        fill(a, step);
        reinforce(a, &all_terms, &result);
    }
    OK(learner_save(a->learner, path, "", &error));
    OK(learner_load(b->learner, path, NULL, &error));
    size_t head = a->learner->value_size * sizeof(real), all = a->gpt->size * sizeof(real) + head;
    assert_true(a->learner->value_head[3] != 0 && a->learner->value_head[48] != 0);
    assert_memory_equal(a->learner->m, b->learner->m, all);
    assert_memory_equal(a->learner->v, b->learner->v, all);
    for (int step = STEPS; step < 2 * STEPS; step++) {
        fill(a, step);
        fill(b, step);
        reinforce(a, &all_terms, &result);
        reinforce(b, &all_terms, &result);
        assert_same_weights(a, b);
        assert_memory_equal(a->learner->value_head, b->learner->value_head, head);
    }
    OK(learner_save(headless->learner, path, "", &error)); /* and none in a file of a learner without */
    assert_int_equal(learner_load(b->learner, path, NULL, &reason), ERR_INPUT);
    assert_non_null(strstr(reason.message, "value.weight"));
    assert_same_weights(a, b);
    assert_null(learner_value_head(headless->learner));
    unlink(path);
    close_bench(a);
    close_bench(b);
    close_bench(headless);
}

/* After learner_restart, as a new learner of the same parameters. */
static void test_restart(void **state) {
    (void)state;
    struct bench *fresh = open_bench(with_head()), *used = open_bench(with_head());
    struct learner_step result;
    for (int step = 0; step < STEPS; step++) {
        fill(used, 10 + step);
        reinforce(used, &all_terms, &result);
    }
    memcpy(used->gpt->values, fresh->gpt->values, fresh->gpt->size * sizeof(real));
    learner_restart(used->learner);
    assert_int_equal(learner_steps(used->learner), 0);
    for (int step = 0; step < STEPS; step++) {
        fill(fresh, step);
        fill(used, step);
        reinforce(fresh, &all_terms, &result);
        reinforce(used, &all_terms, &result);
        assert_same_weights(fresh, used);
        assert_memory_equal(fresh->learner->value_head, used->learner->value_head,
                            fresh->learner->value_size * sizeof(real));
    }
    close_bench(fresh);
    close_bench(used);
}

/* A sum that is not finite stops the step before it changes anything. */
static void test_divergence(void **state) {
    (void)state;
    struct bench *b = open_bench(with_head()), *untouched = open_bench(with_head());
    struct learner_step result = {0};
    struct objective_sums sums = {.targets = -7};
    struct error reason;
    fill(b, 0);
    for (int t = 0; t < TOY_LONGEST; t++) b->goals[1][t].advantage = NAN;
    assert_int_equal(
        learner_reinforce(b->learner, b->team, b->batch.lanes, &all_terms, 3e-3, &result, &sums, &reason),
        ERR_DIVERGED);
    assert_non_null(strstr(reason.message, "loss is not finite"));
    assert_same_weights(b, untouched);
    assert_true(sums.targets == -7 && result.targets == 0 && learner_steps(b->learner) == 0);
    close_bench(b);
    close_bench(untouched);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cross_entropy_is_an_objective),
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_sums_are_those_of_the_targets),
        cmocka_unit_test(test_entropy_is_raised),
        cmocka_unit_test(test_clipped_targets_move_nothing),
        cmocka_unit_test(test_value_head_learns_and_decays),
        cmocka_unit_test(test_files_hold_the_value_head),
        cmocka_unit_test(test_restart),
        cmocka_unit_test(test_divergence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
