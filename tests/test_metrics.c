/* How a run learned, read back and thinned: means of steps, every evaluation, and what was told last. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "record/metrics.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

static void write_lines(const char *lines) { make_file(getenv("SCRATCH"), "metrics.jsonl", "%s", lines); }

static struct metrics *read_back(void) {
    struct metrics *metrics = malloc(sizeof *metrics);
    struct error error;
    assert_non_null(metrics);
    assert_int_equal(metrics_read(getenv("SCRATCH"), metrics, &error), ERR_OK);
    return metrics;
}

/* `steps` lines of training, their loss the step's number, and an evaluation after every `every`-th. */
static void write_history(int steps, int every) {
    struct buffer lines = {0};
    for (int i = 1; i <= steps; i++) {
        buffer_printf(&lines, "{\"step\":%d,\"tokens\":%d,\"loss\":%d,\"learning_rate\":1}\n", i, 10 * i, i);
        if (i % every == 0)
            buffer_printf(&lines, "{\"step\":%d,\"tokens\":%d,\"accuracy\":%.9g}\n", i, 10 * i,
                          (double)i / steps);
    }
    write_lines(lines.bytes);
    buffer_free(&lines);
}

static void few_steps_are_kept_as_they_are(void **state) {
    (void)state;
    write_history(5, 2);
    struct metrics *metrics = read_back();
    assert_int_equal(metrics->loss.count, 5);
    for (int i = 0; i < 5; i++) {
        assert_true(metrics->loss.value[i] == i + 1);
        assert_true(metrics->loss.done[i] == 10 * (i + 1));
    }
    assert_int_equal(metrics->accuracy.count, 2);
    assert_true(metrics->accuracy.done[1] == 40 && fabs(metrics->accuracy.value[1] - 0.8) < 1e-9);
    free(metrics);
}

static void steps_become_means_of_stretches(void **state) {
    (void)state;
    write_history(4 * METRICS_POINTS, 1000000);
    struct metrics *metrics = read_back();
    assert_int_equal(metrics->loss.count, METRICS_POINTS);
    for (int i = 0; i < METRICS_POINTS; i++) {
        assert_true(metrics->loss.value[i] == 4 * i + 2.5);
        assert_true(metrics->loss.done[i] == 40 * (i + 1));
    }
    free(metrics);
}

/* Of a long history some steps are passed over, but no evaluation. */
static void long_histories_keep_their_evaluations(void **state) {
    (void)state;
    write_history(20000, 501);
    struct metrics *metrics = read_back();
    assert_int_equal(metrics->accuracy.count, 20000 / 501);
    for (int i = 0; i < 20000 / 501; i++) assert_true(metrics->accuracy.done[i] == 5010 * (i + 1));
    assert_true(metrics->loss.count > METRICS_POINTS / 2);
    free(metrics);
}

static void of_many_evaluations_the_last_are_kept(void **state) {
    (void)state;
    write_history(METRICS_POINTS + 7, 1);
    struct metrics *metrics = read_back();
    assert_int_equal(metrics->accuracy.count, METRICS_POINTS);
    for (int i = 0; i < METRICS_POINTS; i++) {
        assert_true(metrics->accuracy.done[i] == 10 * (i + 8));
        assert_true(fabs(metrics->accuracy.value[i] - (i + 8.) / (METRICS_POINTS + 7)) < 1e-8);
    }
    free(metrics);
}

/* Of iterations what a plot shows, against rollouts; what was not measured is passed over. */
static void iterations_are_read_against_rollouts(void **state) {
    (void)state;
    write_lines(
        "{\"step\":0,\"tokens\":0,\"rollouts\":0,\"accuracy\":0.25}\n"
        "{\"iteration\":1,\"rollouts\":256,\"step\":1,\"tokens\":900,\"reward\":0.5,\"true_reward\":0.625,"
        "\"accuracy_drawn\":0.75,\"kl\":null,\"entropy\":0.125}\n"
        "{\"iteration\":2,\"rollouts\":512,\"step\":2,\"tokens\":1900,\"reward\":1,\"true_reward\":1,"
        "\"accuracy_drawn\":1,\"kl\":0.0625,\"entropy\":0}\n"
        "{\"step\":2,\"tokens\":1900,\"rollouts\":512,\"accuracy\":0.5}\n");
    struct metrics *metrics = read_back();
    assert_true(metrics->loss.count == 0 && metrics->accuracy.count == 0); /* which are of tokens */
    assert_int_equal(metrics->rl.accuracy.count, 2);
    assert_true(metrics->rl.accuracy.done[1] == 512 && metrics->rl.accuracy.value[1] == 0.5);
    static const double first[] = {0.625, 0.75, 0.0625, 0.125};
    for (int i = 0; i < DRAWN_KINDS; i++) {
        const struct metric_series *series = &metrics->rl.drawn[i];
        assert_int_equal(series->count, i == DRAWN_KL ? 1 : 2);
        assert_true(series->done[0] == (i == DRAWN_KL ? 512 : 256) && series->value[0] == first[i]);
    }
    free(metrics);
}

