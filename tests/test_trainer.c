/* Runs that a program of the user's trains, as a user would have them: small shell scripts stand for the
 * program, which see and leave what a real one does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

#define SPEC                                                                              \
    "name: little\\nseeds: [1, 2]\\ntask: {name: add, max_digits: 2}\\n"                  \
    "data: {samples: 300, epochs: 2}\\nmodel: {preset: tiny, layers: 1, width: 32, heads" \
    ": 2, ffn: 64}\\n"                                                                    \
    "train: {batch_tokens: 1024}\\neval: {problems: 20}\\ngrid: {noise.digit: [0, 0.5]}\\n"

/* What a command may call, in the folder of the test: */
#define SCRIPTS                                                                                              \
    /* counts its calls, in the run's directory */                                                           \
    "printf 'echo x >>calls\\ncp \"$1\" \"$2\"\\n' >count.sh; " /* goes on from a checkpoint of its own, and \
                                                                   says so when it is told to stop */        \
    "printf 'trap \"echo told; exit 0\" TERM\\nn=$(cat mine 2>/dev/null || echo 0)\\necho from $n\\n"        \
    "while [ $n -lt 40 ]; do n=$((n + 1)); echo $n >mine.new; mv mine.new mine; sleep 0.05; done\\ncp "      \
    "\"$1\" \"$2\"\\n' >steps.sh; " /* waits in a child of its own, which notes its number */                \
    "printf 'sh -c \"echo \\\\$\\\\$ >child; exec sleep 60\"\\n: {test} {out}\\n' >deep.sh"

#define SWEEP    "cd $SCRATCH && $COTNOISE sweep spec.yaml "
#define TRAIN    "cd $SCRATCH && $COTNOISE train spec.yaml "
#define COPYING  "--trainer 'cp {test} {out}' "
#define COUNTING "--trainer \"sh $SCRATCH/count.sh {test} {out}\" "
#define STEPPING "--trainer \"exec sh $SCRATCH/steps.sh {test} {out}\" "

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "cd $SCRATCH && printf '" SPEC "' >spec.yaml && " SCRIPTS);
    return 0;
}

static void assert_said(const char *said, const char *text) {
    if (!strstr(said, text)) print_message("not said: %s\n%s\n", text, said);
    assert_non_null(strstr(said, text));
}

/* --- what a run is given, and what is kept of it ------------------------------------------------------ */

static void test_right_answers(void **state) {
    (void)state;
    shell_expect(0, SWEEP COPYING "-j 2 --results right");
    shell_expect(0, "cd $SCRATCH/right/little && test $(grep -c ',trace,trainer,,' results.csv) = 4 && "
                    "test -s report.html && cut -d, -f12,15-20,23-27 results.csv | tail -n 4 | sort -u | "
                    "sed 's/,[0-9.]*,,end$/,TIME,,end/' | grep -qx '1,1,1,0,0,,,,,TIME,,end'");
    shell_expect(0, "cd $SCRATCH/right/little/runs && for run in *; do "
                    "grep -q '\"tokens_per_second\": null' $run/result.json && "
                    "grep -q '\"steps\": null' $run/result.json && grep -q '\"status\": 0' "
                    "$run/trainer.json && "
                    "grep -q '\"trainer\": \"cp {test} {out}\"' $run/config.json && "
                    "cmp $run/test.jsonl $run/completions.jsonl && test -e $run/trainer.log && "
                    "test ! -e $run/train.jsonl || exit 1; done");
    assert_said(shell_expect(0, "cd $SCRATCH && $COTNOISE status right/little"), "4 complete");
    assert_said(shell_expect(0, "cd $SCRATCH && $COTNOISE report right/little"), "1.000");
}

