/* Checkpoints against an independent GPT-NeoX in PyTorch (tests/hf_check.py), in both directions. Skipped,
 * with a message, where PyTorch is not installed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/support/shell.h"

#define CHECK "python=/usr/bin/python3; test -x $python || python=python3; $python tests/hf_check.py "
#define SPEC                                                                                               \
    "name: torch\\nseeds: [1]\\ntask: {name: add, max_digits: 3}\\ndata: {samples: 600, epochs: 1}\\n"     \
    "model: {layers: 2, width: 48, heads: 3, ffn: 112, rotary_share: 0.5}\\ntrain: {learning_rate: 5e-3, " \
    "batch_tokens: 1024}\\neval: {problems: 20}\\n"

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(
        0, "printf '" SPEC "' >$SCRATCH/spec.yaml && cd $SCRATCH && $COTNOISE train spec.yaml -o run && "
           "grep '\"training\"' run/examples.jsonl >in.jsonl && $COTNOISE score run in.jsonl -o run.jsonl");
    return 0;
}

/* Whether PyTorch is missing; says so. */
static bool missing(void) {
    const struct shell_result *found = shell(CHECK "score $SCRATCH/run $SCRATCH/run.jsonl");
    if (found->status == 77) print_message("%s", found->output);
    return found->status == 77;
}

static void test_log_probabilities_agree(void **state) {
    (void)state;
    if (missing()) skip();
    shell_expect(0, CHECK "score $SCRATCH/run $SCRATCH/run.jsonl");
}

static json_t *line(const char *name, size_t number) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    json_t *json = NULL;
    for (size_t i = 0; i <= number; i++) {
        json_decref(json);
        json = json_loadf(stream, JSON_DISABLE_EOF_CHECK, NULL);
        assert_non_null(json);
    }
    fclose(stream);
    return json;
}

/* Sharded, half precision, another order of the vocabulary: the model that starts from it is the same one. */
static void test_foreign_checkpoints_are_a_start(void **state) {
    (void)state;
    if (missing()) skip();
    static const struct {
        const char *type;
        double tolerance;
    } cases[] = {{"F32", 1e-6}, {"F16", 1e-2}, {"BF16", 1e-1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *type = cases[i].type;
        shell_expect(0, "mkdir $SCRATCH/from-%s; " CHECK "foreign $SCRATCH/run $SCRATCH/from-%s %s", type,
                     type, type);
        shell_expect(0,
                     "cd $SCRATCH && $COTNOISE train spec.yaml model.init=from-%s train.learning_rate=1e-12 "
                     "train.max_steps=1 -o %s && $COTNOISE score %s in.jsonl -o %s.jsonl",
                     type, type, type, type);
        char name[32];
        snprintf(name, sizeof name, "%s.jsonl", type);
        json_t *before = line("run.jsonl", 1), *after = line(name, 1);
        double difference = fabs(json_number_value(json_object_get(before, "logprob")) -
                                 json_number_value(json_object_get(after, "logprob")));
        assert_true(difference <= cases[i].tolerance);
        json_decref(before);
        json_decref(after);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_probabilities_agree),
        cmocka_unit_test(test_foreign_checkpoints_are_a_start),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
