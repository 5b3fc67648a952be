/* What a run is asked for reaches its data, model and training. */
#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"
#include "tests/support/training.h"

/* The lines of a run's examples.jsonl. */
static json_t *examples(const char *name) {
    char *path = training_path(name, "examples.jsonl"), *bytes;
    size_t length;
    json_t *lines = json_array();
    assert_int_equal(file_read(path, 1 << 24, &bytes, &length, NULL), ERR_OK);
    for (char *line = strtok(bytes, "\n"); line; line = strtok(NULL, "\n"))
        json_array_append_new(lines, json_loads(line, 0, NULL));
    free(bytes);
    free(path);
    return lines;
}

/* Tokens of a text: words, and each other character but a space. */
static size_t tokens(const char *text) {
    size_t count = 0;
    for (const char *c = text; *c; c++) {
        bool goes_on = isalpha((unsigned char)*c) && c > text && isalpha((unsigned char)c[-1]);
        count += *c != ' ' && !goes_on;
    }
    return count;
}

static size_t longest(const json_t *lines, const char *key) {
    size_t most = 0, i;
    json_t *line;
    json_array_foreach(lines, i, line) {
        size_t length = tokens(json_string_value(json_object_get(line, key)));
        if (length > most) most = length;
    }
    return most;
}

/* Where every line but the last is deleted from what is learned, whole traces are not foreseen: validation is
 * of whole traces, as the test is. */
static void validation_is_of_clean_problems(void **state) {
    (void)state;
    TRAINING_DONE("deleted", TRAINING_EASY, "noise.line=1", "train.max_steps=60", "eval.every=60",
                  "eval.problems=50");
    json_t *lines = training_metrics("deleted", true);
    assert_int_equal(json_array_size(lines), 2);
    double validation = training_member(lines, 0, "test_loss"), test = training_member(lines, 1, "test_loss");
    assert_true(fabs(validation - test) < 0.2 * test);
    json_decref(lines);
}

/* Training has looked at validation problems at every fourth step and at the last, before the test. */
static void validation_is_every_so_often(void **state) {
    (void)state;
    TRAINING_DONE("often", "train.max_steps=6", "eval.every=4");
    json_t *lines = training_metrics("often", true);
    assert_int_equal(json_array_size(lines), 3);
    assert_true(training_member(lines, 0, "step") == 4);
    assert_true(training_member(lines, 1, "step") == 6 && training_member(lines, 2, "step") == 6);
    assert_true(training_number("often", "validation_accuracy") == training_member(lines, 1, "accuracy"));
    json_decref(lines);
    TRAINING_DONE("last", "train.max_steps=2"); /* at the end, whether it is asked for or not */
    lines = training_metrics("last", true);
    assert_int_equal(json_array_size(lines), 2);
    assert_true(training_number("last", "validation_accuracy") == training_member(lines, 0, "accuracy"));
    json_decref(lines);
}

/* A model that has learned nothing goes on as long as it may: twice the longest completion. */
static void answers_may_be_too_long(void **state) {
    (void)state;
    TRAINING_DONE("long", "train.max_steps=1", "eval.max_new_tokens=0");
    TRAINING_DONE("short", "train.max_steps=1", "eval.max_new_tokens=5");
    json_t *written = examples("long"), *cut = examples("short");
    assert_true(2 * longest(written, "completion") > 3 * longest(written, "clean"));
    assert_true(longest(cut, "completion") < longest(cut, "clean"));
    json_decref(written);
    json_decref(cut);
}

static void completions_are_drawn_as_often_as_asked(void **state) {
    (void)state;
    TRAINING_DONE("single", TRAINING_EASY, "train.max_steps=60", "eval.temperature=1");
    TRAINING_DONE("several", TRAINING_EASY, "train.max_steps=60", "eval.temperature=1", "eval.samples=3");
    training_assert_same_file("single", "several", "model.safetensors");
    assert_true(training_number("single", "line_accuracy") != training_number("several", "line_accuracy"));
}

/* Each changes what is learned in the first steps. */
static void options_of_training_reach_the_learner(void **state) {
    (void)state;
    static const char *const options[] = {"train.weight_decay=1", "train.clip=0.001",
                                          "train.learning_rate=1e-3"};
    char name[32];
    TRAINING_DONE("plain", "train.max_steps=4");
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "option%d", i);
        TRAINING_DONE(name, "train.max_steps=4", options[i]);
        assert_true(training_number("plain", "test_loss") != training_number(name, "test_loss"));
    }
}

