/* Paths and files that a user gets wrong or finds in the way: empty and impossible paths, pipes and links
 * among results, what killed writers left, text that steers a terminal. The program is run as a user would.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

/* $SCRATCH/t.yaml, its sweep in results/t, and samples in s.jsonl. */
static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "cd $SCRATCH && printf 'name: t\ntask: {name: add, max_digits: 3}\ndata: {samples: 40}\n"
                    "model: {preset: tiny}\ntrain: {max_steps: 2, threads: 1}\neval: {problems: 2}\n"
                    "grid: {noise.digit: [0, 0.5]}\n' >t.yaml && $COTNOISE gen t.yaml -n 20 -o s.jsonl"
                    " && $COTNOISE sweep t.yaml -j 2 --tensorboard && cp -r results keep && cut -d, -f1-12 "
                    "keep/t/results.csv >keep.csv");
    return 0;
}

/* --- paths ------------------------------------------------------------------------------------------- */

static void impossible_paths_are_told(void **state) {
    (void)state;
    static const char *const commands[] = {
        /* %1$s: a path that is empty, too long, or leads through a file */
        "sweep t.yaml --results %1$s",
        "train t.yaml -o %1$s",
        "gen t.yaml -o %1$s",
        "gen %1$s",
        "sweep %1$s",
        "report %1$s",
        "report results/t keep/t -o %1$s",
        "status %1$s",
        "eval %1$s",
        "eval $run --problems %1$s",
        "eval $run -n 1 -o %1$s",
        "score %1$s s.jsonl",
        "score $run %1$s",
        "score $run s.jsonl -o %1$s",
        "solve %1$s '1 + 1'",
        "profile %1$s --task add",
        "profile s.jsonl --task add --from %1$s",
        "profile s.jsonl --task add --filter static -o %1$s",
    };
    static const char *const paths[] = {"''", "$(printf 'x%.0s' $(seq 5000))", "s.jsonl/x"};
    for (size_t p = 0; p < sizeof paths / sizeof *paths; p++)
        for (size_t c = 0; c < sizeof commands / sizeof *commands; c++) {
            char command[512];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(command, sizeof command, commands[c], paths[p]);
#pragma GCC diagnostic pop
            const char *output = shell_expect(
                2, "cd $SCRATCH && run=$(ls -d keep/t/runs/* | head -1) && timeout 60 $COTNOISE %s", command);
            assert_int_equal(strncmp(output, "cotnoise ", 9), 0);
            if (p == 0) assert_non_null(strstr(output, "the path is empty"));
        }
    shell_expect(0,
                 "cd $SCRATCH && ls | sort | tr '\\n' ' ' | grep -x 'keep keep.csv results s.jsonl t.yaml '");
}

static void a_directory_is_no_file_nor_the_reverse(void **state) {
    (void)state;
    static const char *const commands[] = {
        "gen t.yaml -o .",
        "gen t.yaml -o new/",
        "gen t.yaml -o /",
        "gen t.yaml -o no/where",
        "gen .",
        "sweep t.yaml --results t.yaml",
        "train t.yaml -o t.yaml",
        "report results/t keep/t -o t.yaml",
        "profile . --task add",
        "profile /dev/zero --task add",
        "train t.yaml data.file=/dev/zero -o new",
        "eval t.yaml",
        "status t.yaml",
        "report t.yaml",
    };
    for (size_t c = 0; c < sizeof commands / sizeof *commands; c++)
        shell_expect(2, "cd $SCRATCH && timeout 60 $COTNOISE %s", commands[c]);
}

static void an_output_does_not_take_its_inputs_place(void **state) {
    (void)state;
    static const char *const commands[] = {
        "gen t.yaml -o t.yaml",
        "gen t.yaml data.file=s.jsonl -o ./s.jsonl",
        "eval $run --problems s.jsonl -o s.jsonl",
        "eval $run --problems - -o s.jsonl <s.jsonl",
        "score $run s.jsonl -o s.jsonl",
        "profile s.jsonl --task add --filter static -o link",
        "report table keep/t -o table",
    };
    shell_expect(0, "cd $SCRATCH && ln -sf s.jsonl link && mkdir table && cp keep/t/results.csv table");
    for (size_t c = 0; c < sizeof commands / sizeof *commands; c++) {
        const char *output = shell_expect(
            2,
            "cd $SCRATCH && run=$(ls -d keep/t/runs/* | head -1) && md5sum t.yaml s.jsonl table/* >before"
            " && $COTNOISE %s",
            commands[c]);
        assert_non_null(strstr(output, "give the output another name"));
        shell_expect(0, "cd $SCRATCH && md5sum -c before");
    }
    shell_expect(0, "cd $SCRATCH && rm -r link table before");
}

