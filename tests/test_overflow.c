/* Numbers that are none: models with such weights, or with weights so large that what is made of them is not
 * finite. Every command says what is wrong and where, and none prints such a number. */
#include "tests/fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "nn/checkpoint.h"
#include "tests/support/shell.h"

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "printf 'name: t\\ntask: {name: add, max_digits: 2}\\ndata: {samples: 100, epochs: 1}\\n"
                    "model: {layers: 1, width: 32, heads: 2, ffn: 64}\\neval: {problems: 5}\\n' "
                    ">$SCRATCH/spec.yaml && $COTNOISE train $SCRATCH/spec.yaml -o $SCRATCH/run && "
                    "$COTNOISE gen $SCRATCH/spec.yaml -n 3 -o $SCRATCH/some.jsonl");
    return 0;
}

/* The model of the run with a value of that tensor changed, in $SCRATCH/changed. */
static void change(int tensor, size_t at, double value) {
    char from[1024], to[1024];
    struct checkpoint checkpoint;
    struct error error;
    snprintf(from, sizeof from, "%s/run", getenv("SCRATCH"));
    snprintf(to, sizeof to, "%s/changed", getenv("SCRATCH"));
    if (checkpoint_read(from, &checkpoint, &error)) fail_msg("%s", error.message);
    struct gpt *gpt = checkpoint.gpt;
    if (at != SIZE_MAX) gpt_values(gpt, tensor)[at] = (real)value;
    for (size_t i = 0; at == SIZE_MAX && i < gpt->tensor[tensor].size; i++)
        gpt_values(gpt, tensor)[i] = (real)value;
    struct checkpoint_vocabulary vocabulary = {(const char *const *)checkpoint.text,
                                               gpt->config.vocabulary,
                                               checkpoint.pad,
                                               checkpoint.bos,
                                               checkpoint.eos,
                                               checkpoint.unk};
    if (file_make_directories(to, &error) ||
        checkpoint_write(to, gpt, &vocabulary, checkpoint.cotnoise, &error))
        fail_msg("%s", error.message);
    checkpoint_free(&checkpoint);
}

static const char *const commands[] = {
    "eval $SCRATCH/changed", "eval $SCRATCH/changed --json", "score $SCRATCH/changed $SCRATCH/some.jsonl",
    "solve $SCRATCH/changed '1 + 1'",
    "train $SCRATCH/spec.yaml model.init=$SCRATCH/changed -o $SCRATCH/child"};

static void assert_all_say(int status, const char *what, const char *of_training) {
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *said = shell_expect(status, "$COTNOISE %s", commands[i]);
        const char *expected = strncmp(commands[i], "train", 5) ? what : of_training;
        if (!strstr(said, expected) || strstr(said, "nan") || strstr(said, " inf"))
            fail_msg("%s: %s", commands[i], said);
    }
}

static void weights_that_are_no_numbers_are_refused(void **state) {
    (void)state;
    change(0, 3, NAN);
    assert_all_say(2, "changed/model.safetensors: tensor gpt_neox.embed_in.weight: value 4 of ",
                   "changed/model.safetensors: tensor gpt_neox.embed_in.weight: value 4 of ");
    change(gpt_tensor_index(0, GPT_DOWN_BIAS), 0, -INFINITY);
    assert_all_say(2, "gpt_neox.layers.0.mlp.dense_4h_to_h.bias: value 1 of 32 is not a finite number",
                   "gpt_neox.layers.0.mlp.dense_4h_to_h.bias: value 1 of 32 is not a finite number");
}

static void sums_that_overflow_are_told(void **state) {
    (void)state;
    change(gpt_tensor_index(0, GPT_UP_WEIGHT), SIZE_MAX, 3e38);
    assert_all_say(1, "the model's numbers overflow", "the weights that training starts from are too large");
}

/* A table made elsewhere: C reads the words, and an empty field is what says that nothing is known. */
static void tables_hold_numbers(void **state) {
    (void)state;
    shell_expect(
        0,
        "$COTNOISE sweep $SCRATCH/spec.yaml seeds=1 -j 1 --results $SCRATCH/results && mkdir $SCRATCH/table");
    static const char *const values[] = {"nan", "-nan", "inf", "infinity"};
    for (int i = 0; i < 4; i++) {
        const char *said =
            shell_expect(2,
                         "cd $SCRATCH && awk -F, -v OFS=, 'NR == 1 {for (i = 1; i <= NF; i++) if ($i == "
                         "\"test_loss\") c = i} NR > 1 {$c = \"%s\"} {print}' results/t/results.csv "
                         ">table/results.csv && $COTNOISE report table",
                         values[i]);
        assert_non_null(strstr(said, "results.csv:2: test_loss is '"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_that_are_no_numbers_are_refused),
        cmocka_unit_test(sums_that_overflow_are_told),
        cmocka_unit_test(tables_hold_numbers),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
