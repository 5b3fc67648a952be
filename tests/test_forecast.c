/* How long a sweep will take, with made-up runs and a made-up clock. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sweep/forecast.h"

/* At runs like run 0 a worker trains 1000 tokens a second, tests 500, and makes 100 samples. */
static const struct rehearsal speed = {.training = 1000, .testing = 500, .making = 100};

/* 2 seconds of making, 100 of training, 8 of testing; the second is of twice the size, the third is short. */
static struct planned_run runs[] = {
    {.run = 0, .tokens = 100000, .parameters = 50, .work = 5e6, .samples = 200, .tested = 4000},
    {.run = 1, .tokens = 100000, .parameters = 100, .work = 1e7, .samples = 200, .tested = 4000},
    {.run = 2, .tokens = 10000, .parameters = 50, .work = 5e5, .samples = 0, .tested = 0},
};
static struct planned_run *const queue[] = {&runs[0], &runs[0], &runs[2], &runs[2]};

static struct forecast forecast_of(int workers, const struct rehearsal *measured) {
    struct plan plan = {.runs = runs, .count = 3};
    struct forecast forecast;
    assert_int_equal(forecast_make(&plan, workers, measured, &runs[0], &forecast, NULL), ERR_OK);
    return forecast;
}

#define assert_about(value, expected) assert_true(fabs((value) - (expected)) < 1e-6)

static void each_part_takes_its_time(void **state) {
    (void)state;
    struct forecast forecast = forecast_of(2, &speed);
    assert_about(forecast.speed, 2000);
    assert_about(forecast.runs[0].making, 2);
    assert_about(forecast.runs[0].training, 100);
    assert_about(forecast.runs[0].testing, 8);
    /* Making samples does not depend on the model. */
    assert_about(forecast.runs[1].making, 2);
    assert_about(forecast.runs[1].training, 200);
    assert_about(forecast.runs[1].testing, 16);
    forecast_free(&forecast);
}

/* What is drawn to learn from is drawn as fast as in a test, and before it. */
static void drawing_is_part_of_training(void **state) {
    (void)state;
    struct planned_run drawing = runs[1];
    drawing.run = 0;
    drawing.drawn = 10000;
    struct plan plan = {.runs = &drawing, .count = 1};
    struct forecast forecast;
    assert_int_equal(forecast_make(&plan, 1, &speed, &runs[0], &forecast, NULL), ERR_OK);
    assert_about(forecast.runs[0].training, 200 + 40);
    assert_about(forecast.runs[0].testing, 16);
    struct forecast_worker worker = forecast_start(0, 0);
    forecast_hear(&worker, &(struct run_progress){.rollouts = 0, .of_rollouts = 100}, 1);
    assert_true(worker.trained == 0);
    forecast_hear(&worker, &(struct run_progress){.rollouts = 25, .of_rollouts = 100}, 2);
    assert_true(worker.trained == 2 && worker.share == 0.25);
    forecast_free(&forecast);
}

/* Three workers have five runs for as long as one has two: time is not shared out in pieces of runs. */
static void workers_take_whole_runs(void **state) {
    (void)state;
    struct planned_run *const five[] = {&runs[2], &runs[2], &runs[2], &runs[2], &runs[2]};
    struct planned_run *const late[] = {&runs[2], &runs[2], &runs[0]}, *const early[] = {&runs[0], &runs[2],
                                                                                         &runs[2]};
    struct forecast forecast = forecast_of(3, &speed);
    assert_about(forecast_left(&forecast, NULL, 0, five, 5, 0), 20);
    forecast_free(&forecast);
    forecast = forecast_of(2, &speed);
    assert_about(forecast_left(&forecast, NULL, 0, late, 3, 0), 10 + 110);
    assert_about(forecast_left(&forecast, NULL, 0, early, 3, 0), 110);
    assert_about(forecast_left(&forecast, NULL, 0, early, 0, 0), 0);
    forecast_free(&forecast);
}

static struct run_progress at(enum run_phase phase, int step) {
    return (struct run_progress){.phase = phase, .step = step, .steps = 100};
}

static void tell(struct forecast_worker *worker, enum run_phase phase, int step, double now) {
    struct run_progress progress = at(phase, step);
    forecast_hear(worker, &progress, now);
}

/* At the expected pace the rest is what was expected, in every part of a run. */
static void what_is_done_is_not_left(void **state) {
    (void)state;
    struct forecast forecast = forecast_of(1, &speed);
    struct forecast_worker worker = forecast_start(0, 1000);
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 1000), 110);
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 1001), 109);
    struct run_progress silent = {.phase = RUN_TRAINING};
    forecast_hear(&worker, &silent, 1001);
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 1001), 109);
    tell(&worker, RUN_TRAINING, 0, 1002);
    tell(&worker, RUN_TRAINING, 25, 1027);
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 1027), 83);
    assert_about(forecast_left(&forecast, &worker, 1, queue, 4, 1027), 83 + 2 * 110 + 2 * 10);
    tell(&worker, RUN_EVALUATING, 100, 1102);
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 1105), 5);
    tell(&worker, RUN_DONE, 100, 1106);
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 1107), 3);
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 1200), 0);
    forecast_free(&forecast);
}

/* A first step that takes no time, or long, is not what the rest will be like. */
static void first_steps_say_nothing(void **state) {
    (void)state;
    struct forecast forecast = forecast_of(1, &speed);
    struct forecast_worker worker = forecast_start(0, 0);
    tell(&worker, RUN_TRAINING, 1, 2);
    tell(&worker, RUN_TRAINING, 11, 6.9); /* ten times as fast as expected */
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 6.9), 89 + 8);
    tell(&worker, RUN_TRAINING, 11, 12); /* now it is as expected */
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 12), 89 + 8);
    forecast_free(&forecast);
}

