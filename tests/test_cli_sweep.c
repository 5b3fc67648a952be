/* Sweeps as a user runs them: the same table from any number of workers and after any number of crashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

/* Short runs of a small model over both classes of noise; they learn little, and that is enough here. */
#define SWEEP_SPEC                                                                                    \
    "name: little\\nseeds: [1, 2]\\ntask: {name: add, max_digits: 2}\\n"                              \
    "data: {samples: 300, epochs: 2}\\n"                                                              \
    "model: {preset: tiny, layers: 1, width: 32, heads: 2, ffn: 64}\\n"                               \
    "train: {batch_tokens: 1024, learning_rate: 3e-3, checkpoint_every: 3}\\neval: {problems: 20}\\n" \
    "grid:\\n  - noise.digit: [0, 0.5]\\n  - noise.line: [0, 0.3]\\n  - noise.dynamic: [0, 0.2]\\n"

/* results.csv without the columns that hold times (seconds, tokens_per_second). */
#define WITHOUT_TIMES "cut -d, -f1-24,27- "

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "printf '" SWEEP_SPEC "' >$SCRATCH/spec.yaml");
    shell_expect(0, "$COTNOISE sweep $SCRATCH/spec.yaml -j 1 --results $SCRATCH/one");
    shell_expect(0, WITHOUT_TIMES "$SCRATCH/one/little/results.csv >$SCRATCH/expected.csv");
    return 0;
}

static void test_the_table(void **state) {
    (void)state;
    shell_expect(
        0, "head -1 $SCRATCH/one/little/results.csv | grep -qx 'run,task,format,model,parameters,seed,"
           "samples,epochs,noise,rate,contamination,accuracy,accuracy_low,accuracy_high,trace_accuracy,"
           "line_accuracy,malformed,unsound,test_loss,validation_accuracy,problems,correct,steps,tokens,"
           "seconds,tokens_per_second,stopped,parent,method,commit,noise.digit,noise.dynamic,noise.line'");
    /* Two seeds of clean, digit, line and dynamic: the clean cell of three grids is one. */
    shell_expect(0, "test $(wc -l <$SCRATCH/one/little/results.csv) = 9");
    shell_expect(
        0, "cd $SCRATCH/one/little && test -s report.html && test -s thresholds.csv && "
           "test -s plots/accuracy.svg && test -s plots/accuracy.png && cmp spec.yaml $SCRATCH/spec.yaml");
    shell_expect(0, "! grep -E '(src|href)=\"?(http|//)' $SCRATCH/one/little/report.html");
    shell_expect(0, "$COTNOISE report $SCRATCH/one/little | grep -q 'kept to  *not learned'");
    /* Validated at the end alone, there is no course of accuracy to draw. */
    shell_expect(0, "! grep -q 'accuracy while training' $SCRATCH/one/little/report.html");
}

static void test_two_workers_give_the_same_table(void **state) {
    (void)state;
    shell_expect(0, "$COTNOISE sweep $SCRATCH/spec.yaml -j 2 --results $SCRATCH/two && " WITHOUT_TIMES
                    "$SCRATCH/two/little/results.csv | cmp - $SCRATCH/expected.csv");
    shell_expect(
        0,
        "$COTNOISE sweep $SCRATCH/spec.yaml train.threads=2 -j 1 --results $SCRATCH/threads && " WITHOUT_TIMES
        "$SCRATCH/threads/little/results.csv | cmp - $SCRATCH/expected.csv");
}

static void test_killed_sweeps_end_with_the_same_table(void **state) {
    (void)state;
    /* Parent, workers and both, at moments spread over the sweep. */
    shell("cd $SCRATCH; for moment in 0.15 0.3 0.22 0.4 0.18 0.35; do "
          "setsid $COTNOISE sweep spec.yaml -j 2 --results $SCRATCH/killed & parent=$!; sleep $moment; "
          "case $moment in 0.15 | 0.4) kill -KILL $parent ;; 0.3 | 0.18) pkill -KILL -P $parent ;; "
          "*) kill -KILL -$parent ;; esac; wait $parent; done");
    shell_expect(0, "$COTNOISE sweep $SCRATCH/spec.yaml -j 2 --results $SCRATCH/killed && " WITHOUT_TIMES
                    "$SCRATCH/killed/little/results.csv | cmp - $SCRATCH/expected.csv");
    shell_expect(0, "! ls $SCRATCH/killed/little/runs/*/failed.json");
}

