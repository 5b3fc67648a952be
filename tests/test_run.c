/* A run as a whole: it learns, stops for the right reason, leaves what is complete alone, and comes to the
 * same bits whatever happens to it meanwhile. */
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "tests/support/shell.h"
#include "tests/support/training.h"
#include "train/run.h"

/* --- tests ---------------------------------------------------------------------------------------- */

/* Few enough samples that what slows learning down shows; accuracy is 1 where nothing does. */
static void test_learns(void **state) {
    (void)state;
    TRAINING_DONE("learns", TRAINING_EASY, "eval.problems=100");
    assert_true(training_number("learns", "accuracy") >= 0.9);
    assert_true(training_number("learns", "trace_accuracy") >= 0.9);
    assert_true(training_number("learns", "malformed") <= 0.05);
    assert_true(training_number("learns", "test_loss") < 0.02);
    training_assert_stopped("learns", "end");
    assert_true(training_number("learns", "correct") / training_number("learns", "problems") ==
                training_number("learns", "accuracy"));
}

static void test_steps(void **state) {
    (void)state;
    TRAINING_DONE("whole", "seeds=[3]");
    double all = training_number("whole", "steps");
    assert_true(all >= 8);
    training_assert_stopped("whole", "end");
    json_t *lines = training_metrics("whole", false);
    assert_int_equal(json_array_size(lines), (size_t)all);
    for (size_t i = 0; i < json_array_size(lines); i++)
        assert_true(training_member(lines, i, "step") == (double)i + 1);
    assert_true(training_member(lines, (size_t)all - 1, "tokens") == training_number("whole", "tokens"));
    json_decref(lines);

    TRAINING_DONE("twice", "data.epochs=2"); /* the same samples once more */
    assert_true(training_number("twice", "tokens") == 2 * training_number("whole", "tokens"));
    TRAINING_DONE("few", "train.max_steps=5");
    assert_true(training_number("few", "steps") == 5);
    training_assert_stopped("few", "max_steps");
    TRAINING_DONE("many", "train.max_steps=100000");
    assert_true(training_number("many", "steps") == all);
    training_assert_stopped("many", "end");
}

/* Stops at the first evaluation that is good enough, which is not one of the test problems: with the same
 * weights the two would otherwise have the same loss. */
static void test_stops_by_validation(void **state) {
    (void)state;
    TRAINING_DONE("early", TRAINING_EASY, "eval.every=5", "train.stop_at=0.3", "eval.problems=50");
    training_assert_stopped("early", "stop_at");
    json_t *lines = training_metrics("early", true);
    size_t count = json_array_size(lines);
    assert_true(count >= 3);
    for (size_t i = 0; i + 2 < count; i++) assert_true(training_member(lines, i, "accuracy") < 0.3);
    assert_true(training_member(lines, count - 2, "accuracy") >= 0.3);
    double steps = training_number("early", "steps");
    assert_true(steps == 5 * (double)(count - 1));
    assert_true(training_member(lines, count - 2, "step") == steps &&
                training_member(lines, count - 1, "step") == steps);
    assert_true(training_member(lines, count - 2, "test_loss") !=
                training_member(lines, count - 1, "test_loss"));
    assert_true(training_member(lines, count - 1, "accuracy") == training_number("early", "accuracy"));
    json_decref(lines);

    /* Nor do evaluations on the way change what is learned. */
    char most[64];
    snprintf(most, sizeof most, "train.max_steps=%d", (int)steps);
    TRAINING_DONE("unwatched", TRAINING_EASY, most, "eval.problems=50");
    TRAINING_DONE("watched", TRAINING_EASY, most, "eval.problems=50", "eval.every=5");
    training_assert_same_file("unwatched", "watched", "model.safetensors");
    assert_true(training_number("unwatched", "test_loss") == training_number("watched", "test_loss"));
}

