/* The speed of a run, measured on a few steps of it: nothing is written, and a run that cannot be is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "spec/spec.h"
#include "tests/support/shell.h"
#include "train/rehearsal.h"

#define SMALL                                                                                         \
    "name: small\ntask: {name: add, max_digits: 2}\ndata: {samples: 100000}\neval: {problems: 500}\n" \
    "model: {preset: tiny, layers: 1, width: 32, heads: 2, ffn: 64}\n"

static struct config config_of(const char *text, const char *word) {
    struct spec *spec;
    struct config config;
    struct error error = {""};
    if (spec_parse("spec.yaml", text, strlen(text), &word, word ? 1 : 0, &spec, &error))
        fail_msg("%s", error.message);
    spec_run(spec, 0, &config);
    spec_free(spec);
    return config;
}

/* Rehearses for so many seconds, which must be about what it takes. */
static struct rehearsal rehearse(const struct config *config, double seconds) {
    struct rehearsal measured = {0};
    struct error error = {""};
    double start = clock_seconds();
    if (rehearsal_run(config, seconds, &measured, &error)) fail_msg("%s", error.message);
    assert_true(clock_seconds() - start > seconds * 0.6); /* training alone */
    assert_true(clock_seconds() - start < seconds + 10);
    assert_true(measured.training > 100 && measured.training < 1e9);
    assert_true(measured.testing > 100 && measured.testing < 1e9);
    assert_true(measured.making > 100 && measured.making < 1e9);
    return measured;
}

static void a_run_is_measured_and_nothing_is_left_of_it(void **state) {
    (void)state;
    struct config config = config_of(SMALL, NULL), before = config;
    shell_expect(0, "ls -lR --time-style=full-iso . | cksum >$SCRATCH/before");
    rehearse(&config, 0.3);
    assert_memory_equal(&config, &before, sizeof config);
    shell_expect(0, "ls -lR --time-style=full-iso . | cksum | cmp - $SCRATCH/before");
}

/* A bigger model is slower at both. */
static void it_is_the_models_own_speed(void **state) {
    (void)state;
    struct config little = config_of(SMALL, NULL), large = config_of(SMALL, "model.layers=24");
    struct rehearsal quick = rehearse(&little, 0.3), slow = rehearse(&large, 0.3);
    assert_true(quick.training > 3 * slow.training);
    assert_true(quick.testing > 2 * slow.testing);
}

/* What would make a run long or touch files: a step of a million tokens, validation, a checkpoint. */
static void long_runs_are_not_long(void **state) {
    (void)state;
    static const char *const words[] = {"train.batch_tokens=1000000", "eval.every=1",
                                        "data.epochs=1000",           "train.max_steps=1",
                                        "eval.problems=100000",       "data.samples=1"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct config config = config_of(SMALL, words[i]);
        rehearse(&config, 0.2);
    }
    struct config config = config_of(SMALL, NULL);
    strcpy(config.model.init, "/nowhere");
    rehearse(&config, 0.2);
    config = config_of(SMALL, "model.layers=12");
    config.train.batch_tokens = 1000000; /* a whole step would take tens of seconds */
    rehearse(&config, 0.2);
}

static void given_data_are_rehearsed(void **state) {
    (void)state;
    struct config config = config_of(SMALL, NULL);
    shell_expect(0, "cd $SCRATCH && printf 'task: {name: add}\\n' >add.yaml && "
                    "$COTNOISE gen add.yaml -n 30 -o 30.jsonl");
    snprintf(config.data.file, sizeof config.data.file, "%s/30.jsonl", getenv("SCRATCH"));
    rehearse(&config, 0.2);
    strcat(config.data.file, ".gone");
    struct rehearsal measured = {1, 2, 3};
    struct error error = {""};
    assert_int_equal(rehearsal_run(&config, 0.2, &measured, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "30.jsonl.gone"));
    assert_true(measured.training == 1 && measured.testing == 2 && measured.making == 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_measured_and_nothing_is_left_of_it),
        cmocka_unit_test(it_is_the_models_own_speed),
        cmocka_unit_test(long_runs_are_not_long),
        cmocka_unit_test(given_data_are_rehearsed),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