/* The first step at which the learning rate is at its peak. */
static int peak(const char *name) {
    json_t *lines = training_metrics(name, false);
    int found = 0;
    for (size_t i = json_array_size(lines); i > 0; i--)
        if (training_member(lines, i - 1, "learning_rate") > 0.0029999) found = (int)i;
    json_decref(lines);
    return found;
}

/* As many steps as asked for, and a tenth of all at most. */
static void warming_up_is_short(void **state) {
    (void)state;
    TRAINING_DONE("warm", "train.max_steps=40", "data.epochs=20", "train.warmup_steps=100");
    assert_int_equal(peak("warm"), 4);
    TRAINING_DONE("cold", "train.max_steps=40", "data.epochs=20", "train.warmup_steps=2");
    assert_int_equal(peak("cold"), 2);
}

/* Samples that change from epoch to epoch are made anew for each. */
static void epochs_that_vary_are_made(void **state) {
    (void)state;
    TRAINING_DONE("once", "data.epochs=2", "sparsify.share=0.9", "sparsify.schedule=constant");
    TRAINING_DONE("rising", "data.epochs=2", "sparsify.share=0.9", "sparsify.schedule=linear");
    TRAINING_DONE("whole", "data.epochs=2");
    TRAINING_DONE("fixed", "data.epochs=2", "noise.digit_drop=0.5");
    TRAINING_DONE("fresh", "data.epochs=2", "noise.digit_drop=0.5", "data.fixed_noise=false");
    assert_true(training_number("fixed", "tokens") != training_number("fresh", "tokens"));
    assert_true(training_number("once", "tokens") < training_number("rising", "tokens"));
    assert_true(training_number("rising", "tokens") < training_number("whole", "tokens"));
}

/* A run on a file is recorded with what the file held. */
static void given_data_are_recorded(void **state) {
    (void)state;
    shell_expect(0,
                 "cd $SCRATCH && printf 'task: {name: max, min_length: 2, max_length: 3}\\n' >given.yaml && "
                 "$COTNOISE gen given.yaml -n 30 -o 30.jsonl && $COTNOISE gen given.yaml -n 40 -o "
                 "40.jsonl && echo junk >>40.jsonl");
    char given[2][1024], content[2][64];
    for (int i = 0; i < 2; i++) {
        snprintf(given[i], sizeof given[i], "data.file=%s/%d.jsonl", getenv("SCRATCH"), i ? 40 : 30);
        TRAINING_DONE(i ? "forty" : "thirty", "train.max_steps=1", given[i]);
        json_t *result = training_result(i ? "forty" : "thirty");
        snprintf(content[i], sizeof content[i], "%s", json_string_value(json_object_get(result, "data")));
        assert_int_equal(json_integer_value(json_object_get(result, "samples")), i ? 40 : 30);
        assert_int_equal(json_integer_value(json_object_get(result, "skipped")), i);
        json_decref(result);
    }
    assert_int_equal(strlen(content[0]), 16);
    assert_int_equal(strncmp(content[0], "00000000", 8) && strncmp(content[1], "00000000", 8), 1);
    assert_string_not_equal(content[0], content[1]);
    /* What is shown as learned is what the file holds. */
    json_t *lines = examples("thirty");
    make_file(getenv("SCRATCH"), "prompt", "%s",
              json_string_value(json_object_get(json_array_get(lines, 0), "prompt")));
    json_decref(lines);
    shell_expect(0, "cd $SCRATCH && head -1 30.jsonl | python3 -c '\nimport json, sys\n"
                    "assert json.loads(sys.stdin.read())[\"prompt\"] == open(\"prompt\").read()'");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validation_is_of_clean_problems),
        cmocka_unit_test(validation_is_every_so_often),
        cmocka_unit_test(answers_may_be_too_long),
        cmocka_unit_test(completions_are_drawn_as_often_as_asked),
        cmocka_unit_test(options_of_training_reach_the_learner),
        cmocka_unit_test(warming_up_is_short),
        cmocka_unit_test(epochs_that_vary_are_made),
        cmocka_unit_test(given_data_are_recorded),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
