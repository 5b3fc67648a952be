/* Runs that start from others, trained for real: weights are handed on, and kills, shares and `train` come to
 * the same bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "spec/spec.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"
#include "train/run.h"

/* A child that hardly learns: what it can, its parent has learned. */
static const char spec[] =
    "name: s\n"
    "task: {name: max, min_digits: 1, max_digits: 2, min_length: 2, max_length: 2}\n"
    "data: {samples: 1200, epochs: 1}\n"
    "model: {preset: tiny, layers: 1, width: 32, heads: 2}\n"
    "train: {batch_tokens: 256, learning_rate: 3e-3, warmup_steps: 5, checkpoint_every: 5}\n"
    "eval: {problems: 20, max_new_tokens: 12}\n"
    "noise.digit: 0.5\n"
    "start: {noise.digit: 0, train.learning_rate: 4e-3}\n"
    "grid:\n"
    "  start.data.samples: [0, 1500]\n"
    "  train.learning_rate: [1e-9, 3e-3]\n";

/* A number of the run of that many samples of its parent and learning rate ("1e-09"), by results.csv. */
static double number_of(const char *results, const char *column, const char *samples, const char *rate) {
    const char *output = shell_expect(
        0,
        "awk -F, -v want=%s -v samples=%s -v rate=%s 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next} "
        "$at[\"start.data.samples\"] == samples && $at[\"train.learning_rate\"] + 0 == rate + 0 "
        "{print $at[want]}' $SCRATCH/%s/s/results.csv",
        column, samples, rate, results);
    assert_true(*output);
    return strtod(output, NULL);
}

/* Everything that was trained, less what time it took. */
static void assert_same_runs(const char *one, const char *other) {
    shell_expect(0,
                 "cd $SCRATCH/%s/s/runs && for run in *; do "
                 "cmp $run/model.safetensors $SCRATCH/%s/s/runs/$run/model.safetensors || exit 1; done && "
                 "test $(ls | wc -l) = 5 && test $(ls $SCRATCH/%s/s/runs | wc -l) = 5",
                 one, other, other);
}

static int group_setup(void **state) {
    if (shell_setup(state)) return -1;
    make_file(getenv("SCRATCH"), "spec.yaml", "%s", spec);
    shell_expect(0, "$COTNOISE sweep $SCRATCH/spec.yaml -j 2 --results $SCRATCH/whole");
    return 0;
}

static void a_child_starts_from_its_parents_weights(void **state) {
    (void)state;
    double alone = number_of("whole", "test_loss", "0", "1e-9");
    double child = number_of("whole", "test_loss", "1500", "1e-9");
    assert_true(child < 0.7 * alone);
    /* It has learned nothing itself: it stands where its parent does. */
    const char *line = shell_expect(0, "awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next} "
                                       "$at[\"start.data.samples\"] == \"\" {print $at[\"test_loss\"]}' "
                                       "$SCRATCH/whole/s/results.csv");
    double parent = strtod(line, NULL);
    assert_true(parent > 0 && child > 0.999 * parent && child < 1.001 * parent);
    assert_true(number_of("whole", "samples", "1500", "1e-9") == 1200); /* its own */
    assert_true(number_of("whole", "tokens", "1500", "1e-9") == number_of("whole", "tokens", "0", "1e-9"));
}

/* results.csv names each run's parent. */
static void results_name_the_parents(void **state) {
    (void)state;
    shell_expect(0, "awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next} "
                    "{run[$at[\"run\"]] = $at[\"start.data.samples\"]; of[$at[\"run\"]] = $at[\"parent\"]} "
                    "END {for (r in of) {if (of[r] != \"\") {named++; if (run[of[r]] != \"\") exit 1} "
                    "if (run[r] == \"\") last = r} "
                    "for (r in of) if (of[r] != \"\" && of[r] != last) exit 2; exit named == 2 ? 0 : 3}' "
                    "$SCRATCH/whole/s/results.csv");
}

/* Neither from nothing, nor from another run, nor from one that is cut off. */
static void only_the_complete_parent_is_started_from(void **state) {
    (void)state;
    struct spec *made = NULL;
    struct config config;
    struct error error = {""};
    char directory[1024], other[1100];
    snprintf(directory, sizeof directory, "%s/child", getenv("SCRATCH"));
    assert_int_equal(spec_parse("spec.yaml", spec, strlen(spec), NULL, 0, &made, &error), ERR_OK);
    spec_run(made, 3, &config);
    struct run_hooks hooks = {.parent = NULL};
    assert_int_equal(run_execute(&config, directory, &hooks, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, config.parent));
    snprintf(other, sizeof other, "%s/whole/s/runs/%s", getenv("SCRATCH"), spec_run_id(made, 0));
    hooks.parent = other;
    assert_int_equal(run_execute(&config, directory, &hooks, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "not of this run"));
    shell_expect(0, "cp -R $SCRATCH/whole/s/runs/%s $SCRATCH/gone && : >$SCRATCH/gone/model.safetensors",
                 config.parent);
    snprintf(other, sizeof other, "%s/gone", getenv("SCRATCH")); /* complete, but its weights are damaged */
    assert_int_equal(run_execute(&config, directory, &hooks, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "gone: the model to start from cannot be read; remove its folder"));
    hooks.parent = directory; /* nothing there */
    assert_int_equal(run_execute(&config, directory, &hooks, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "which is not complete"));
    spec_free(made);
}