static void test_the_files_are_those_of_gen(void **state) {
    (void)state;
    shell_expect(0, SWEEP "--trainer 'cp {train} mine; echo {seed} >seed; cp {test} {out}' --results given");
    shell_expect(0, "cd $SCRATCH && $COTNOISE sweep spec.yaml --trainer 'cp {train} mine; echo {seed} >seed; "
                    "cp {test} {out}' --results given --dry-run | awk '$3 == \"complete\" {print $1, $2}' | "
                    "while read -r cell id; do run=given/little/runs/$id; "
                    "$COTNOISE gen spec.yaml --cell $cell | cmp - $run/mine || exit 1; "
                    "$COTNOISE gen spec.yaml --cell $cell --split test | cmp - $run/test.jsonl || exit 1; "
                    "grep -q \"seeds=$(cat $run/seed)\" <<. || exit 1\nseeds=1 seeds=2\n.\ndone");
    shell_expect(0,
                 "cd $SCRATCH && grep -l '\"noise.digit\\|\"rate\": \"0.5\"' "
                 "given/little/runs/*/result.json | "
                 "wc -l | grep -qx 2 && grep -h '\"contaminated\":true' given/little/runs/*/mine | wc -l | "
                 "grep -qx 600 && cat given/little/runs/*/seed | sort | tr -d '\\n' | grep -qx 1122");
    /* Where epochs differ, one stands behind the other. */
    shell_expect(0, TRAIN "noise.digit=0.5 data.fixed_noise=false --trainer 'cp {train} mine; cp {test} "
                          "{out}' -o fresh && $COTNOISE gen spec.yaml noise.digit=0.5 data.fixed_noise=false "
                          ">two && $COTNOISE gen spec.yaml noise.digit=0.5 data.fixed_noise=false --epoch 2 "
                          ">>two && cmp two fresh/mine");
    /* data.file is handed on as it was understood. */
    shell_expect(0, TRAIN "data.file=two --trainer 'cp {train} mine; cp {test} {out}' -o file && "
                          "cut -d'\"' -f13-20 two | sed 's/:/ /' >texts && test $(wc -l <file/mine) = 600 && "
                          "python3 -c 'import json; a, b = ([[json.loads(l)[k] for k in (\"prompt\", "
                          "\"completion\")] for l in open(f)] for f in (\"two\", \"file/mine\")); "
                          "assert a == b'");
}

static void test_wrong_answers_and_unknown_words(void **state) {
    (void)state;
    /* Of 20: five with another answer, one with a word that there is none of, one without an end. */
    shell_expect(0,
                 TRAIN "--trainer 'sed -e \"2,6s/answer = /answer = 9/\" -e \"1s/digx = /digx = banana /\" "
                       "-e \"7s/.nanswer = [0-9]*\\\",/\\\",/\" {test} >{out}' -o wrong");
    shell_expect(0, "cd $SCRATCH/wrong && grep -q '\"correct\": 13,' result.json && "
                    "grep -q '\"malformed\": 0.1[,0]' result.json && grep -q '<unk>' examples.jsonl && "
                    "test $(grep -c '\"correct\":true' examples.jsonl) = 4");
    shell_expect(0, TRAIN "--trainer 'sed \"s/.*/{\\\"completion\\\":\\\"\\\"}/\" {test} >{out}' -o empty");
    shell_expect(0, "cd $SCRATCH/empty && grep -q '\"correct\": 0,' result.json && "
                    "grep -q '\"malformed\": 1[,.]' result.json");
}

static void test_what_a_program_leaves_stays(void **state) {
    (void)state;
    shell_expect(0, TRAIN "--trainer 'printf \"{\\\"model_type\\\":\\\"mine\\\"}\" >config.json; "
                          "cp {test} {out}' -o model");
    shell_expect(0, "cd $SCRATCH/model && grep -q '\"model_type\": \"mine\"' config.json && "
                    "grep -q '\"id\": ' config.json");
    shell_expect(0, TRAIN "--trainer 'echo [ >config.json; cp {test} {out}' -o odd && "
                          "grep -q '\"id\": ' odd/config.json");
}

/* --- failures ----------------------------------------------------------------------------------------- */

static void test_a_failing_program(void **state) {
    (void)state;
    const char *said = shell_expect(
        1, SWEEP "-j 1 --results failing seeds=1 noise.digit=0 --trainer 'echo before; echo x >>calls; echo "
                 "why >&2; exit 3 # {test} {out}'");
    assert_said(said, "run 1 of 1 failed, to be tried again");
    assert_said(said, "1 of 1 run failed, the first one so: the trainer ended with exit status 3 ");
    assert_said(said, "trainer.log ends so: before|why)");
    shell_expect(0, "cd $SCRATCH/failing/little/runs/* && test $(wc -l <calls) = 2 && "
                    "test $(grep -c why trainer.log) = 2 && grep -q '\"status\": 3' trainer.json && "
                    "grep -q '\"attempts\": 2' failed.json && test ! -e result.json");
    assert_said(shell_expect(1, SWEEP "--retries 0 --results failing seeds=1 noise.digit=0 --trainer 'echo "
                                      "x >>calls; kill -SEGV $$; : {test} {out}'"),
                "the trainer was ended by signal 11");
    assert_said(shell_expect(1, TRAIN "--trainer 'no-such-program {test} {out}' -o none"), "not found");
    /* Only the last attempt is told of, and only three lines of it. */
    assert_said(shell_expect(1, TRAIN "--trainer 'printf \"a\\nb\\nc\\nd\\n\"; exit 1 # {test} {out}' -o "
                                      "loud"),
                "ends so: b|c|d)");
    shell_expect(0, "printf 'exit 4' >$SCRATCH/status.sh");
    assert_said(shell_expect(1,
                             TRAIN "--trainer 'test -e once || { touch once; echo first; exit 1; }; "
                                   "exit 1 # {test} {out}' -o twice; " TRAIN "--trainer 'test -e once || { "
                                   "touch once; echo first; exit 1; }; exit 1 # {test} {out}' -o twice"),
                "trainer.log has nothing of it)");
}

