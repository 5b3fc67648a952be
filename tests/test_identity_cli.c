/* Changed code and changed data are other runs, as a user sees it: with the program as it is, with one that
 * has a changed line in a task, and with one that has a changed line in a noise (the Makefile makes them). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

#define SPEC                                                                                              \
    "name: sorting\\ntask: {name: sort, max_digits: 1, max_length: 3}\\n"                                 \
    "data: {samples: 100, epochs: 1}\\nmodel: {preset: tiny, layers: 1, width: 16, heads: 2, ffn: 32}\\n" \
    "train: {batch_tokens: 1024}\\neval: {problems: 5}\\ngrid: {noise.digit: [0, 0.5]}\\n"

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    char *task = realpath(CHANGED "/sort", NULL), *noise = realpath(CHANGED "/digit", NULL);
    int failed = !task || !noise || setenv("OTHER_TASK", task, 1) || setenv("OTHER_NOISE", noise, 1);
    free(task);
    free(noise);
    if (failed) return -1;
    shell_expect(0, "cd $SCRATCH && printf '" SPEC "' >spec.yaml && $COTNOISE sweep spec.yaml -j 1");
    return 0;
}

static void assert_said(const char *output, const char *wanted) {
    if (!strstr(output, wanted)) fail_msg("'%s' is not in:\n%s", wanted, output);
}

static void a_changed_task_is_another_run(void **state) {
    (void)state;
    assert_said(shell_expect(0, "cd $SCRATCH && $COTNOISE sweep spec.yaml --dry-run"), "2 runs, 2 complete");
    const char *said = shell_expect(0, "cd $SCRATCH && $OTHER_TASK sweep spec.yaml --dry-run");
    assert_said(said, "2 runs, 0 complete");
    assert_said(said, "to do");
    /* Of another task nothing has changed. */
    shell_expect(
        0, "cd $SCRATCH && $COTNOISE sweep spec.yaml task.name=add task.max_digits=2 --dry-run >ours && "
           "$OTHER_TASK sweep spec.yaml task.name=add task.max_digits=2 --dry-run | cmp - ours");
}

/* The clean run is as it was. */
static void a_changed_noise_is_another_run_where_it_acts(void **state) {
    (void)state;
    const char *said = shell_expect(0, "cd $SCRATCH && $OTHER_NOISE sweep spec.yaml --dry-run");
    assert_said(said, "2 runs, 1 complete");
    shell_expect(0, "cd $SCRATCH && $OTHER_NOISE sweep spec.yaml --dry-run | grep complete | grep -q clean");
}

static void an_older_checkpoint_is_told_from_the_task_of_today(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH/results/sorting/runs && for run in *; do if grep -q '\"noise\": \"none\"' "
           "$run/result.json; then cp -r $run $SCRATCH/clean; else cp -r $run $SCRATCH/noised; fi; done");
    shell_expect(
        0, "cd $SCRATCH && echo '{\"task\":\"sort\",\"args\":[\"[2, 1]\"],\"prompt\":\"sort([2, 1])\\\\n\","
           "\"completion\":\"answer = [1, 2]\"}' >one.jsonl");
    static const char *const commands[] = {"eval clean", "solve clean 'sort([2, 1])'",
                                           "score clean one.jsonl"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char name[8], wanted[96];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(commands[i], " "), commands[i]);
        snprintf(wanted, sizeof wanted,
                 "cotnoise %s: the task sort has changed since this model was trained (", name);
        assert_said(shell_expect(0, "cd $SCRATCH && $OTHER_TASK %s 2>&1 >said.txt", commands[i]), wanted);
        assert_null(strstr(shell_expect(0, "cat $SCRATCH/said.txt"), "changed"));
        assert_string_equal(shell_expect(0, "cd $SCRATCH && $COTNOISE %s 2>&1 >said.txt", commands[i]), "");
    }
    const char *said = shell_expect(0, "cd $SCRATCH && $OTHER_TASK eval noised");
    assert_said(said, "the task sort has changed");
    assert_null(strstr(said, "the noise")); /* it could not be told apart */
}

static void an_older_checkpoint_is_told_from_the_noise_of_today(void **state) {
    (void)state;
    assert_said(shell_expect(0, "cd $SCRATCH && $OTHER_NOISE eval noised 2>&1 >said.txt"),
                "cotnoise eval: the noise digit has changed since this model was trained (");
    assert_string_equal(shell_expect(0, "cd $SCRATCH && $OTHER_NOISE eval clean 2>&1 >said.txt"), "");
    /* Versions before this one did not record it. */
    shell_expect(0, "cd $SCRATCH && python3 -c 'import json; c = json.load(open(\"clean/config.json\")); "
                    "del c[\"cotnoise\"][\"behaviour\"]; json.dump(c, open(\"clean/config.json\", \"w\"))'");
    assert_string_equal(shell_expect(0, "cd $SCRATCH && $OTHER_TASK eval clean 2>&1 >said.txt"), "");
}

