/* What becomes of runs whose directories are damaged, moved, made with other options or from other data: they
 * are run again or told of, and never counted for what they are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

/* Two seeds of a clean cell and one with digit noise, each run well under a second. */
#define SPEC                                                                                             \
    "name: small\\nseeds: [1, 2]\\ntask: {name: add, max_digits: 2}\\ndata: {samples: 60, epochs: 1}\\n" \
    "model: {preset: tiny, layers: 1, width: 16, heads: 2, ffn: 32}\\ntrain: {batch_tokens: 512, "       \
    "checkpoint_every: 1}\\neval: {problems: 10}\\ngrid: {noise.digit: [0, 0.3]}\\n"

/* In $SCRATCH; a fresh copy of the finished sweep under ./small for each. */
#define FRESH  "cd $SCRATCH && rm -rf small && cp -r whole/small small && cd small && "
#define SWEEP  "$COTNOISE sweep $SCRATCH/spec.yaml --results $SCRATCH "
#define REPORT "$COTNOISE report $SCRATCH/small "
/* results.csv without times. */
#define TABLE "cut -d, -f1-24,27- $SCRATCH/small/results.csv"

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "cd $SCRATCH && printf '" SPEC
                    "' >spec.yaml && $COTNOISE sweep spec.yaml -j 2 --results whole && "
                    "cut -d, -f1-24,27- whole/small/results.csv >expected.csv && "
                    "grep -v '^#' whole/small/thresholds.csv >thresholds.csv");
    return 0;
}

static void assert_said(const char *output, const char *wanted) {
    if (!strstr(output, wanted)) fail_msg("'%s' is not in:\n%s", wanted, output);
}

static void assert_not_said(const char *output, const char *unwanted) {
    if (strstr(output, unwanted)) fail_msg("'%s' is in:\n%s", unwanted, output);
}

/* An option that changes no result splits no curve, whoever was run with it. */
static void the_threshold_stays_when_an_option_without_effect_is_set(void **state) {
    (void)state;
    shell_expect(0,
                 FRESH "rm -rf runs/$(ls runs | head -1) && " SWEEP "train.recompute=true train.threads=2");
    shell_expect(
        0,
        TABLE " | cmp - $SCRATCH/expected.csv && cmp $SCRATCH/small/thresholds.csv $SCRATCH/thresholds.csv");
}

static void emptied_results_are_run_again(void **state) {
    (void)state;
    const char *said = shell_expect(0, FRESH "for r in runs/*/result.json; do : >$r; done && " SWEEP);
    assert_said(said, "0 of them complete already");
    assert_said(said, "result.json:1:1: is empty; it is set aside, and the run starts afresh");
    shell_expect(
        0, TABLE
        " | cmp - $SCRATCH/expected.csv && test $(ls $SCRATCH/small/runs/*/result.json.aside | wc -l) = 4");
    assert_not_said(shell_expect(0, SWEEP), "set aside");
}

/* Each member taken out of a result in turn: the report is the same, or names the run and ends with 1. */
static void a_missing_member_is_named(void **state) {
    (void)state;
    shell_expect(
        0,
        FRESH "run=$(ls runs | head -1); cp runs/$run/result.json full.json; "
              "for member in $(python3 -c 'import json; print(*json.load(open(\"full.json\")))'); do "
              "python3 -c 'import json, sys; r = json.load(open(\"full.json\")); del r[sys.argv[1]]; "
              "json.dump(r, open(sys.argv[2], \"w\"))' $member runs/$run/result.json; "
              "status=0; $COTNOISE report . >said.txt 2>&1 || status=$?; "
              "if [ $status = 1 ]; then grep -q \"$run: .*result.json.*$member.* is missing\" said.txt; "
              "else [ $status = 0 ] && cut -d, -f1-24,27- results.csv | cmp - $SCRATCH/expected.csv; fi || "
              "{ echo $member; cat said.txt; exit 3; }; done");
    const char *said = shell_expect(0, SWEEP); /* the last member is still missing */
    assert_said(said, "3 of them complete already");
    assert_said(said, "is missing; it is set aside");
}