static void test_completions_that_cannot_be_graded(void **state) {
    (void)state;
    static const struct {
        const char *command, *message;
    } cases[] = {
        {"head -n 5 {test} >{out}",
         "completions.jsonl:6: ends after 5 completions; 20 problems want one each"},
        {"cat {test} {test} >{out}", "completions.jsonl:21: a completion more than there are problems (20)"},
        {"sed \"3s/.*/{}/\" {test} >{out}", "completions.jsonl:3: \"completion\" must be there"},
        {"sed \"4s/.*/junk/\" {test} >{out}", "completions.jsonl:4:"},
        {"sed \"2s/.*/{\\\"completion\\\":7}/\" {test} >{out}", "completions.jsonl:2: \"completion\" must"},
        {": {test} {out}", "completions.jsonl: cannot open"},
        {"mkfifo {out} # {test}", "completions.jsonl: is not a plain file"},
        {"mkdir {out} # {test}", "completions.jsonl: is not a plain file"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *said = shell_expect(2,
                                        TRAIN "--trainer 'echo x >>calls; %s' -o cut%zu; status=$?; "
                                              "grep -q '\"status\": 0' cut%zu/trainer.json || exit 9; "
                                              "exit $status",
                                        cases[i].command, i, i);
        assert_said(said, "what the trainer wrote: ");
        assert_said(said, cases[i].message);
    }
    /* A sweep does not try it again by itself; the next call trains again. */
    shell_expect(2, SWEEP "--results cut seeds=1 noise.digit=0 --trainer 'echo x >>calls; : {test} {out}'");
    shell_expect(0, "test $(wc -l <$(ls $SCRATCH/cut/little/runs/*/calls)) = 1");
    shell_expect(2, SWEEP "--results cut seeds=1 noise.digit=0 --trainer 'echo x >>calls; : {test} {out}'");
    shell_expect(0, "test $(wc -l <$(ls $SCRATCH/cut/little/runs/*/calls)) = 2");
}

/* --- what is cut off ---------------------------------------------------------------------------------- */

static void test_what_was_trained_is_graded_without_training(void **state) {
    (void)state;
    shell_expect(0, TRAIN COUNTING "-o again && rm again/result.json && " TRAIN COUNTING
                                   "-o again && test $(wc -l <again/calls) = 1 && " TRAIN COUNTING
                                   "-o again && test $(wc -l <again/calls) = 1");
    /* But not where it is not known to have ended well, or was another run. */
    shell_expect(0, "cd $SCRATCH && rm again/result.json && sed -i 's/\"status\": 0/\"status\": 1/' "
                    "again/trainer.json && " TRAIN COUNTING "-o again && test $(wc -l <again/calls) = 2");
    shell_expect(0, "cd $SCRATCH && rm again/result.json again/trainer.json && " TRAIN COUNTING
                    "-o again && test $(wc -l <again/calls) = 3");
    shell_expect(0, "cd $SCRATCH && rm again/result.json && " TRAIN COUNTING
                    "seeds=2 -o again && test $(wc -l <again/calls) = 4");
    /* Completions of an attempt before are not this one's. */
    assert_said(shell_expect(2, "cd $SCRATCH && rm again/result.json && " TRAIN
                                "--trainer ': {test} {out}' -o again"),
                "completions.jsonl: cannot open");
}

static void test_a_stop_reaches_the_program(void **state) {
    (void)state;
    const char *said =
        shell_expect(1, "cd $SCRATCH; setsid $COTNOISE sweep spec.yaml " STEPPING
                        "-j 2 --results stopped 2>&1 & sweep=$!; for i in $(seq 200); do test $(ls "
                        "stopped/little/runs/*/mine 2>/dev/null | wc -l) = 2 && break; sleep 0.05; done; "
                        "kill -TERM $sweep; wait $sweep");
    assert_said(said, "interrupted with 0 of 4 runs complete");
    shell_expect(0, "cd $SCRATCH/stopped/little/runs && test $(cat */trainer.log | grep -c told) = 2 && "
                    "test $(grep -l '\"status\": null' */trainer.json | wc -l) = 2 && ! ls */failed.json");
    shell_expect(0, SWEEP STEPPING "-j 2 --results stopped && test $(cat stopped/little/runs/*/trainer.log | "
                                   "grep -c 'from [1-9]') = 2 && test $(wc -l <stopped/little/results.csv) = "
                                   "5");
}

static void test_nothing_outlives_the_sweep(void **state) {
    (void)state;
    /* The sweep, a worker, and the whole group are killed outright; each time all that the command started
     * is gone, and another worker can begin. */
    shell_expect(
        0,
        "cd $SCRATCH; for which in sweep worker group; do rm -f deep/little/runs/*/child; "
        "setsid $COTNOISE sweep spec.yaml seeds=1 noise.digit=0 -j 1 --results deep --retries 0 "
        "--trainer \"sh $SCRATCH/deep.sh {test} {out}; true\" 2>/dev/null & sweep=$!; "
        "for i in $(seq 200); do test -s \"$(echo deep/little/runs/*/child)\" && break; sleep 0.05; "
        "done; child=$(cat deep/little/runs/*/child); kill -0 $child || exit 1; case $which in "
        "sweep) kill -KILL $sweep ;; worker) kill -KILL $(ps -o pid= --ppid $sweep) ;; "
        "group) kill -KILL -$sweep ;; esac; wait $sweep 2>/dev/null; for i in $(seq 100); do "
        "kill -0 $child 2>/dev/null || break; grep -q '^State:.Z' /proc/$child/status && break; sleep 0.05; "
        "done; if kill -0 $child 2>/dev/null; then grep -q '^State:.Z' /proc/$child/status || exit 2; fi; "
        "done");
    /* What it leaves running when it ends by itself is ended too. */
    shell_expect(0, "cd $SCRATCH && timeout 30 $COTNOISE train spec.yaml --trainer 'sleep 60 & echo $! "
                    ">left; cp {test} {out}' -o left && sleep 0.1 && "
                    "! grep -q '^State:.[RSD]' /proc/$(cat left/left)/status 2>/dev/null");
}

static void test_a_time_limit(void **state) {
    (void)state;
    /* A task is started again where the program has written something to go on from. */
    static const struct {
        const char *command, *file, *message;
    } cases[] = {{"sh $SCRATCH/steps.sh {test} {out}", "mine", "saved, but Slurm does not start task 1_0"},
                 {"sleep 60; : {test} {out}", "trainer.log", "no step was saved since task 1_0 began"}};
    shell_expect(0, "mkdir $SCRATCH/bin && printf '#!/bin/sh\nexit 1\n' >$SCRATCH/bin/scontrol && "
                    "chmod +x $SCRATCH/bin/scontrol");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_said(shell_expect(1,
                                 "cd $SCRATCH; PATH=$SCRATCH/bin:$PATH; $COTNOISE sweep spec.yaml seeds=1 "
                                 "noise.digit=0 --share 1/1 --requeue 1_0 -j 1 --results limit%zu "
                                 "--trainer \"%s\" 2>&1 & sweep=$!; for i in $(seq 200); do "
                                 "ls limit%zu/little/runs/*/%s 2>/dev/null && break; sleep 0.05; done; "
                                 "sleep 0.1; kill -USR1 $sweep; wait $sweep",
                                 i, cases[i].command, i, cases[i].file),
                    cases[i].message);
}

/* --- whose run it is ---------------------------------------------------------------------------------- */

static void test_hostile_paths(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH && mkdir 'it'\\''s \"a\" $(touch evil)\n{seed} dir;' && "
                    "cd 'it'\\''s \"a\" $(touch evil)\n{seed} dir;' && $COTNOISE sweep ../spec.yaml -j 2 "
                    "--results '*' " COPYING "&& test $(wc -l <'*/little/results.csv') = 5 && test ! -e "
                    "evil && test ! -e ../evil && ! find . -name evil | grep .");
}

