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
#include "spec/spec.h"
#include "tests/support/shell.h"
#include "train/run.h"

enum { WORDS = 8 };

/* One step is a few milliseconds; 12 of them are enough to be interrupted in. */
static const char small[] =
    "name: run\n"
    "seeds: [3]\n"
    "task: {name: max, sampling: length, min_digits: 1, max_digits: 2, min_length: 2, "
    "max_length: 3}\n"
    "data: {samples: 160, epochs: 1}\n"
    "model: {preset: tiny, layers: 1, width: 32, heads: 2}\n"
    "train: {batch_tokens: 512, learning_rate: 3e-3, warmup_steps: 3}\n"
    "eval: {problems: 20, max_new_tokens: 12}\n";

/* Learned to the last problem in 150 steps. */
#define EASY                                                                                               \
    "task.max_digits=1", "data.samples=2400", "model.layers=2", "model.width=64", "train.warmup_steps=20", \
        "eval.max_new_tokens=0"

/* --- running and reading -------------------------------------------------------------------------- */

static const char *folder(const char *name) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    return path;
}

/* Runs `small` with those words over it, in the scratch folder's NAME. */
static enum err execute(const char *name, const char *const words[], const struct run_hooks *hooks,
                        struct error *error) {
    struct spec *spec;
    struct config config;
    int count = 0;
    while (words && words[count]) count++;
    enum err code = spec_parse("run.yaml", small, strlen(small), words, count, &spec, error);
    if (code) return code;
    spec_plain(spec, &config);
    code = run_execute(&config, folder(name), hooks, error);
    spec_free(spec);
    return code;
}

static void expect_done(const char *name, const char *const words[]) {
    struct error error = {{0}};
    enum err code = execute(name, words, NULL, &error);
    if (code) print_message("%s: %s\n", name, error.message);
    assert_int_equal(code, ERR_OK);
}
#define DONE(name, ...) expect_done(name, (const char *const[]){__VA_ARGS__, NULL})

static char *path_of(const char *name, const char *file) {
    char *path = file_join(folder(name), file);
    assert_non_null(path);
    return path;
}

/* What a run says of itself, less what time it took and the number of threads. */
static json_t *read_result(const char *name) {
    char *path = path_of(name, "result.json");
    json_t *result = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_true(json_is_object(result));
    json_object_del(result, "seconds");
    json_object_del(result, "tokens_per_second");
    free(path);
    return result;
}

static double number(const char *name, const char *key) {
    json_t *result = read_result(name), *value = json_object_get(result, key);
    assert_true(json_is_number(value));
    double found = json_number_value(value);
    json_decref(result);
    return found;
}

static void assert_stopped(const char *name, const char *reason) {
    json_t *result = read_result(name);
    const char *stopped = json_string_value(json_object_get(result, "stopped"));
    assert_non_null(stopped);
    assert_string_equal(stopped, reason);
    json_decref(result);
}

/* The lines of metrics.jsonl, less speeds; one a training step, or those of evaluations. */
static json_t *read_metrics(const char *name, bool evaluations) {
    char *path = path_of(name, "metrics.jsonl"), line[4096];
    json_t *lines = json_array();
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        assert_true(json_is_object(object));
        json_object_del(object, "tokens_per_second");
        if (!json_object_get(object, "learning_rate") == evaluations)
            json_array_append_new(lines, object);
        else
            json_decref(object);
    }
    fclose(file);
    free(path);
    return lines;
}