static void other_content_of_a_data_file_is_another_run(void **state) {
    (void)state;
    shell_expect(0,
                 "cd $SCRATCH && $COTNOISE gen spec.yaml -n 40 -o d.jsonl && "
                 "$COTNOISE sweep spec.yaml data.file=d.jsonl noise.digit=0 --results given >first.txt 2>&1");
    /* One file under three names is one set of runs. */
    shell_expect(0, "cd $SCRATCH && for name in d.jsonl ./d.jsonl $SCRATCH/d.jsonl; do "
                    "$COTNOISE sweep spec.yaml data.file=$name noise.digit=0 --results given --dry-run | "
                    "grep -q '2 runs, 2 complete' || exit 3; done");
    const char *said =
        shell_expect(0, "cd $SCRATCH && $COTNOISE gen spec.yaml -n 41 -o d.jsonl && "
                        "$COTNOISE sweep spec.yaml data.file=d.jsonl noise.digit=0 --results given");
    assert_said(said, "2 runs, 0 of them complete already");
    assert_said(said, "2 other runs lie here");
    shell_expect(0, "test $(wc -l <$SCRATCH/given/small/results.csv) = 3");
}

/* The runs are those of the sweep also where its data.file is not found: from another folder, or gone. What
 * is there under its name counts. */
static void a_report_from_elsewhere_knows_its_runs(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH && mkdir -p elsewhere && $COTNOISE gen spec.yaml -n 40 -o near.jsonl && "
                    "$COTNOISE sweep spec.yaml data.file=near.jsonl noise.digit=0 --results far && "
                    "$COTNOISE sweep spec.yaml data.file=near.jsonl noise.digit=0 train.learning_rate=0.01 "
                    "--results far");
    const char *said = shell_expect(0, "cd $SCRATCH/elsewhere && $COTNOISE report ../far/small");
    assert_not_said(said, "all runs are shown");
    assert_said(said, "2 other runs lie here");
    shell_expect(0, "test $(wc -l <$SCRATCH/far/small/results.csv) = 3");
    assert_said(shell_expect(0, "cd $SCRATCH/elsewhere && $COTNOISE status ../far/small"),
                "2 runs: 2 complete");
    said =
        shell_expect(0, "cd $SCRATCH/elsewhere && cp ../d.jsonl near.jsonl && $COTNOISE report ../far/small");
    assert_said(said, "2 runs are not finished");
    said = shell_expect(2, "cd $SCRATCH && rm near.jsonl && $COTNOISE sweep spec.yaml data.file=near.jsonl "
                           "noise.digit=0 --results far");
    assert_said(said, "data.file: near.jsonl: cannot open");
}

/* A run that was moved away and linked back is not taken for the run, by nobody, and is lost to nobody. */
static void linked_runs_are_set_aside(void **state) {
    (void)state;
    const char *said =
        shell_expect(1, FRESH "run=$(ls runs | head -1); rm -rf ../moved && mv runs/$run ../moved && "
                              "ln -s ../../moved runs/$run && $COTNOISE report .");
    assert_said(said, "is a link, not a directory");
    shell_expect(0, "test $(wc -l <$SCRATCH/small/results.csv) = 4");
    assert_said(shell_expect(0, SWEEP "--dry-run"), "4 runs, 3 complete");
    said = shell_expect(0, "$COTNOISE status $SCRATCH/small");
    assert_said(said, "3 complete");
    assert_said(said, "not complete, and set aside by the sweep's command: ");
    said = shell_expect(0, SWEEP);
    assert_said(said, "is a link; it is set aside, and the run starts afresh");
    shell_expect(0, TABLE " | cmp - $SCRATCH/expected.csv && test -L $SCRATCH/small/runs/*.aside && "
                          "test -s $SCRATCH/moved/result.json");
}