/* Runs that take twice the time move the estimate towards twice the time, the more of them the further. */
static void finished_work_corrects_the_calibration(void **state) {
    (void)state;
    struct forecast forecast = forecast_of(2, &speed);
    struct forecast_worker worker = forecast_start(0, 0);
    tell(&worker, RUN_TRAINING, 0, 2);
    tell(&worker, RUN_TRAINING, 50, 102);
    /* 100 seconds for what was to take 50, and 2 workers whose calibration counts for 20 seconds each. */
    double factor = (40 + 100.) / (40 + 50);
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 102), factor * (50 + 8));
    tell(&worker, RUN_EVALUATING, 100, 202);
    factor = (40 + 200.) / (40 + 100); /* testing is not training */
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 210), factor * 8 - 8);
    forecast_end(&forecast, &worker, 220);
    factor = (40 + 220.) / (40 + 110);
    assert_about(forecast_left(&forecast, NULL, 0, queue, 1, 220), factor * 110);
    forecast_end(&forecast, &worker, 220);
    factor = (40 + 440.) / (40 + 220);
    assert_about(forecast_left(&forecast, NULL, 0, queue, 1, 220), factor * 110);
    forecast_free(&forecast);
}

/* What an earlier process had done took this one no time. */
static void resumed_runs_are_not_fast(void **state) {
    (void)state;
    struct forecast forecast = forecast_of(1, &speed);
    struct forecast_worker worker = forecast_start(0, 0);
    tell(&worker, RUN_TRAINING, 80, 2);
    tell(&worker, RUN_TRAINING, 90, 12);
    assert_about(forecast_left(&forecast, &worker, 1, NULL, 0, 12), 10 + 8);
    forecast_end(&forecast, &worker, 30);
    assert_about(forecast.taken, 30);
    assert_about(forecast.expected, 30);
    forecast_free(&forecast);
}

/* Without a calibration nothing is said until there is enough work to judge by. */
static void unmeasured_sweeps_wait_for_work(void **state) {
    (void)state;
    struct forecast forecast = forecast_of(2, NULL);
    struct forecast_worker worker[] = {forecast_start(0, 0), forecast_start(0, 0)};
    assert_true(isnan(forecast_left(&forecast, worker, 2, queue, 2, 0)));
    for (int i = 0; i < 2; i++) tell(&worker[i], RUN_TRAINING, 0, 2);
    for (int i = 0; i < 2; i++) tell(&worker[i], RUN_TRAINING, 14, 16);
    assert_true(isnan(forecast_left(&forecast, worker, 2, queue, 2, 16)));
    for (int i = 0; i < 2; i++) tell(&worker[i], RUN_TRAINING, 16, 18);
    assert_about(forecast_left(&forecast, worker, 2, queue, 2, 18), 84 + 100);
    forecast_free(&forecast);

    /* Earlier runs of the sweep are a measure, too. */
    struct plan plan = {.runs = runs, .count = 3, .work_per_second = 1e5};
    assert_int_equal(forecast_make(&plan, 1, NULL, NULL, &forecast, NULL), ERR_OK);
    assert_about(forecast_left(&forecast, NULL, 0, queue, 1, 0), 50);
    forecast_free(&forecast);
}

static void assert_said(double tokens, double parts, const char *level, const char *expected) {
    struct planned_run run = {
        .tokens = (int64_t)tokens, .parameters = 1, .tested = tokens / 10, .samples = tokens / 10};
    struct plan plan = {.runs = &run, .count = 1};
    struct planned_run *const twice[] = {&run, &run, &run};
    struct rehearsal rehearsal = {.training = 12345, .testing = 12345, .making = 1e9};
    struct forecast forecast;
    struct buffer line = {0};
    assert_int_equal(forecast_make(&plan, 2, &rehearsal, &run, &forecast, NULL), ERR_OK);
    forecast_say(&forecast, twice, (int)parts, level, &line);
    assert_string_equal(line.bytes, expected);
    assert_true(line.length < 80);
    buffer_free(&line);
    forecast_free(&forecast);
}

static void it_is_said_in_a_line(void **state) {
    (void)state;
    assert_said(1234.5e3, 2, "x86-64-v3",
                "2 runs: 2.47M tokens at 24.7k tokens/s (x86-64-v3), about 1.8 min (0.2 testing)");
    assert_said(1234.5e3, 3, "x86-64-v3", /* one worker has two of them */
                "3 runs: 3.70M tokens at 24.7k tokens/s (x86-64-v3), about 3.7 min (0.3 testing)");
    assert_said(123456, 1, NULL, "1 run: 123k tokens at 24.7k tokens/s, about 11 s (1 testing)");
    assert_said(999.6e6, 2, "aarch64",
                "2 runs: 2.00G tokens at 24.7k tokens/s (aarch64), about 24.7 h (2.2 testing)");
    assert_said(950, 1, NULL, "1 run: 950 tokens at 24.7k tokens/s, about 0 s (0 testing)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawing_is_part_of_training),
        cmocka_unit_test(each_part_takes_its_time),
        cmocka_unit_test(workers_take_whole_runs),
        cmocka_unit_test(what_is_done_is_not_left),
        cmocka_unit_test(first_steps_say_nothing),
        cmocka_unit_test(finished_work_corrects_the_calibration),
        cmocka_unit_test(resumed_runs_are_not_fast),
        cmocka_unit_test(unmeasured_sweeps_wait_for_work),
        cmocka_unit_test(it_is_said_in_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