static void data_are_known_by_their_content(void **state) {
    (void)state;
    shell_expect(0,
                 "cd $SCRATCH && $COTNOISE gen spec.yaml -n 50 -o x && $COTNOISE gen spec.yaml -n 51 -o y");
    shell_expect(
        0, "cd $SCRATCH && printf '" SPEC "' | sed '/grid/d' >data.yaml && "
           "$COTNOISE sweep data.yaml name=data data.file=x && for f in x ./x $SCRATCH/x; do "
           "$COTNOISE sweep data.yaml name=data data.file=$f --dry-run | grep '1 run, 1 complete' || exit 1; "
           "done");
    assert_said(shell_expect(0, "cd $SCRATCH && $COTNOISE status results/data"), "1 complete");
    shell_expect(0, "cd $SCRATCH && cp x kept && cp y x");
    assert_said(shell_expect(0, "cd $SCRATCH && $COTNOISE sweep data.yaml name=data data.file=x --dry-run"),
                "1 run, 0 complete");
    assert_said(shell_expect(0, "cd $SCRATCH && $COTNOISE sweep data.yaml name=data data.file=x"),
                "\nnone                  0     ");
    shell_expect(0, "cd $SCRATCH && ls results/data/runs | wc -l | grep -qx 2 && rm x");
    assert_said(shell_expect(0, "cd $SCRATCH && $COTNOISE status results/data"), "1 run: 1 complete");
    /* Where it was not recorded what the file held, the run is not known. */
    shell_expect(0,
                 "cd $SCRATCH/results/data && python3 -c 'import json; s = json.load(open(\"sweep.json\")); "
                 "del s[\"contents\"]; json.dump(s, open(\"sweep.json\", \"w\"))'");
    const char *said = shell_expect(0, "cd $SCRATCH && $COTNOISE status results/data");
    assert_said(said, "cotnoise status: data.file: x: cannot open");
    assert_said(said, "1 run: 0 complete");
    shell_expect(0, "cd $SCRATCH && cp kept x");
}

/* From standard input it is the run that it is from a file: what is done is not done again. */
static void piped_data_make_the_same_run(void **state) {
    (void)state;
    shell_expect(0,
                 "cd $SCRATCH && $COTNOISE train data.yaml data.file=x -o piped && "
                 "cp piped/result.json first.json && $COTNOISE train data.yaml data.file=- -o piped <x && "
                 "cmp first.json piped/result.json && cat x | $COTNOISE train data.yaml data.file=/dev/stdin "
                 "-o piped && cmp first.json piped/result.json");
    assert_said(shell_expect(2, "cd $SCRATCH && $COTNOISE train data.yaml data.file=- -o piped <y"),
                "not of this run");
    shell_expect(
        0,
        "cd $SCRATCH && python3 -c 'import json; c = json.load(open(\"piped/config.json\"))[\"cotnoise\"]; "
        "r = json.load(open(\"piped/result.json\")); assert len(c[\"data\"]) == 16 and "
        "c[\"data\"] == r[\"data\"] and c[\"id\"] == r[\"run\"], (c, r)'");
}

/* A spec whose data are still to be made can be read; nothing is run before they are there. */
static void absent_data_are_refused_before_anything_is_run(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH && $COTNOISE gen data.yaml data.file=later -n 5 -o later");
    static const char *const words[] = {"data.file=absent", "model.init=absent"};
    for (int i = 0; i < 2; i++) {
        assert_said(shell_expect(2, "cd $SCRATCH && $COTNOISE sweep data.yaml name=none %s", words[i]),
                    "absent: cannot open");
        assert_said(
            shell_expect(2, "cd $SCRATCH && $COTNOISE sweep data.yaml name=none %s --dry-run", words[i]),
            "absent: cannot open");
        assert_said(shell_expect(2, "cd $SCRATCH && $COTNOISE train data.yaml %s -o none", words[i]),
                    "absent: cannot open");
    }
    shell_expect(0, "cd $SCRATCH && ! ls results/none && ! ls none");
}

/* Sources that are not committed show; other files do not. */
static void the_commit_tells_of_changed_sources(void **state) {
    (void)state;
    if (shell("command -v git")->status) skip();
    shell_expect(
        0,
        "mkdir -p $SCRATCH/repository/src/base $SCRATCH/repository/tasks && cp Makefile "
        "$SCRATCH/repository && cd $SCRATCH/repository && touch src/base/a.c tasks/a.c && git init -q . && "
        "git add . && git -c user.name=x -c user.email=x@x commit -q -m x");
    static const struct {
        const char *change, *wanted;
    } cases[] = {{"true", "[0-9a-f]{12}"},
                 {"touch notes.txt", "[0-9a-f]{12}"},
                 {"touch tasks/b.c", ".*-dirty"},
                 {"rm tasks/b.c", "[0-9a-f]{12}"},
                 {"echo >src/base/a.c", ".*-dirty"},
                 {"git checkout -q src", "[0-9a-f]{12}"},
                 {"mkdir noise && touch noise/c.c", ".*-dirty"},
                 {"rm -r noise; echo >>Makefile", ".*-dirty"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        shell_expect(0,
                     "cd $SCRATCH/repository && %s; env -u MAKEFLAGS -u MFLAGS make -s BUILD=b b/commit && "
                     "grep -qxE '%s' b/commit",
                     cases[i].change, cases[i].wanted);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changed_task_is_another_run),
        cmocka_unit_test(a_changed_noise_is_another_run_where_it_acts),
        cmocka_unit_test(an_older_checkpoint_is_told_from_the_task_of_today),
        cmocka_unit_test(an_older_checkpoint_is_told_from_the_noise_of_today),
        cmocka_unit_test(data_are_known_by_their_content),
        cmocka_unit_test(piped_data_make_the_same_run),
        cmocka_unit_test(absent_data_are_refused_before_anything_is_run),
        cmocka_unit_test(the_commit_tells_of_changed_sources),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