/* What the spec does not ask for any more is in no table, until it is asked for. */
static void a_changed_grid_leaves_no_trace(void **state) {
    (void)state;
    const char *said = shell_expect(
        0, FRESH "sed 's/0.3/0.4/' ../spec.yaml >../changed.yaml && $COTNOISE sweep ../changed.yaml "
                 "--results ..");
    assert_said(said, "2 other runs lie here that the spec does not ask for now");
    shell_expect(0, "cd $SCRATCH/small && python3 -c '\n"
                    "import csv\n"
                    "rows = list(csv.DictReader(open(\"results.csv\")))\n"
                    "assert sorted({r[\"noise.digit\"] for r in rows}) == [\"0\", \"0.4\"], rows\n"
                    "assert [c[\"highest\"] for c in csv.DictReader(open(\"thresholds.csv\"))] == [\"0.4\"]\n"
                    "points = list(csv.DictReader(open(\"plots/accuracy.csv\")))\n"
                    "assert {p[\"noise\"] for p in points} == {\"0\", \"0.4\"}, points\n"
                    "'");
    /* A run that is not asked for is not in the page's table either. */
    shell_expect(
        0, "cd $SCRATCH/small/runs && for run in *; do grep -q $run ../results.csv && wanted=0 || wanted=1; "
           "grep -q \"<td>$run</td>\" ../report.html && shown=0 || shown=1; "
           "test $wanted = $shown || exit 3; done");
    shell_expect(0, "cd $SCRATCH/small && $COTNOISE report . --all && grep -q ',digit,0\\.3,' results.csv && "
                    "grep -q ',digit,0\\.4,' results.csv && test $(wc -l <results.csv) = 7");
}

static void every_row_can_be_told_from_the_others(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH && sed 's/^grid.*//; s/name: small/name: wide/; s/seeds: .*/seeds: 1/' spec.yaml "
           ">wide.yaml && echo 'grid: {train.learning_rate: [1e-3, 2e-3], noise.answer: [noisy, clean], "
           "task.max_digits: [2, 3], noise.digit: [0, 0.5]}' >>wide.yaml && "
           "$COTNOISE sweep wide.yaml -j 2 --results .");
    shell_expect(
        0, "cd $SCRATCH/wide && python3 -c '\n"
           "import csv\n"
           "rows = list(csv.DictReader(open(\"results.csv\")))\n"
           "assert len(rows) == 12, len(rows)\n"
           "names = [\"train.learning_rate\", \"noise.answer\", \"task.max_digits\", \"noise.digit\"]\n"
           "assert all(name in rows[0] for name in names), rows[0]\n"
           "assert len({tuple(r[n] for n in names) for r in rows}) == 12\n"
           "assert all((r[\"noise.answer\"] == \"\") == (r[\"noise\"] == \"none\") for r in rows)\n"
           "curves = list(csv.DictReader(open(\"thresholds.csv\")))\n"
           "assert len(curves) == 8 and len({tuple(c[n] for n in names) for c in curves}) == 8, curves\n"
           "assert all(c[\"levels\"] == \"2\" and c[\"noise.digit\"] == \"\" for c in curves)\n"
           "'");
}

/* Also where the one kind has a contamination of its own in some runs alone, which are then of other curves.
 */
static void an_own_contamination_is_told_from_an_inherited_one(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH && sed 's/^grid.*//; s/name: small/name: own/; s/seeds: .*/seeds: 1/' spec.yaml "
           ">own.yaml && echo 'grid: {noise.line: [0, 0.4], noise.digit.contamination: [0.5, 1]}' "
           ">>own.yaml && $COTNOISE sweep own.yaml noise.digit=0.2 -j 2 --results .");
    shell_expect(
        0, "cd $SCRATCH/own && python3 -c '\n"
           "import csv\n"
           "rows = list(csv.DictReader(open(\"results.csv\")))\n"
           "names = [\"noise.line\", \"noise.digit.contamination\"]\n"
           "told = sorted(tuple(r[n] for n in names) for r in rows)\n"
           "assert told == [(\"0\", \"\"), (\"0\", \"0.5\"), (\"0.4\", \"\"), (\"0.4\", \"0.5\")], told\n"
           "mixed = [c for c in csv.DictReader(open(\"thresholds.csv\")) if \"+\" in c[\"noise\"]]\n"
           "assert [c[\"runs\"] for c in mixed] == [\"1\", \"1\"], mixed\n"
           "'");
}