static void test_runs_are_not_taken_for_each_other(void **state) {
    (void)state;
    shell_expect(0, SWEEP "-j 2 --results side && cp side/little/results.csv built.csv && "
                          "! grep -q trainer side/little/runs/*/config.json");
    shell_expect(0, SWEEP COPYING "-j 2 --results side && ! grep -v '^run' built.csv | cut -d, -f1 | "
                                  "grep -qFf - side/little/results.csv");
    shell_expect(0, SWEEP "--trainer 'cp {test}  {out}' --results side && "
                          "test $(ls side/little/runs | wc -l) = 12 && test $(grep -c ,trainer, "
                          "side/little/results.csv) = 4");
    /* All of them in one table: the command tells them apart. */
    shell_expect(0,
                 "cd $SCRATCH && $COTNOISE report --all side/little && head -n 1 side/little/results.csv | "
                 "grep -q ',trainer' && test $(wc -l <side/little/results.csv) = 13");
    shell_expect(0, SWEEP "-j 2 --results side && cut -d, -f1-23 side/little/results.csv >now && "
                          "cut -d, -f1-23 built.csv | cmp - now");
    assert_said(shell_expect(2, TRAIN COPYING "-o own && " TRAIN "-o own"), "choose another directory");
    /* How a model of ours would be trained is nothing to another program. */
    shell_expect(0, SWEEP COPYING "train.learning_rate=1e-4,1e-3 model.preset=small --dry-run --results side "
                                  "| grep -q '^4 runs, 4 complete'");
}