static void test_complete_is_left_alone(void **state) {
    (void)state;
    static const char *const files[] = {"result.json", "config.json", "model.safetensors", "metrics.jsonl",
                                        "tokenizer.json"};
    enum { FILES = sizeof files / sizeof *files };
    struct stat before[FILES], after;
    TRAINING_DONE("complete", "train.max_steps=3");
    for (int again = 0; again < 2; again++)
        for (int i = 0; i < FILES; i++) {
            char *path = training_path("complete", files[i]);
            assert_int_equal(stat(path, again ? &after : &before[i]), 0);
            free(path);
            if (!again && i == FILES - 1) TRAINING_DONE("complete", "train.max_steps=3");
            if (!again) continue;
            assert_int_equal(before[i].st_ino, after.st_ino);
            assert_int_equal(before[i].st_size, after.st_size);
            assert_memory_equal(&before[i].st_mtim, &after.st_mtim, sizeof after.st_mtim);
        }
    /* Another run's directory is not taken for this one's. */
    struct error error;
    static const char *const other[] = {"train.max_steps=4", NULL};
    if (!training_execute("complete", other, NULL, &error))
        assert_true(training_number("complete", "steps") == 4);
}

static void test_threads(void **state) {
    (void)state;
    TRAINING_DONE("one", "train.threads=1", "eval.every=4");
    TRAINING_DONE("two", "train.threads=2", "eval.every=4");
    training_assert_same_run("one", "two");
}

static void interrupt(void *context, const struct run_progress *progress) {
    (void)context;
    if (progress->phase == RUN_TRAINING) raise(SIGINT);
}

/* Stopped at the first step of each of its processes, and so at every one. */
static void test_interrupted(void **state) {
    (void)state;
    static const char *const words[] = {"train.max_steps=6", "eval.every=2", NULL};
    struct run_hooks hooks = {.progress = interrupt};
    struct error error;
    training_expect_done("straight", words);
    int processes = 0;
    for (enum err code = ERR_INTERRUPTED; code == ERR_INTERRUPTED && processes < 20; processes++) {
        interrupt_install();
        code = training_execute("broken", words, &hooks, &error);
        char *result = training_path("broken", "result.json"),
             *optimizer = training_path("broken", "optimizer.safetensors");
        assert_true(code == ERR_OK || code == ERR_INTERRUPTED);
        assert_true(file_exists(result) == (code == ERR_OK));
        assert_true(file_exists(optimizer) == (code != ERR_OK));
        free(result);
        free(optimizer);
    }
    assert_int_equal(processes, 7);
    training_assert_same_run("straight", "broken");
}

/* A seed is another run, the same seed the same. */
static void test_seeds(void **state) {
    (void)state;
    TRAINING_DONE("seed3", "train.max_steps=2");
    TRAINING_DONE("seed3again", "train.max_steps=2");
    TRAINING_DONE("seed4", "train.max_steps=2", "seeds=[4]");
    training_assert_same_run("seed3", "seed3again");
    assert_true(training_number("seed3", "test_loss") != training_number("seed4", "test_loss"));
    assert_true(training_number("seed4", "seed") == 4);
    /* Problems aside, they begin with other weights: a step so small leaves these as they were. */
    TRAINING_DONE("still3", "train.max_steps=1", "train.learning_rate=1e-30", "train.weight_decay=0");
    TRAINING_DONE("still4", "train.max_steps=1", "train.learning_rate=1e-30", "train.weight_decay=0",
                  "seeds=[4]");
    char *one = training_path("still3", "model.safetensors"),
         *other = training_path("still4", "model.safetensors");
    /* The last bytes are weights; what stands before them names the run. */
    shell_expect(1, "tail -c 2000 %s >%s.end && tail -c 2000 %s | cmp -s - %s.end", one, one, other, one);
    free(one);
    free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learns),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_stops_by_validation),
        cmocka_unit_test(test_complete_is_left_alone),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_seeds),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