/* Also where all have the same: the table alone says what a run was. */
static void an_own_contamination_has_a_column(void **state) {
    (void)state;
    shell_expect(0,
                 "cd $SCRATCH && rm -rf shared && mkdir shared && $COTNOISE sweep spec.yaml "
                 "noise.digit.contamination=0.5 --results shared && cd shared/small && "
                 "cp thresholds.csv before.csv && rm -r runs spec.yaml sweep.json && $COTNOISE report . && "
                 "cmp before.csv thresholds.csv && python3 -c '\n"
                 "import csv\n"
                 "rows = list(csv.DictReader(open(\"results.csv\")))\n"
                 "told = {(r[\"noise.digit\"], r[\"noise.digit.contamination\"]) for r in rows}\n"
                 "assert told == {(\"0\", \"\"), (\"0.3\", \"0.5\")}, told\n"
                 "'");
}

/* What a run would write through, wait for or never replace, is set aside, and nothing behind a link is
 * touched. */
static void strange_files_are_set_aside(void **state) {
    (void)state;
    static const char *const made[] = {"mkfifo", "mkdir", "ln -s $SCRATCH/victim"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        char command[2048];
        snprintf(command, sizeof command,
                 FRESH "printf victim >../victim && run=runs/$(ls runs | head -1) && rm $run/result.json && "
                       "for name in lock config.json metrics.jsonl examples.jsonl model.safetensors "
                       "tokenizer.json tokenizer_config.json optimizer.safetensors failed.json "
                       "events.out.tfevents.cotnoise; do rm -f $run/$name; %s $run/$name; done && timeout 60 "
                       "$COTNOISE sweep $SCRATCH/spec.yaml --results $SCRATCH --tensorboard",
                 made[i]);
        const char *said = shell_expect(0, "%s", command);
        assert_said(said, "metrics.jsonl: is ");
        assert_said(said, "; it is set aside");
        shell_expect(0, TABLE " | cmp - $SCRATCH/expected.csv && test \"$(cat $SCRATCH/victim)\" = victim && "
                              "test $(ls -d $SCRATCH/small/runs/*/*.aside | wc -l) = 10");
    }
}

/* A state that cannot be read costs the steps before it, not the sweep. */
static void damaged_states_are_set_aside(void **state) {
    (void)state;
    const char *said = shell_expect(0, FRESH "for r in runs/*; do rm $r/result.json; printf 'not a state' "
                                             ">$r/optimizer.safetensors; done && " SWEEP);
    assert_said(said, "optimizer.safetensors");
    assert_said(said, "it is set aside, and the run starts afresh");
    shell_expect(0, TABLE " | cmp - $SCRATCH/expected.csv && "
                          "test $(ls $SCRATCH/small/runs/*/optimizer.safetensors.aside | wc -l) = 4");
}

/* Results of another run, copied here, and what is no file at all. */
static void strange_results_are_named(void **state) {
    (void)state;
    const char *said = shell_expect(1, FRESH "cd runs && set -- * && cp $1/result.json $2/result.json && "
                                             "rm $3/result.json && mkfifo $3/result.json && "
                                             "rm $4/config.json && cd .. && $COTNOISE report .");
    assert_said(said, "3 runs left out; the first");
    assert_said(said, "not of this run");
    said = shell_expect(0, SWEEP);
    assert_said(said, "is not a regular file; it is set aside");
    assert_said(said, "config.json: cannot open");
    shell_expect(0, TABLE " | cmp - $SCRATCH/expected.csv");
}

