/* What people are told that is no error, but not as they may think: on standard error, in one line, once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

#define SPEC                                                                                \
    "name: told\\ntask: {name: add, max_digits: 2}\\ndata: {epochs: 1}\\neval: {problems: " \
    "50}\\n"                                                                                \
    "model: {preset: tiny, layers: 1, width: 32, heads: 2, ffn: 64}\\ntrain: {max_steps: 12}\\n"

static int setup(void **state) {
    shell_setup(state);
    shell_expect(0, "cd $SCRATCH && printf '" SPEC
                    "' >spec.yaml && $COTNOISE gen spec.yaml -n 100 -o ours.jsonl && "
                    "sed 's/\\\\n\",\"completion\"/\",\"completion\"/' ours.jsonl >cut.jsonl && "
                    "sed 's/\",\"answer\":/\\\\n\",\"answer\":/' ours.jsonl >longer.jsonl && "
                    "printf 'task: {name: countdown}\\n' >drawn.yaml && $COTNOISE train spec.yaml -o run");
    return 0;
}

/* What a command says, and the words of it; NULL: nothing but how it goes. */
struct told {
    const char *command, *says;
};

static void check(const struct told *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *said = shell_expect(0,
                                        "cd $SCRATCH && rm -rf new results && $COTNOISE %s 2>&1 >/dev/null | "
                                        "grep -v '^step\\|^evaluating' || :",
                                        cases[i].command);
        const char *found = cases[i].says ? strstr(said, cases[i].says) : NULL;
        bool once = found && !strstr(found + 1, cases[i].says),
             line = strchr(said, '\n') && !strchr(said, '\n')[1];
        if (cases[i].says ? !once || !line : *said) fail_msg("%s: %s", cases[i].command, said);
    }
}
#define CHECK(cases) check(cases, sizeof(cases) / sizeof *(cases))

/* A newline more or less, and what is learned is not what is tested. */
static void texts_unlike_the_test(void **state) {
    (void)state;
    static const struct told cases[] = {
        {"train spec.yaml data.file=ours.jsonl -o new", NULL},
        {"train spec.yaml data.file=cut.jsonl -o new",
         "cut.jsonl: 0 of 100 prompts have the form of the test's"},
        {"train spec.yaml data.file=longer.jsonl -o new",
         "longer.jsonl: 0 of 100 completions end with a line `answer = ...`"},
        {"train spec.yaml data.file=ours.jsonl format=direct -o new", "ours.jsonl: completions are traces"},
        {"score run ours.jsonl", NULL},
        {"score run cut.jsonl", "cotnoise score: cut.jsonl: 0 of 100 prompts have the form of the test's"},
    };
    CHECK(cases);
}

static void sizes_that_leave_options_nothing_to_do(void **state) {
    (void)state;
    static const struct told cases[] = {
        {"train spec.yaml train.batch_tokens=4 -o new",
         "train.batch_tokens: 4 is less than a sample has in the mean"},
        {"train spec.yaml train.batch_tokens=60 -o new", NULL},
        {"train spec.yaml train.stop_at=1 eval.every=12 -o new", "eval.every: 12, and there are 12 steps"},
        {"train spec.yaml train.stop_at=1 eval.every=11 -o new", NULL},
        {"train spec.yaml eval.max_new_tokens=9 -o new",
         "completions may have 9 tokens, and some true ones have more"},
    };
    CHECK(cases);
}

