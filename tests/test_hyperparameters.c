/* The options that are told to TensorBoard: those that can have changed the result, with their values. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/hyperparameters.h"
#include "spec/spec.h"

static const char written[] =
    "name: t\nseeds: 7\ntask: {name: sort}\nformat: direct\n"
    "data: {samples: 12345, epochs: 3}\ntrain: {learning_rate: 0.0625, threads: 2}\n"
    "noise.digit: 0.25\nnoise.line: 0\n";

/* Whether the event file holds these bytes. */
static bool holds(const char *bytes, size_t length, const void *part, size_t size) {
    return memmem(bytes, length, part, size) != NULL;
}

static void options_that_matter_are_told(void **state) {
    (void)state;
    static const char *const told[] = {"task.name",   "sort",         "format",
                                       "direct",      "data.samples", "train.learning_rate",
                                       "noise.digit", "accuracy",     "test_loss"};
    static const char *const untold[] = {"train.threads",    "train.recompute", "sparsify.order",
                                         "report.threshold", "correct",         "task.family"};
    static const double numbers[] = {7, 12345, 3, 0.0625, 0.25};
    struct spec *spec;
    struct config config;
    struct error error = {""};
    char *bytes = NULL;
    size_t length = 0;
    if (spec_parse("spec.yaml", written, strlen(written), NULL, 0, &spec, &error))
        fail_msg("%s", error.message);
    spec_plain(spec, &config);
    FILE *stream = open_memstream(&bytes, &length);
    assert_int_equal(hyperparameters_write(stream, 1, &config, &error), ERR_OK);
    fclose(stream);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (!holds(bytes, length, told[i], strlen(told[i]))) fail_msg("%s is not told", told[i]);
    for (size_t i = 0; i < sizeof untold / sizeof *untold; i++)
        if (holds(bytes, length, untold[i], strlen(untold[i]))) fail_msg("%s is told", untold[i]);
    /* A double of the protocol's is eight bytes, the least significant first, as they are in memory here. */
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!holds(bytes, length, &numbers[i], sizeof numbers[i])) fail_msg("%g is not told", numbers[i]);
    free(bytes);
    spec_free(spec);
}

/* A run's parent is part of what it is, and so is the family of its tasks. */
static void parents_are_told(void **state) {
    (void)state;
    struct config config = {.family = FAMILY_LOOKUP,
                            .start = "{\"data.samples\":4321,\"format\":\"direct\"}"};
    struct error error = {""};
    char *bytes = NULL;
    size_t length = 0;
    const double samples = 4321;
    FILE *stream = open_memstream(&bytes, &length);
    assert_int_equal(hyperparameters_write(stream, 1, &config, &error), ERR_OK);
    fclose(stream);
    assert_true(holds(bytes, length, "start.data.samples", 18) && holds(bytes, length, &samples, 8));
    assert_true(holds(bytes, length, "task.family", 11) && holds(bytes, length, "lookup", 6));
    assert_true(holds(bytes, length, "start.format", 12) && holds(bytes, length, "direct", 6));
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(options_that_matter_are_told),
                                       cmocka_unit_test(parents_are_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