/* Options that are not those of the ID: the run would count for a noise that it was not trained on. */
static void edited_options_are_named(void **state) {
    (void)state;
    const char *said =
        shell_expect(1, FRESH "run=$(grep ,digit, results.csv | head -1 | cut -d, -f1) && python3 -c '\n"
                              "import json, sys\n"
                              "config = json.load(open(sys.argv[1]))\n"
                              "config[\"cotnoise\"][\"options\"][\"noise\"][\"digit\"][\"rate\"] = 0.5\n"
                              "json.dump(config, open(sys.argv[1], \"w\"))\n"
                              "' runs/$run/config.json && $COTNOISE report .");
    assert_said(said, "config.json: the options in it are of run ");
    assert_said(shell_expect(0, SWEEP), "3 of them complete already");
    shell_expect(0, TABLE " | cmp - $SCRATCH/expected.csv");
}

/* A noise that reaches no sample is none, also beside another: those are the runs of the other alone. */
static void a_noise_that_reaches_nothing_is_in_no_table(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH && sed 's/^grid.*//; s/name: small/name: idle/; s/seeds: .*/seeds: 1/' spec.yaml "
           ">idle.yaml && echo 'grid: {noise.digit.contamination: [0, 0.5]}' >>idle.yaml && "
           "$COTNOISE sweep idle.yaml noise.digit=0.2 noise.line=0.4 -j 2 --results . && python3 -c '\n"
           "import csv\n"
           "rows = list(csv.DictReader(open(\"idle/results.csv\")))\n"
           "told = sorted((r[\"noise\"], r[\"rate\"], r[\"noise.digit\"]) for r in rows)\n"
           "assert told == [(\"digit+line\", \"0.2+0.4\", \"0.2\"), (\"line\", \"0.4\", \"0\")], told\n"
           "'");
}

/* Labels that differ in their ends alone are still told apart on a terminal. */
static void mixed_noises_are_told_apart_on_a_terminal(void **state) {
    (void)state;
    const char *said = shell_expect(
        0, "cd $SCRATCH && sed 's/^grid.*//; s/name: small/name: two/; s/seeds: .*/seeds: 1/' spec.yaml "
           ">two.yaml && echo 'grid: {noise.line: [0, 0.2, 0.4], noise.digit: [0, 0.2, 0.4]}' >>two.yaml && "
           "$COTNOISE sweep two.yaml -j 2 --results .");
    assert_said(said, "static: digit + static: line deletion at 20 %");
    assert_said(said, "static: digit + static: line deletion at 40 %");
}

/* Without its spec, or with a damaged one, a sweep can be reported all the same, and that is said. */
static void a_report_without_its_spec_shows_everything(void **state) {
    (void)state;
    assert_said(shell_expect(0, FRESH "rm spec.yaml && $COTNOISE report ."), "all runs are shown");
    shell_expect(0, TABLE " | cmp - $SCRATCH/expected.csv");
    assert_said(shell_expect(0, FRESH "echo 'grid: [' >spec.yaml && $COTNOISE report ."),
                "all runs are shown");
}

/* One run's directory copied over another's: in a sweep it is known by its name whose it is. */
static void copied_runs_are_run_again(void **state) {
    (void)state;
    const char *said =
        shell_expect(0, FRESH "cd runs && set -- * && rm -r $2 && cp -r $1 $2 && cd .. && " SWEEP);
    assert_said(said, "3 of them complete already");
    assert_said(said, "it is set aside, and the run starts afresh");
    shell_expect(0, TABLE " | cmp - $SCRATCH/expected.csv");
}

/* A report that is made again names the command of the sweep, and what the sweep reported had the spec's
 * share. */
static void reports_know_their_sweep(void **state) {
    (void)state;
    shell_expect(0, FRESH "rm report.html && $COTNOISE report . && "
                          "grep -q 'cotnoise sweep spec.yaml -j 2 --results whole' report.html && "
                          "tail -1 ../whole/small/thresholds.csv | grep -q ',0.95,'");
}

/* The table alone gives the same thresholds. */
static void a_table_alone_will_do(void **state) {
    (void)state;
    shell_expect(0, FRESH "rm -r runs thresholds.csv && cp results.csv before.csv && $COTNOISE report . && "
                          "cmp results.csv before.csv && cmp thresholds.csv ../thresholds.csv");
}