static void test_parents(void **state) {
    (void)state;
    shell_expect(0, SWEEP "seeds=1 start.data.samples=0,50 start.noise.digit=0 -j 2 --results parents "
                          "--trainer 'echo {parent} >parent; wc -l <{train} >mine; cp {test} {out}'");
    shell_expect(0, "cd $SCRATCH/parents/little/runs && test $(ls | wc -l) = 5 && "
                    "test $(cat */parent | grep -c /) = 2 && for file in */parent; do parent=$(cat $file); "
                    "test -z \"$parent\" || grep -qx 50 \"$parent/mine\" || exit 1; done");
    assert_said(shell_expect(2, SWEEP COPYING "start.data.samples=50"), "does not name {parent}");
}

static void test_refusals(void **state) {
    (void)state;
    static const struct {
        const char *words, *message;
    } cases[] = {
        {"spec.yaml --trainer 'cp {tests} {out}'", "that names {test} and {out}"},
        {"spec.yaml --trainer \"cp {test} {out}\n\"", "a command in one line"},
        {"spec.yaml --trainer \"cp {test} {out} #$(printf '%4096s')\"", "at most 4095 are allowed"},
        {"spec.yaml --trainer ''", "a command is wanted"},
        {"spec.yaml --trainer '{ cp {test} {out}; }'", "begins with neither"},
        {"spec.yaml " COPYING "rl.method=grpo", "a trainer of the user's trains"},
        {"spec.yaml " COPYING "start.trainer=x", "a parent has that of the run"},
        {"spec.yaml " COPYING "--tensorboard", "--tensorboard does not go with --trainer"},
        {"spec.yaml " COPYING "select=train.clip train.clip=1,2", "no validation accuracy to choose by"},
        {"told.yaml", "told.yaml:1:10: trainer: is never taken from a spec (allowed: --trainer on"},
        {"grid.yaml", "trainer: is never taken from a spec"},
        {COPYING, "a spec file is missing"},
    };
    shell_expect(0, "cd $SCRATCH && { echo 'trainer: \"cp {test} {out}\"'; cat spec.yaml; } >told.yaml && "
                    "sed 's/noise.digit: /trainer: [\"cp {test} {out}\"], noise.digit: /' spec.yaml "
                    ">grid.yaml");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_said(shell_expect(2,
                                 "cd $SCRATCH && $COTNOISE sweep --results refused %s; status=$?; test ! -e "
                                 "refused || exit 9; exit $status",
                                 cases[i].words),
                    cases[i].message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right_answers),
        cmocka_unit_test(test_the_files_are_those_of_gen),
        cmocka_unit_test(test_wrong_answers_and_unknown_words),
        cmocka_unit_test(test_what_a_program_leaves_stays),
        cmocka_unit_test(test_a_failing_program),
        cmocka_unit_test(test_completions_that_cannot_be_graded),
        cmocka_unit_test(test_what_was_trained_is_graded_without_training),
        cmocka_unit_test(test_a_stop_reaches_the_program),
        cmocka_unit_test(test_nothing_outlives_the_sweep),
        cmocka_unit_test(test_a_time_limit),
        cmocka_unit_test(test_hostile_paths),
        cmocka_unit_test(test_runs_are_not_taken_for_each_other),
        cmocka_unit_test(test_parents),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