/* --- what is not a plain file ------------------------------------------------------------------------ */

static void pipes_among_results_stop_nobody(void **state) {
    (void)state;
    /* Each file of the sweep and of one run in turn. Status 124: it waited. */
    shell_expect(0, "cd $SCRATCH/keep/t && run=$(ls -d runs/* | head -1) && find * -path \"$run/*\" -o -path "
                    "runs -prune -o"
                    " -type f -print >$SCRATCH/files && find $run -type f >>$SCRATCH/files && sort -u "
                    "$SCRATCH/files | grep -v 'plots/l' >$SCRATCH/each");
    shell_expect(
        0,
        "cd $SCRATCH && run=results/t/$(cd keep/t && ls -d runs/* | head -1) && test $(wc -l <each) -gt 15 &&"
        " for file in $(cat each); do rm -rf results && cp -r keep results && rm results/t/$file &&"
        "  mkfifo results/t/$file || exit 1; for command in 'status results/t' 'report --all results/t'"
        "   \"eval $run -n 1\" 'sweep t.yaml -j 2'; do"
        "   timeout 30 $COTNOISE $command >said; test $? -lt 3 || { echo \"$file: $command\"; exit 1; }; "
        "done;"
        "  cut -d, -f1-12 results/t/results.csv | cmp - keep.csv || exit 1; done; rm said files each");
}

static void pipes_of_the_users_own_are_read(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH && mkfifo pipe && (cat s.jsonl >pipe &) && $COTNOISE profile pipe --task add >one"
           " && cat s.jsonl | $COTNOISE profile /dev/stdin --task add >two"
           " && $COTNOISE profile - --task add <s.jsonl >three && cmp one two && cmp one three");
    shell_expect(0, "cd $SCRATCH && (cat t.yaml >pipe &) && $COTNOISE gen pipe -n 20 | cmp - s.jsonl");
    shell_expect(0, "cd $SCRATCH && (cat pipe >copy &) && $COTNOISE gen t.yaml -n 20 -o pipe && sleep 0.3 && "
                    "cmp copy s.jsonl");
    shell_expect(0, "cd $SCRATCH && rm pipe copy one two three");
}

static void nothing_is_written_through_links(void **state) {
    (void)state;
    /* Each file that a report and a sweep write leads to a file elsewhere, and so does each lock. */
    shell_expect(
        0, "cd $SCRATCH && rm -rf results && cp -r keep results && run=$(ls -d results/t/runs/* | head -1) &&"
           " rm $run/result.json && for file in results.csv thresholds.csv report.html spec.yaml sweep.json"
           "  plots/accuracy.gp plots/accuracy.csv plots/accuracy.svg plots/accuracy.png; do echo precious "
           ">out-$(basename $file) &&"
           "  ln -sf $SCRATCH/out-$(basename $file) results/t/$file || exit 1; done;"
           " for file in model.safetensors metrics.jsonl examples.jsonl failed.json optimizer.safetensors "
           "lock; do echo precious"
           " >out-$file && ln -sf $SCRATCH/out-$file $run/$file || exit 1; done");
    shell_expect(
        0, "cd $SCRATCH && $COTNOISE sweep t.yaml && cut -d, -f1-12 results/t/results.csv | cmp - keep.csv");
    shell_expect(0, "cd $SCRATCH && for file in out-*; do grep -qx precious $file || { echo $file; exit 1; "
                    "}; done; rm out-*");
    const char *output =
        shell_expect(1, "cd $SCRATCH && echo precious >out && ln -sf $SCRATCH/out results/t/report.lock"
                        " && $COTNOISE report results/t");
    assert_non_null(strstr(output, "report.lock: cannot be opened as a lock: is not a plain file"));
    shell_expect(0, "cd $SCRATCH && grep -qx precious out && rm out results/t/report.lock");
}