/* Two contents of one path, told apart by the hash of what was there. */
static void contents_under_one_name_are_told_apart(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH && rm -rf twice && $COTNOISE gen spec.yaml -n 40 -o d.jsonl && "
                    "$COTNOISE sweep spec.yaml data.file=d.jsonl noise.digit=0 seeds=1 --results twice && "
                    "$COTNOISE gen spec.yaml seeds=2 -n 40 -o d.jsonl && "
                    "$COTNOISE sweep spec.yaml data.file=d.jsonl noise.digit=0 seeds=1 --results twice && "
                    "$COTNOISE report twice/small --all && python3 -c '\n"
                    "import csv\n"
                    "rows = list(csv.DictReader(open(\"twice/small/results.csv\")))\n"
                    "assert len(rows) == 2 and len({r[\"data\"] for r in rows}) == 2, rows\n"
                    "assert all(len(r[\"data\"]) == 16 for r in rows)\n"
                    "'");
}

static void reports_at_the_same_time_wait_for_each_other(void **state) {
    (void)state;
    shell_expect(0, FRESH "true");
    shell_expect(0, "cd $SCRATCH/small && { $COTNOISE report . >a.txt 2>&1 & a=$!; "
                    "$COTNOISE report . >b.txt 2>&1 & b=$!; $COTNOISE report . >c.txt 2>&1 && wait $a && "
                    "wait $b && cmp thresholds.csv ../thresholds.csv; }");
}

/* A note of a failure that cannot be read, or is no file, says nothing; the run is not finished, that is all.
 */
static void damaged_notes_say_nothing(void **state) {
    (void)state;
    const char *said =
        shell_expect(0, FRESH "cd runs && set -- * && rm $1/result.json $2/result.json && "
                              "echo '{' >$1/failed.json && mkfifo $2/failed.json && cd .. && "
                              "timeout 20 $COTNOISE report . && timeout 20 $COTNOISE status .");
    assert_said(said, "2 runs are not finished");
    assert_said(said, "2 complete, 0 running, 0 failed, 2 waiting");
}

/* Whatever stands where the spec should be, nobody waits for it. */
static void a_pipe_for_a_spec_is_passed_over(void **state) {
    (void)state;
    assert_said(shell_expect(0, FRESH "rm spec.yaml && mkfifo spec.yaml && timeout 20 $COTNOISE report ."),
                "all runs are shown");
    shell_expect(0, "timeout 60 " SWEEP " && test -f $SCRATCH/small/spec.yaml");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contents_under_one_name_are_told_apart),
        cmocka_unit_test(reports_at_the_same_time_wait_for_each_other),
        cmocka_unit_test(damaged_notes_say_nothing),
        cmocka_unit_test(a_pipe_for_a_spec_is_passed_over),
        cmocka_unit_test(the_threshold_stays_when_an_option_without_effect_is_set),
        cmocka_unit_test(emptied_results_are_run_again),
        cmocka_unit_test(a_missing_member_is_named),
        cmocka_unit_test(other_content_of_a_data_file_is_another_run),
        cmocka_unit_test(a_report_from_elsewhere_knows_its_runs),
        cmocka_unit_test(linked_runs_are_set_aside),
        cmocka_unit_test(a_changed_grid_leaves_no_trace),
        cmocka_unit_test(every_row_can_be_told_from_the_others),
        cmocka_unit_test(an_own_contamination_is_told_from_an_inherited_one),
        cmocka_unit_test(an_own_contamination_has_a_column),
        cmocka_unit_test(strange_files_are_set_aside),
        cmocka_unit_test(damaged_states_are_set_aside),
        cmocka_unit_test(strange_results_are_named),
        cmocka_unit_test(edited_options_are_named),
        cmocka_unit_test(a_noise_that_reaches_nothing_is_in_no_table),
        cmocka_unit_test(mixed_noises_are_told_apart_on_a_terminal),
        cmocka_unit_test(a_report_without_its_spec_shows_everything),
        cmocka_unit_test(copied_runs_are_run_again),
        cmocka_unit_test(reports_know_their_sweep),
        cmocka_unit_test(a_table_alone_will_do),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
