/* Where a run stands on disk: killed at any moment it goes on to the same end, and what is another run's is
 * not taken for its own. */
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "tests/support/shell.h"
#include "tests/support/training.h"

static bool is_there(const char *name, const char *file) {
    char *path = training_path(name, file);
    bool there = file_exists(path);
    free(path);
    return there;
}

/* What happened while a run went on. */
struct course {
    int64_t kill_at;        /* step; 0: never */
    enum run_phase stop_in; /* a polite stop in this phase, where `stops` */
    bool stops;
    int trained; /* steps that were told */
    char warning[1024];
};

/* Slow enough that every step is told. */
static void follow(void *context, const struct run_progress *progress) {
    struct course *course = context;
    if (progress->phase == RUN_TRAINING) {
        course->trained++;
        if (course->kill_at) nanosleep(&(struct timespec){.tv_nsec = 110000000}, NULL);
        if (course->kill_at && progress->step >= course->kill_at) raise(SIGKILL);
    }
    if (course->stops && progress->phase == course->stop_in) raise(SIGINT);
}

static void warn(void *context, const char *message) {
    struct course *course = context;
    snprintf(course->warning, sizeof course->warning, "%s", message);
}

static enum err run(const char *name, const char *const words[], struct course *course, bool owns,
                    struct error *error) {
    struct run_hooks hooks = {.progress = follow, .context = course, .warn = warn, .owns_directory = owns};
    interrupt_install();
    return training_execute(name, words, &hooks, error);
}

static void kill_at(const char *name, const char *const words[], int64_t step) {
    int status;
    pid_t process = fork();
    if (!process) {
        struct error error;
        run(name, words, &(struct course){.kill_at = step}, false, &error);
        _exit(0);
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_true(WIFSIGNALED(status));
}

/* What was told after the last state is told once. */
static void a_killed_run_goes_on_from_its_last_state(void **state) {
    (void)state;
    static const char *const words[] = {"train.max_steps=8", "train.checkpoint_every=2", NULL};
    struct course course = {.trained = 0};
    struct error error;
    training_expect_done("straight", words);
    kill_at("killed", words, 5);
    assert_true(is_there("killed", "optimizer.safetensors"));
    json_t *lines = training_metrics("killed", false);
    assert_int_equal(json_array_size(lines), 5);
    json_decref(lines);
    assert_int_equal(run("killed", words, &course, false, &error), ERR_OK);
    training_assert_same_run("straight", "killed");
    /* Time is that of both processes. */
    char *path = training_path("killed", "result.json");
    json_t *result = json_load_file(path, 0, NULL);
    assert_true(json_number_value(json_object_get(result, "seconds")) > 0.4);
    double tokens = json_number_value(json_object_get(result, "tokens"));
    assert_true(json_number_value(json_object_get(result, "tokens_per_second")) < tokens / 0.4);
    json_decref(result);
    free(path);
}

/* A run that was stopped in its test has no step to train. */
static void what_is_trained_is_not_trained_again(void **state) {
    (void)state;
    static const char *const plain[] = {"train.max_steps=4", NULL};
    static const char *const early[] = {TRAINING_EASY, "eval.every=5", "train.stop_at=0.1",
                                        "eval.problems=50", NULL};
    static const char *const *const words[] = {plain, early};
    static const char *const names[][2] = {{"plain", "plain2"}, {"early", "early2"}};
    for (int i = 0; i < 2; i++) {
        struct course course = {.stops = true, .stop_in = RUN_EVALUATING};
        struct error error;
        training_expect_done(names[i][0], words[i]);
        training_assert_stopped(names[i][0], i ? "stop_at" : "max_steps");
        assert_int_equal(run(names[i][1], words[i], &course, false, &error), ERR_INTERRUPTED);
        assert_true(course.trained > 0);
        course = (struct course){.stops = false};
        assert_int_equal(run(names[i][1], words[i], &course, false, &error), ERR_OK);
        assert_int_equal(course.trained, 0);
        training_assert_same_run(names[i][0], names[i][1]); /* what stopped it and its validation, too */
    }
}

static void another_runs_state_is_not_taken_up(void **state) {
    (void)state;
    static const char *const one[] = {"train.max_steps=6", NULL}, *const other[] = {"train.max_steps=5",
                                                                                    NULL};
    struct course course = {.stops = true, .stop_in = RUN_TRAINING};
    struct error error = {""};
    training_expect_done("five", other);
    assert_int_equal(run("mixed", one, &course, false, &error), ERR_INTERRUPTED);
    assert_true(is_there("mixed", "optimizer.safetensors"));
    /* In a directory that somebody chose it is an error, and left as it is. */
    course = (struct course){.stops = false};
    assert_int_equal(run("mixed", other, &course, false, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "remove it to start afresh"));
    assert_true(is_there("mixed", "optimizer.safetensors"));
    /* In the run's own it is in the way. */
    assert_int_equal(run("mixed", other, &course, true, &error), ERR_OK);
    assert_non_null(strstr(course.warning, "it is set aside, and the run starts afresh"));
    assert_true(is_there("mixed", "optimizer.safetensors.aside"));
    training_assert_same_run("five", "mixed");
}

static void another_runs_result_is_not_taken_over(void **state) {
    (void)state;
    static const char *const one[] = {"train.max_steps=3", NULL}, *const other[] = {"train.max_steps=2",
                                                                                    NULL};
    struct course course = {.stops = false};
    struct error error = {""};
    training_expect_done("result", one);
    assert_int_equal(run("result", other, &course, false, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "choose another directory"));
    assert_true(training_number("result", "steps") == 3);
    assert_int_equal(run("result", other, &course, true, &error), ERR_OK);
    assert_true(training_number("result", "steps") == 2);
    assert_true(is_there("result", "result.json.aside"));
}

/* It would come to the same again. */
static void divergence_is_told_as_such(void **state) {
    (void)state;
    static const char *const words[] = {"train.learning_rate=10", "train.weight_decay=1", "data.epochs=20",
                                        "train.clip=0",           "train.warmup_steps=0", NULL};
    struct course course = {.stops = false};
    struct error error = {""};
    assert_int_equal(run("diverged", words, &course, false, &error), ERR_DIVERGED);
    assert_int_equal(strncmp(error.message, "step ", 5), 0);
    assert_false(is_there("diverged", "result.json"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_run_goes_on_from_its_last_state),
        cmocka_unit_test(what_is_trained_is_not_trained_again),
        cmocka_unit_test(another_runs_state_is_not_taken_up),
        cmocka_unit_test(another_runs_result_is_not_taken_over),
        cmocka_unit_test(divergence_is_told_as_such),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