static void options_that_change_nothing(void **state) {
    (void)state;
    static const struct told cases[] = {
        {"trace add 1 2 --seed 4", "cotnoise trace: --seed changes nothing"},
        {"trace add 1 2 --seed 4 --noise digit=0.5", NULL},
        {"trace add 1 2 --visibility mod=hidden",
         "--visibility mod=hidden changes nothing: task add does not call it"},
        {"trace gcd 12 18 --visibility mod=hidden", NULL},
        {"trace add 1 2 --refine 0.5 --noise digit=0.1", "--refine changes nothing"},
        {"trace add 1 2 --refine 0.5 --noise dynamic=0.1", NULL},
        {"trace add 1 2 --answer clean --noise line=0.1", "--answer clean changes nothing"},
        {"trace add 1 2 --answer clean --noise digit=0.1", NULL},
        {"trace add 1 2 --names res", "--names changes nothing without --noise"},
        {"trace add 1 2 --names res --noise digit=0.1", NULL},
        {"trace add 1 2 --refine 0.5 --noise dynamic=0.1 --format direct", "--refine changes nothing"},
        {"trace add 1 2 --format direct --noise line=0.5", "a noise of lines changes nothing"},
        {"trace add 1 2 --format direct --noise digit=0.5", NULL},
        {"trace add 1 2 --format direct --line-limit 9", "--line-limit changes nothing"},
        {"trace add 1 2 --format direct --line-limit 9 --noise dynamic=0.1", NULL},
        {"gen spec.yaml -n 1 data.epochs=2 --epoch 2", "--epoch 2 changes nothing"},
        {"gen spec.yaml -n 1 data.epochs=2 sparsify.share=0.5 sparsify.schedule=linear --epoch 2", NULL},
        {"gen spec.yaml -n 1 data.epochs=2 sparsify.share=0.5 sparsify.schedule=linear --epoch 2 --split "
         "test",
         "--epoch 2 changes nothing"},
        {"profile ours.jsonl --task add --visibility mod=hidden", "task add does not call it"},
        {"gen spec.yaml -n 1 eval.samples=3",
         "cotnoise gen: eval.samples=3: eval.samples changes nothing here"},
        {"gen spec.yaml -n 1 data.file=ours.jsonl",
         "data.file: what is written is samples of the spec's tasks"},
        {"sweep spec.yaml --dry-run noise.answer=clean noise.digit=0,0.1", NULL},
        {"sweep spec.yaml --dry-run noise.answer=clean", "noise.answer changes nothing here"},
        {"gen drawn.yaml -n 1 task.name=collatz task.sampling=length", "task.sampling changes nothing here"},
        {"gen drawn.yaml -n 1 task.name=countdown task.sampling=length", NULL},
        {"sweep spec.yaml --dry-run train.batch_tokens=4,60",
         "cotnoise sweep: train.batch_tokens: in 1 of 2 runs"},
    };
    CHECK(cases);
    assert_non_null(strstr(shell("cd $SCRATCH && $COTNOISE solve run '1 + 2' --seed 4 2>&1")->output,
                           "cotnoise solve: --seed changes nothing"));
    assert_non_null(strstr(shell_expect(2, "$COTNOISE trace add 1 2 --diff --json"), "--diff and --json"));
    assert_non_null(
        strstr(shell_expect(2, "$COTNOISE gen $SCRATCH/spec.yaml --stats --space-digits"), "--space-digits"));
}

/* The runs of a sweep do not say the same one after the other. */
static void a_sweep_says_it_once(void **state) {
    (void)state;
    const char *said = shell_expect(0, "cd $SCRATCH && rm -rf results && $COTNOISE sweep spec.yaml "
                                       "seeds=1,2,3 train.batch_tokens=4 -j 2 2>&1");
    const char *first = strstr(said, "train.batch_tokens: 4 is less");
    assert_non_null(first);
    assert_null(strstr(first + 1, "train.batch_tokens: 4 is less"));
    said = shell_expect(
        0, "cd $SCRATCH && rm -rf results && $COTNOISE sweep spec.yaml train.batch_tokens=4,5 -j 2 2>&1");
    assert_non_null(strstr(said, "train.batch_tokens: 4 is less"));
    assert_non_null(strstr(said, "train.batch_tokens: 5 is less"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_unlike_the_test),
        cmocka_unit_test(sizes_that_leave_options_nothing_to_do),
        cmocka_unit_test(options_that_change_nothing),
        cmocka_unit_test(a_sweep_says_it_once),
    };
    return cmocka_run_group_tests_name("warnings", tests, setup, shell_teardown);
}