/* Folders may lie elsewhere, but for plots: they are taken from what a report has made itself. */
static void folders_that_are_links(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH && rm -rf results && mkdir disk && cp -r keep/t disk/t && ln -s disk results &&"
           " mv disk/t/runs disk/runs && ln -s ../runs disk/t/runs && rm -r disk/t/plots && mkdir mine &&"
           " echo precious >mine/accuracy.svg && ln -s $SCRATCH/mine disk/t/plots");
    const char *output = shell_expect(0, "cd $SCRATCH && $COTNOISE sweep t.yaml");
    assert_non_null(strstr(output, "results/t/plots: is a link; it is set aside"));
    shell_expect(
        0, "cd $SCRATCH && grep -qx precious mine/accuracy.svg && test -L results/t/plots.aside && test -L "
           "results/t/runs"
           " && test -s results/t/plots/accuracy.svg && cut -d, -f1-12 results/t/results.csv | cmp - keep.csv"
           " && rm -r disk results mine && cp -r keep results");
}

/* --- leftovers --------------------------------------------------------------------------------------- */

static void leftovers_are_cleared_and_work_is_not(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH && rm -rf results && cp -r keep results && run=$(ls -d results/t/runs/* | head -1) "
           "&& rm $run/result.json"
           " && for file in results/t/report.html results/t/plots/accuracy-9.gp results/t/sweep.json "
           "$run/model.safetensors"
           "  new.jsonl; do touch $file.tmp.4000001 || exit 1; done; touch results/t/notes.tmp.9 my.tmp.7"
           " && { (flock 9; sleep 20) 9>results/t/results.csv.tmp.5 >/dev/null 2>&1 & } && sleep 0.3");
    shell_expect(0, "cd $SCRATCH && $COTNOISE sweep t.yaml && $COTNOISE gen t.yaml -n 3 -o new.jsonl");
    shell_expect(0, "cd $SCRATCH && find . -name '*.tmp.*' | sort | tr '\\n' ' ' >left && cat left &&"
                    " grep -x './my.tmp.7 ./results/t/notes.tmp.9 ./results/t/results.csv.tmp.5 ' left");
    shell_expect(0, "cd $SCRATCH && rm -r new.jsonl left my.tmp.7 results && cp -r keep results");
}

/* --- terminals --------------------------------------------------------------------------------------- */

#define HOSTILE                  \
    "a\xc2\x9b[31mb\xe2\x80\xae" \
    "c\xff\x1b]0;x\x07"
#define HARMLESS "a\\u009b[31mb\\u202ec\\xff\\u001b]0;x\\u0007"

static void names_steer_no_terminal(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH && head -12 s.jsonl >other && mkdir '" HOSTILE ".d'");
    /* In a label of runs, in messages, in the table, a figure and the page. */
    shell_expect(0, "cd $SCRATCH && cp s.jsonl \"$(printf 'a\\302\\233[31mb\\342\\200\\256c')\" && grep -v "
                    "'^grid' t.yaml |"
                    " sed 's/^name: t/name: hostile/' >h.yaml && cat >>h.yaml <<'END'\n"
                    "grid: {noise.digit: [0, 0.5], data.file: [other, \"a\\x9b[31mb\\u202ec\"]}\nEND\n");
    static const char *const commands[] = {
        "$COTNOISE sweep h.yaml --dry-run",
        "$COTNOISE sweep h.yaml -j 2",
        "$COTNOISE status results/hostile",
        "$COTNOISE report results/hostile",
        "cat results/hostile/report.html results/hostile/plots/*.svg results/hostile/plots/*.gp",
        "{ $COTNOISE report '" HOSTILE ".d'; $COTNOISE status '" HOSTILE "'; $COTNOISE '" HOSTILE
        "'; $COTNOISE gen '" HOSTILE "'; $COTNOISE gen t.yaml -o '" HOSTILE "/x'; :; }",
    };
    for (size_t c = 0; c < sizeof commands / sizeof *commands; c++) {
        const char *output = shell_expect(0, "cd $SCRATCH && %s", commands[c]);
        const char *bad[] = {"\xc2\x9b", "\xe2\x80\xae", "\xff", "\x1b", "\x07"};
        for (size_t b = 0; b < 5; b++)
            if (strstr(output, bad[b])) fail_msg("%s prints \\x%02x", commands[c], (unsigned char)bad[b][0]);
    }
    const char *output = shell_expect(2, "cd $SCRATCH && $COTNOISE '" HOSTILE "'");
    assert_non_null(strstr(output, "unknown command '" HARMLESS "'"));
    shell_expect(0, "grep -q 'a.u009b.31mb.u202ec' $SCRATCH/results/hostile/report.html");
}

/* --- careless parents -------------------------------------------------------------------------------- */

/* What is printed must not get into the files that take the place of closed streams, nor a child's failure
 * lost where the parent has told it to ignore such news. */
static void a_careless_parent_spoils_nothing(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH && rm -rf results && $COTNOISE sweep t.yaml 2>&-");
    shell_expect(1, "cd $SCRATCH && $COTNOISE report results/t <&- >&- 2>&-");
    shell_expect(
        0, "cd $SCRATCH && cut -d, -f1-12 results/t/results.csv | cmp - keep.csv && "
           "cat results/t/lock results/t/report.lock results/t/runs/*/lock >locks && "
           "test $(wc -l <locks) = $(ls results/t/lock results/t/report.lock results/t/runs/*/lock | wc -l)");
    shell_expect(0, "cd $SCRATCH && mkdir careless && printf '#!/bin/sh\\necho no pens >&2; exit 3\\n' "
                    ">careless/gnuplot && chmod +x careless/gnuplot");
    const char *output = shell_expect(
        0, "cd $SCRATCH && trap '' CHLD && PATH=$PWD/careless:$PATH exec $COTNOISE report results/t");
    assert_non_null(strstr(output, "exit status 3: no pens"));
    shell_expect(0, "cd $SCRATCH && rm -r careless locks results && cp -r keep results");
}

/* --- what cannot be written ------------------------------------------------------------------------- */

static void what_cannot_be_written_is_told(void **state) {
    (void)state;
    static const char *const commands[] = {
        "tasks",
        "noises",
        "--help",
        "--version",
        "tasks --help",
        "trace add 1 2",
        "gen t.yaml -n 3",
        "gen t.yaml -o /dev/full",
        "eval $run -n 2",
        "eval $run -n 2 --json",
        "eval $run -n 2 -o /dev/full",
        "score $run s.jsonl",
        "score $run s.jsonl -o /dev/full",
        "profile s.jsonl --task add",
        "profile s.jsonl --task add --filter static -o /dev/full",
        "status keep/t",
        "status --json keep/t",
        "report keep/t",
        "sweep t.yaml --dry-run",
        "sweep t.yaml",
        "train t.yaml -o full",
    };
    for (size_t c = 0; c < sizeof commands / sizeof *commands; c++) {
        const char *output = shell_expect(
            1, "cd $SCRATCH && run=$(ls -d keep/t/runs/* | head -1) && $COTNOISE %s >/dev/full", commands[c]);
        assert_non_null(strstr(output, "No space left on device"));
    }
    /* The user's limit of a file's size ends nothing without a word. */
    static const char *const limited[] = {"gen t.yaml -n 3000 -o big.jsonl", "train t.yaml -o limited",
                                          "sweep t.yaml --results limits"};
    for (size_t c = 0; c < sizeof limited / sizeof *limited; c++) {
        const char *output = shell_expect(1, "cd $SCRATCH && ulimit -f 60 && $COTNOISE %s", limited[c]);
        assert_non_null(strstr(output, "File too large"));
    }
    shell_expect(0, "cd $SCRATCH && ! ls big.jsonl* && test -z \"$(find limited limits -name '*.tmp.*')\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(impossible_paths_are_told),
        cmocka_unit_test(a_directory_is_no_file_nor_the_reverse),
        cmocka_unit_test(an_output_does_not_take_its_inputs_place),
        cmocka_unit_test(pipes_among_results_stop_nobody),
        cmocka_unit_test(pipes_of_the_users_own_are_read),
        cmocka_unit_test(nothing_is_written_through_links),
        cmocka_unit_test(folders_that_are_links),
        cmocka_unit_test(leftovers_are_cleared_and_work_is_not),
        cmocka_unit_test(a_careless_parent_spoils_nothing),
        cmocka_unit_test(names_steer_no_terminal),
        cmocka_unit_test(what_cannot_be_written_is_told),
    };
    return cmocka_run_group_tests_name("hostile files", tests, setup, shell_teardown);
}