static void test_a_polite_stop_goes_on(void **state) {
    (void)state;
    const struct shell_result *stopped =
        shell("timeout -s TERM 0.4 $COTNOISE sweep $SCRATCH/spec.yaml -j 1 --results $SCRATCH/stopped");
    assert_true(stopped->status == 124 || stopped->status == 1);
    shell_expect(0, "$COTNOISE sweep $SCRATCH/spec.yaml -j 2 --results $SCRATCH/stopped && " WITHOUT_TIMES
                    "$SCRATCH/stopped/little/results.csv | cmp - $SCRATCH/expected.csv");
}

static void test_a_stop_of_the_whole_group_saves(void **state) {
    (void)state;
    /* As a batch system does it: SIGTERM to every process at once, more than once. */
    shell_expect(0, "cd $SCRATCH; setsid $COTNOISE sweep spec.yaml data.samples=20000 -j 2 --results group "
                    "2>group.txt & parent=$!; for i in $(seq 300); do "
                    "ls group/little/runs/*/optimizer.safetensors >group.saved 2>&1 && break; sleep 0.05; "
                    "done; kill -TERM -$parent; wait $parent; test $? = 1 && "
                    "grep -q 'interrupted with 0 of 8 runs complete' group.txt && "
                    "! ls group/little/runs/*/failed.json");
}

static void test_given_data(void **state) {
    (void)state;
    shell_expect(0, "$COTNOISE gen $SCRATCH/spec.yaml -n 100 -o $SCRATCH/data.jsonl && "
                    "echo junk >>$SCRATCH/data.jsonl");
    const char *said = shell_expect(0, "cd $SCRATCH && $COTNOISE sweep spec.yaml data.file=data.jsonl "
                                       "noise.digit=0 noise.line=0 noise.dynamic=0 --results given");
    assert_non_null(strstr(said, "1 of 101 lines are malformed"));
    said = shell_expect(2, "$COTNOISE sweep $SCRATCH/spec.yaml data.file=- </dev/null");
    assert_non_null(strstr(said, "a sweep needs a file"));
}

static void test_finished_runs_are_not_run_again_and_deleted_ones_are(void **state) {
    (void)state;
    shell_expect(0,
                 "cp -r $SCRATCH/one $SCRATCH/again && cd $SCRATCH/again/little/runs && "
                 "stat -c '%%n %%Y' */result.json >$SCRATCH/before && sleep 1.1 && gone=$(ls | head -1) && "
                 "rm -r $gone && $COTNOISE sweep $SCRATCH/spec.yaml --results $SCRATCH/again && "
                 "stat -c '%%n %%Y' */result.json | diff - $SCRATCH/before | grep -c '^<' | grep -qx 1");
    shell_expect(0, WITHOUT_TIMES "$SCRATCH/again/little/results.csv | cmp - $SCRATCH/expected.csv");
    /* More of the grid: only what is new runs; the table has all of it. */
    shell_expect(
        0,
        "sed 's/noise.line: .0, 0.3./noise.line: [0, 0.3, 0.6]/' $SCRATCH/spec.yaml >$SCRATCH/more.yaml && "
        "$COTNOISE sweep $SCRATCH/more.yaml --results $SCRATCH/again && "
        "test $(wc -l <$SCRATCH/again/little/results.csv) = 11");
}

static void test_dry_run_writes_nothing(void **state) {
    (void)state;
    const char *said =
        shell_expect(0, "$COTNOISE sweep $SCRATCH/spec.yaml --dry-run --results $SCRATCH/dry && "
                        "! ls $SCRATCH/dry");
    assert_non_null(strstr(said, "8 runs"));
    /* --cell N of gen is the N-th of these. */
    shell_expect(0, "test \"$($COTNOISE gen $SCRATCH/spec.yaml --cell 1 -n 50)\" != "
                    "\"$($COTNOISE gen $SCRATCH/spec.yaml --cell 2 -n 50)\"");
}

