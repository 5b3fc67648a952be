/* Options of a spec written as other programs write them: --key=value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

#define ID "grep -o '\"id\": *\"[0-9a-f]*\"'"

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "printf 'task: {name: add, max_digits: 2}\\ndata: {samples: 20}\\n' >$SCRATCH/spec.yaml");
    return 0;
}

/* The same as without the dashes, wherever it stands. */
static void dashes_are_taken_off(void **state) {
    (void)state;
    static const char *const same[][2] = {
        {"gen spec.yaml noise.digit=0.5", "gen spec.yaml --noise.digit=0.5"},
        {"gen spec.yaml noise.digit=0.5", "gen --noise.digit=0.5 spec.yaml"},
        {"gen spec.yaml noise.digit=0.5 -n 3", "gen --noise.digit=0.5 -n 3 spec.yaml"},
        {"gen spec.yaml format=direct task.name=sub", "gen spec.yaml --format=direct --task.name=sub"},
        {"sweep spec.yaml noise.digit=0,0.5 seeds=1,2 --dry-run",
         "sweep --seeds=1,2 spec.yaml --noise.digit=0,0.5 --dry-run"},
        {"sweep spec.yaml start.data.samples=5 --dry-run",
         "sweep spec.yaml --start.data.samples=5 --dry-run"},
        {"train spec.yaml train.max_steps=1 eval.problems=3 -o a >log && " ID " a/config.json",
         "train spec.yaml --train.max_steps=1 --eval.problems=3 -o b >log && " ID " b/config.json"}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        shell_expect(0,
                     "cd $SCRATCH; $COTNOISE %s >want 2>/dev/null && $COTNOISE %s >got 2>/dev/null && "
                     "test -s want && cmp want got",
                     same[i][0], same[i][1]);
}

/* A word that an option of the command wants is its own, and so is what stands behind "--". */
static void values_are_left_alone(void **state) {
    (void)state;
    static const char *const files[] = {"-o", "-n 3 -o", "--output", "--outp"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        shell_expect(0,
                     "cd $SCRATCH; $COTNOISE gen spec.yaml %s --noise.digit=0.5 && "
                     "test -s ./--noise.digit=0.5 && rm ./--noise.digit=0.5",
                     files[i]);
    const char *said = shell_expect(2, "cd $SCRATCH; $COTNOISE gen -- spec.yaml --noise.digit=0.5 2>&1");
    assert_non_null(strstr(said, "--noise.digit=0.5: unknown option"));
    /* One that has its value is done. */
    shell_expect(0,
                 "cd $SCRATCH; test $($COTNOISE gen spec.yaml -n3 --task.name=sub | grep -c '\"sub\"') = 3");
    shell_expect(0, "cd $SCRATCH; test $($COTNOISE gen spec.yaml --samples=3 --task.name=sub | wc -l) = 3");
}

/* The name that is nearest, the spec's or the command's. */
static void mistyped_names_are_guessed(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"sweep spec.yaml --train.learning_rat=1", "unknown option 'learning_rat' in train, did you mean "
                                                   "learning_rate?"},
        {"train spec.yaml --noise.digti=1 -o run", "did you mean digit?"},
        {"gen spec.yaml --formt=direct", "did you mean format?"},
        {"sweep spec.yaml --selct=train.clip", "did you mean select?"},
        {"train spec.yaml --strat={} -o run", "did you mean start?"},
        {"gen spec.yaml --sampels=3", "did you mean --samples?"},
        {"gen spec.yaml --statz=3", "did you mean --stats?"}, /* start is near, too */
        {"sweep spec.yaml --workrs=3", "did you mean --workers?"},
        {"gen spec.yaml --data.samples", "data.samples: an option is wanted here (allowed: KEY=VALUE)"},
        {"gen spec.yaml --zzzzzzzz=3", "--zzzzzzzz=3: unknown option"},
        {"eval run --data.samples=3", "--data.samples=3: unknown option"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *said = shell_expect(2, "cd $SCRATCH; $COTNOISE %s 2>&1", cases[i][0]);
        if (!strstr(said, cases[i][1])) print_message("%s: %s\n", cases[i][0], said);
        assert_non_null(strstr(said, cases[i][1]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(dashes_are_taken_off),
                                       cmocka_unit_test(values_are_left_alone),
                                       cmocka_unit_test(mistyped_names_are_guessed)};
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