/* `train` makes both; what it made is found again, and another parent is not taken for it. */
static void train_makes_the_same_child(void **state) {
    (void)state;
    const char *train = "$COTNOISE train $SCRATCH/spec.yaml --cell 4 -o $SCRATCH/single";
    shell_expect(0, "%s", train);
    shell_expect(0, "run=$($COTNOISE sweep $SCRATCH/spec.yaml --dry-run --results $SCRATCH/whole | "
                    "awk '$1 == 4 {print $2}') && "
                    "cmp $SCRATCH/single/model.safetensors $SCRATCH/whole/s/runs/$run/model.safetensors");
    shell_expect(0, "rm $SCRATCH/single/result.json && %s", train);
    shell_expect(0, "rm -r $SCRATCH/single/parent && %s && test ! -e $SCRATCH/single/parent", train);
    shell_expect(2, "$COTNOISE train $SCRATCH/spec.yaml --cell 4 start.data.samples=1600 -o $SCRATCH/single");
    shell_expect(0, "$COTNOISE train $SCRATCH/spec.yaml --cell 5 -o $SCRATCH/parent && "
                    "test ! -e $SCRATCH/parent/parent");
    shell_expect(0, "$COTNOISE solve $SCRATCH/single 'max([1, 2])' || $COTNOISE eval $SCRATCH/single");
}

/* Of a run with a method the parent is the run without, whether the method is said in the file or by a word;
 * and how both go is told. */
static void train_makes_the_run_without_rl_first(void **state) {
    (void)state;
    shell_expect(0, "$COTNOISE train $SCRATCH/spec.yaml --cell 2 rl.method=grpo rl.rollouts=64 rl.prompts=4 "
                    "-o $SCRATCH/method 2>$SCRATCH/method.txt");
    shell_expect(0, "cmp $SCRATCH/method/parent/model.safetensors "
                    "$SCRATCH/whole/s/runs/$($COTNOISE sweep $SCRATCH/spec.yaml --dry-run "
                    "--results $SCRATCH/whole | awk '$1 == 2 {print $2}')/model.safetensors");
    shell_expect(0, "test $(grep -c 'evaluating' $SCRATCH/method.txt) = 2 && "
                    "sed '1,/evaluating/d' $SCRATCH/method.txt | grep -Eq '^(step|rollouts) '");
}

static void shares_come_to_the_same(void **state) {
    (void)state;
    shell_expect(0, "for share in 1 2 3 4 5; do $COTNOISE sweep $SCRATCH/spec.yaml -j 1 --share $share/5 "
                    "--results $SCRATCH/shares >$SCRATCH/share$share.txt 2>&1 & done; wait; cat "
                    "$SCRATCH/share*.txt");
    shell_expect(0, "$COTNOISE sweep $SCRATCH/spec.yaml --results $SCRATCH/shares");
    assert_same_runs("whole", "shares");
}

static void kills_come_to_the_same(void **state) {
    (void)state;
    /* A quick machine is through before the last of them. */
    shell_expect(
        0, "killed=0; for time in 0.1 0.2 0.3 0.1 0.2 0.3 0.1 0.2; do setsid timeout -s KILL $time $COTNOISE "
           "sweep $SCRATCH/spec.yaml -j 2 --results $SCRATCH/killed >/dev/null 2>&1; "
           "[ $? = 137 ] && killed=1; done; test $killed = 1");
    shell_expect(0, "$COTNOISE sweep $SCRATCH/spec.yaml -j 2 --results $SCRATCH/killed");
    assert_same_runs("whole", "killed");
}

/* Parents are in results.csv, whose rows alone come to the same report. */
static void a_table_alone_says_the_same(void **state) {
    (void)state;
    shell_expect(0, "mkdir -p $SCRATCH/table/s && cp $SCRATCH/whole/s/results.csv $SCRATCH/whole/s/spec.yaml "
                    "$SCRATCH/table/s && $COTNOISE report $SCRATCH/table/s");
    shell_expect(0, "cmp $SCRATCH/table/s/results.csv $SCRATCH/whole/s/results.csv && "
                    "cmp $SCRATCH/table/s/thresholds.csv $SCRATCH/whole/s/thresholds.csv");
    shell_expect(0, "rm $SCRATCH/table/s/spec.yaml && $COTNOISE report $SCRATCH/table/s && "
                    "cmp $SCRATCH/table/s/thresholds.csv $SCRATCH/whole/s/thresholds.csv");
    /* Nor does bringing in all that lie there take parents for more than they are. */
    shell_expect(0, "$COTNOISE report --all $SCRATCH/whole/s && "
                    "cmp $SCRATCH/table/s/results.csv $SCRATCH/whole/s/results.csv");
    const char *status = shell_expect(0, "$COTNOISE status $SCRATCH/whole/s");
    assert_non_null(strstr(status, "5 runs: 5 complete"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_starts_from_its_parents_weights),
        cmocka_unit_test(results_name_the_parents),
        cmocka_unit_test(only_the_complete_parent_is_started_from),
        cmocka_unit_test(train_makes_the_same_child),
        cmocka_unit_test(train_makes_the_run_without_rl_first),
        cmocka_unit_test(shares_come_to_the_same),
        cmocka_unit_test(kills_come_to_the_same),
        cmocka_unit_test(a_table_alone_says_the_same),
    };
    return cmocka_run_group_tests(tests, group_setup, shell_teardown);
}