static void test_a_full_disk_loses_nothing(void **state) {
    (void)state;
    shell_expect(
        1, "trap '' XFSZ; ulimit -f 40; $COTNOISE sweep $SCRATCH/spec.yaml -j 2 --results $SCRATCH/full");
    shell_expect(0, "$COTNOISE sweep $SCRATCH/spec.yaml -j 2 --results $SCRATCH/full && " WITHOUT_TIMES
                    "$SCRATCH/full/little/results.csv | cmp - $SCRATCH/expected.csv");
}

static void test_a_disk_that_fills_up_and_is_freed(void **state) {
    (void)state;
    const struct shell_result *said = shell("tests/sweep/full_disk.sh $COTNOISE");
    print_message("%s", said->output); /* it may have to be skipped, and says so */
    assert_int_equal(said->status, 0);
}

static void test_a_worker_killed_costs_one_attempt(void **state) {
    (void)state;
    /* As when memory runs out: the sweep goes on and tries that run again. */
    shell_expect(0, "cd $SCRATCH; $COTNOISE sweep spec.yaml -j 1 --results oom >oom.txt 2>&1 & parent=$!; "
                    "for i in $(seq 200); do pkill -KILL -P $parent -x cotnoise && break; sleep 0.02; done; "
                    "wait $parent");
    shell_expect(0, "grep -q 'to be tried again: .*killed (signal 9)' $SCRATCH/oom.txt && " WITHOUT_TIMES
                    "$SCRATCH/oom/little/results.csv | cmp - $SCRATCH/expected.csv");
}

static void test_shares_work_side_by_side(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH; $COTNOISE sweep spec.yaml --share 1/3 -j 1 --results shares & "
                    "$COTNOISE sweep spec.yaml --share 2/3 -j 1 --results shares && wait && "
                    "test $(ls shares/little/runs | wc -l) = 6 && ! ls shares/little/results.csv && "
                    "$COTNOISE sweep spec.yaml --share 3/3 --results shares && "
                    "$COTNOISE sweep spec.yaml --results shares && " WITHOUT_TIMES
                    "shares/little/results.csv | cmp - expected.csv");
    shell_expect(2, "$COTNOISE sweep $SCRATCH/spec.yaml --share 4/3");
    shell_expect(2, "$COTNOISE sweep $SCRATCH/spec.yaml --share 1");
    shell_expect(2, "$COTNOISE sweep $SCRATCH/spec.yaml --throttle 3");
    shell_expect(2, "$COTNOISE sweep $SCRATCH/spec.yaml --launcher ssh");
    shell_expect(2, "$COTNOISE sweep $SCRATCH/spec.yaml --launcher slurm --slurm-args \"'x\" --results "
                    "$SCRATCH/none");
}

static void test_status_tells_how_it_goes(void **state) {
    (void)state;
    const char *said = shell_expect(0, "cd $SCRATCH && $COTNOISE status one/little");
    assert_non_null(strstr(said, "8 runs: 8 complete, 0 running, 0 failed, 0 waiting"));
    /* With options of the command line it is another sweep: sweep.json knows them. */
    shell_expect(
        0, "cd $SCRATCH; $COTNOISE sweep spec.yaml data.samples=5000 -j 1 --results cut & "
           "for i in $(seq 1000); do ls cut/little/runs/* >listed 2>&1 && break; sleep 0.02; done; "
           "kill -KILL $!; wait $!; "
           /* its worker dies after it */
           "for i in $(seq 100); do $COTNOISE status cut/little | grep -q ' 0 running' && break; sleep 0.05; "
           "done && "
           "$COTNOISE status cut/little && $COTNOISE status cut/little --json >status.json && "
           "python3 -c 'import json; s = json.load(open(\"status.json\")); c = s[\"count\"]; "
           "assert c[\"runs\"] == 8 == len(s[\"runs\"]) and c[\"running\"] == 0, s; "
           "assert s[\"slurm_job\"] is None'");
    shell_expect(0, "cd $SCRATCH; $COTNOISE sweep spec.yaml data.samples=5000 -j 1 --results cut >/dev/null "
                    "2>&1 & parent=$!; for i in $(seq 300); do $COTNOISE status cut/little --json | "
                    "grep -q '\"share\": 0.[0-9]*[1-9]' && $COTNOISE status cut/little | "
                    "grep -q '1 running.* left' && found=1 && break; sleep 0.05; done; "
                    "kill $parent; wait $parent; test $found = 1");
    shell_expect(2, "$COTNOISE status $SCRATCH/nowhere");
    shell_expect(2, "$COTNOISE status");
}