static double member(json_t *lines, size_t i, const char *key) {
    json_t *value = json_object_get(json_array_get(lines, i), key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static void assert_same_file(const char *a, const char *b, const char *file) {
    char *path[2] = {path_of(a, file), path_of(b, file)}, *bytes[2];
    size_t length[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(file_read(path[i], SIZE_MAX / 2, &bytes[i], &length[i], NULL), ERR_OK);
    assert_int_equal(length[0], length[1]);
    assert_memory_equal(bytes[0], bytes[1], length[0]);
    for (int i = 0; i < 2; i++) free(bytes[i]), free(path[i]);
}

/* The same weights, the same numbers, the same history. */
static void assert_same_run(const char *a, const char *b) {
    assert_same_file(a, b, "model.safetensors");
    json_t *result[2] = {read_result(a), read_result(b)};
    assert_true(json_equal(result[0], result[1]));
    for (int evaluations = 0; evaluations < 2; evaluations++) {
        json_t *lines[2] = {read_metrics(a, evaluations), read_metrics(b, evaluations)};
        assert_true(json_array_size(lines[0]) > 0);
        assert_true(json_equal(lines[0], lines[1]));
        json_decref(lines[0]), json_decref(lines[1]);
    }
    json_decref(result[0]), json_decref(result[1]);
}

/* --- tests ---------------------------------------------------------------------------------------- */

/* Few enough samples that what slows learning down shows; accuracy is 1 where nothing does. */
static void test_learns(void **state) {
    (void)state;
    DONE("learns", EASY, "eval.problems=100");
    assert_true(number("learns", "accuracy") >= 0.9);
    assert_true(number("learns", "trace_accuracy") >= 0.9);
    assert_true(number("learns", "malformed") <= 0.05);
    assert_true(number("learns", "test_loss") < 0.02);
    assert_stopped("learns", "end");
    assert_true(number("learns", "correct") / number("learns", "problems") == number("learns", "accuracy"));
}

static void test_steps(void **state) {
    (void)state;
    DONE("whole", "seeds=[3]");
    double all = number("whole", "steps");
    assert_true(all >= 8);
    assert_stopped("whole", "end");
    json_t *lines = read_metrics("whole", false);
    assert_int_equal(json_array_size(lines), (size_t)all);
    for (size_t i = 0; i < json_array_size(lines); i++)
        assert_true(member(lines, i, "step") == (double)i + 1);
    assert_true(member(lines, (size_t)all - 1, "tokens") == number("whole", "tokens"));
    json_decref(lines);

    DONE("twice", "data.epochs=2"); /* the same samples once more */
    assert_true(number("twice", "tokens") == 2 * number("whole", "tokens"));
    DONE("few", "train.max_steps=5");
    assert_true(number("few", "steps") == 5);
    assert_stopped("few", "max_steps");
    DONE("many", "train.max_steps=100000");
    assert_true(number("many", "steps") == all);
    assert_stopped("many", "end");
}

/* Stops at the first evaluation that is good enough, which is not one of the test problems: with the same
 * weights the two would otherwise have the same loss. */
static void test_stops_by_validation(void **state) {
    (void)state;
    DONE("early", EASY, "eval.every=5", "train.stop_at=0.3", "eval.problems=50");
    assert_stopped("early", "stop_at");
    json_t *lines = read_metrics("early", true);
    size_t count = json_array_size(lines);
    assert_true(count >= 3);
    for (size_t i = 0; i + 2 < count; i++) assert_true(member(lines, i, "accuracy") < 0.3);
    assert_true(member(lines, count - 2, "accuracy") >= 0.3);
    double steps = number("early", "steps");
    assert_true(steps == 5 * (double)(count - 1));
    assert_true(member(lines, count - 2, "step") == steps && member(lines, count - 1, "step") == steps);
    assert_true(member(lines, count - 2, "test_loss") != member(lines, count - 1, "test_loss"));
    assert_true(member(lines, count - 1, "accuracy") == number("early", "accuracy"));
    json_decref(lines);

    /* Nor do evaluations on the way change what is learned. */
    char most[64];
    snprintf(most, sizeof most, "train.max_steps=%d", (int)steps);
    DONE("unwatched", EASY, most, "eval.problems=50");
    DONE("watched", EASY, most, "eval.problems=50", "eval.every=5");
    assert_same_file("unwatched", "watched", "model.safetensors");
    assert_true(number("unwatched", "test_loss") == number("watched", "test_loss"));
}

static void test_complete_is_left_alone(void **state) {
    (void)state;
    static const char *const files[] = {"result.json", "config.json", "model.safetensors", "metrics.jsonl",
                                        "tokenizer.json"};
    enum { FILES = sizeof files / sizeof *files };
    struct stat before[FILES], after;
    DONE("complete", "train.max_steps=3");
    for (int again = 0; again < 2; again++)
        for (int i = 0; i < FILES; i++) {
            char *path = path_of("complete", files[i]);
            assert_int_equal(stat(path, again ? &after : &before[i]), 0);
            free(path);
            if (!again && i == FILES - 1) DONE("complete", "train.max_steps=3");
            if (!again) continue;
            assert_int_equal(before[i].st_ino, after.st_ino);
            assert_int_equal(before[i].st_size, after.st_size);
            assert_memory_equal(&before[i].st_mtim, &after.st_mtim, sizeof after.st_mtim);
        }
    /* Another run's directory is not taken for this one's. */
    struct error error;
    static const char *const other[] = {"train.max_steps=4", NULL};
    if (!execute("complete", other, NULL, &error)) assert_true(number("complete", "steps") == 4);
}

static void test_threads(void **state) {
    (void)state;
    DONE("one", "train.threads=1", "eval.every=4");
    DONE("two", "train.threads=2", "eval.every=4");
    assert_same_run("one", "two");
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
    expect_done("straight", words);
    int processes = 0;
    for (enum err code = ERR_INTERRUPTED; code == ERR_INTERRUPTED && processes < 20; processes++) {
        interrupt_install();
        code = execute("broken", words, &hooks, &error);
        char *result = path_of("broken", "result.json"),
             *optimizer = path_of("broken", "optimizer.safetensors");
        assert_true(code == ERR_OK || code == ERR_INTERRUPTED);
        assert_true(file_exists(result) == (code == ERR_OK));
        assert_true(file_exists(optimizer) == (code != ERR_OK));
        free(result);
        free(optimizer);
    }
    assert_int_equal(processes, 7);
    assert_same_run("straight", "broken");
}

/* A seed is another run, the same seed the same. */
static void test_seeds(void **state) {
    (void)state;
    DONE("seed3", "train.max_steps=2");
    DONE("seed3again", "train.max_steps=2");
    DONE("seed4", "train.max_steps=2", "seeds=[4]");
    assert_same_run("seed3", "seed3again");
    assert_true(number("seed3", "test_loss") != number("seed4", "test_loss"));
    assert_true(number("seed4", "seed") == 4);
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