static void iterations_become_means_of_stretches(void **state) {
    (void)state;
    struct buffer lines = {0};
    for (int i = 1; i <= 2 * METRICS_POINTS; i++)
        buffer_printf(&lines,
                      "{\"rollouts\":%d,\"tokens\":1,\"reward\":1,\"true_reward\":%d,\"entropy\":1}\n", 8 * i,
                      i);
    write_lines(lines.bytes);
    buffer_free(&lines);
    struct metrics *metrics = read_back();
    const struct metric_series *reward = &metrics->rl.drawn[DRAWN_TRUE_REWARD];
    assert_int_equal(reward->count, METRICS_POINTS);
    for (int i = 0; i < METRICS_POINTS; i++)
        assert_true(reward->done[i] == 16 * (i + 1) && reward->value[i] == 2 * i + 1.5);
    free(metrics);
}

static void nothing_and_nonsense_are_no_history(void **state) {
    (void)state;
    write_lines("not json\n[1]\n{\"tokens\":-1,\"loss\":1}\n{\"tokens\":1,\"accuracy\":1.5}\n"
                "{\"tokens\":1,\"loss\":1e300}\n");
    struct metrics *metrics = read_back();
    assert_int_equal(metrics->loss.count, 0);
    assert_int_equal(metrics->accuracy.count, 0);
    free(metrics);
}

/* What a line does not say is as it was said last. */
static void the_latest_is_put_together(void **state) {
    (void)state;
    struct metrics_latest latest;
    struct error error;
    write_lines("{\"step\":1,\"tokens\":10,\"loss\":2,\"tokens_per_second\":50}\n"
                "{\"step\":1,\"tokens\":10,\"accuracy\":0.25}\n"
                "{\"step\":2,\"tokens\":20,\"loss\":1,\"tokens_per_second\":70}\n");
    assert_int_equal(metrics_read_latest(getenv("SCRATCH"), &latest, &error), ERR_OK);
    assert_true(latest.step == 2 && latest.tokens == 20 && latest.loss == 1);
    assert_true(latest.accuracy == 0.25 && latest.tokens_per_second == 70);
    write_lines("{\"step\":1,\"tokens\":10,\"loss\":2,\"tokens_per_second\":50}\n"
                "{\"step\":1,\"tokens\":10,\"accuracy\":0.25}\n");
    assert_int_equal(metrics_read_latest(getenv("SCRATCH"), &latest, &error), ERR_OK);
    assert_true(latest.loss == 2 && latest.accuracy == 0.25 && latest.tokens_per_second == 50);
    write_lines("{\"rollouts\":8,\"step\":1,\"tokens\":10,\"reward\":0.5,\"tokens_per_second\":50}\n"
                "{\"rollouts\":8,\"step\":1,\"tokens\":10,\"accuracy\":0.25}\n");
    assert_int_equal(metrics_read_latest(getenv("SCRATCH"), &latest, &error), ERR_OK);
    assert_true(latest.rollouts == 8 && latest.reward == 0.5 && latest.accuracy == 0.25);
    write_lines("");
    assert_int_equal(metrics_read_latest(getenv("SCRATCH"), &latest, &error), ERR_OK);
    assert_true(latest.step == 0 && latest.rollouts == 0 && isnan(latest.loss));
    assert_true(isnan(latest.accuracy) && isnan(latest.reward));
    assert_true(latest.tokens_per_second == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_steps_are_kept_as_they_are),
        cmocka_unit_test(steps_become_means_of_stretches),
        cmocka_unit_test(long_histories_keep_their_evaluations),
        cmocka_unit_test(of_many_evaluations_the_last_are_kept),
        cmocka_unit_test(iterations_are_read_against_rollouts),
        cmocka_unit_test(iterations_become_means_of_stretches),
        cmocka_unit_test(nothing_and_nonsense_are_no_history),
        cmocka_unit_test(the_latest_is_put_together),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