static void test_what_cannot_get_better_is_not_tried_again(void **state) {
    (void)state;
    const char *said = shell_expect(
        1, "$COTNOISE sweep $SCRATCH/spec.yaml train.learning_rate=10 train.weight_decay=1 data.epochs=20 "
           "train.clip=0 train.warmup_steps=0 noise.digit=0 noise.line=0 "
           "noise.dynamic=0 --retries 3 --results $SCRATCH/diverged");
    assert_non_null(strstr(said, "not finite"));
    assert_null(strstr(said, "to be tried again"));
    shell_expect(0, "grep -q '\"attempts\": 1' $SCRATCH/diverged/little/runs/*/failed.json");
}

static void test_train_and_sweep_keep_apart(void **state) {
    (void)state;
    const char *said = shell_expect(
        1, "cd $SCRATCH; mkdir -p held; exec 9>held/lock; flock 9; $COTNOISE train spec.yaml -o held");
    assert_non_null(strstr(said, "held by another run"));
}

static void test_report_is_made_again_from_the_runs(void **state) {
    (void)state;
    shell_expect(0,
                 "cp -r $SCRATCH/one $SCRATCH/report && cd $SCRATCH/report/little && rm -r results.csv plots "
                 "report.html thresholds.csv && $COTNOISE report . && test -s report.html && "
                 "grep -q 'cotnoise sweep .*/spec.yaml -j 1 --results' report.html && "
                 "cmp results.csv $SCRATCH/one/little/results.csv && cmp plots/accuracy.svg "
                 "$SCRATCH/one/little/plots/accuracy.svg");
}

static void test_two_sweeps_side_by_side(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH && $COTNOISE sweep spec.yaml name=more data.epochs=3 -j 2 --results one && "
                    "$COTNOISE report one/little/ one/more && test -s one/little-vs-more/report.html");
    shell_expect(2, "cd $SCRATCH && $COTNOISE report one/little one/nowhere");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table),
        cmocka_unit_test(test_two_workers_give_the_same_table),
        cmocka_unit_test(test_killed_sweeps_end_with_the_same_table),
        cmocka_unit_test(test_a_polite_stop_goes_on),
        cmocka_unit_test(test_a_stop_of_the_whole_group_saves),
        cmocka_unit_test(test_given_data),
        cmocka_unit_test(test_finished_runs_are_not_run_again_and_deleted_ones_are),
        cmocka_unit_test(test_dry_run_writes_nothing),
        cmocka_unit_test(test_a_full_disk_loses_nothing),
        cmocka_unit_test(test_a_disk_that_fills_up_and_is_freed),
        cmocka_unit_test(test_a_worker_killed_costs_one_attempt),
        cmocka_unit_test(test_shares_work_side_by_side),
        cmocka_unit_test(test_status_tells_how_it_goes),
        cmocka_unit_test(test_what_cannot_get_better_is_not_tried_again),
        cmocka_unit_test(test_train_and_sweep_keep_apart),
        cmocka_unit_test(test_report_is_made_again_from_the_runs),
        cmocka_unit_test(test_two_sweeps_side_by_side),
    };
    return cmocka_run_group_tests_name("cli_sweep", tests, setup, shell_teardown);
}
