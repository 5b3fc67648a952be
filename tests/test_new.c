/* The way in for those who add a task or a noise: what `make new-task` and `make new-noise` write, the loop
 * of edit and test, the user's own folder, and the names that are refused. In a copy of the tree with what is
 * built of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

/* In the copy, with an outer make's flags, but not its TASKS_DIR. $PROGRAM is the program that is built
 * there. */
#define IN   "cd $SCRATCH/copy && "
#define MAKE IN "make --no-print-directory VARIANT=$(basename $BUILT) "
#define OURS MAKE "TASKS_DIR= "
#define OWN  MAKE "TASKS_DIR=$SCRATCH/own "

static int copy_sources(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(
        0, "mkdir -p $SCRATCH/copy $SCRATCH/own && cp -Rp Makefile src tasks noise tests $SCRATCH/copy");
    char *built = strdup(shell_expect(0, "printf build/%%s $(basename $(dirname $COTNOISE))"));
    int failed = !built || setenv("BUILT", built, 1);
    free(built);
    if (failed) return -1;
    shell_expect(
        0,
        "mkdir -p $SCRATCH/copy/$BUILT/tests && cd $BUILT && cp -Rp src tasks noise generated flags commit "
        "libcotnoise.a cotnoise $SCRATCH/copy/$BUILT && cd tests && "
        "cp -Rp support test_golden* test_each_task* test_noise.* $SCRATCH/copy/$BUILT/tests");
    return 0;
}

static void expect_words(const char *said, const char *words) {
    if (!strstr(said, words)) fail_msg("'%s' lacks '%s'", said, words);
}

/* Every kind of skeleton passes what is asked of every task, and its own test, here and in a folder outside.
 */
static void skeletons_work(void **state) {
    (void)state;
    static const char *const kinds[] = {
        "number", "list,number", "list,list,number", "symbol,number", "list,symbol", "list,truth", "graph"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *said = shell_expect(0, OWN "new-task NAME=own_%d_test KIND=%s", (int)i, kinds[i]);
        expect_words(said, "wrote ");
        expect_words(said, "/own/golden/own_");
        said = shell_expect(0, OWN "test-task NAME=own_%d_test", (int)i);
        expect_words(said, "== test_golden\n");
        expect_words(said, "== test_task_own_");
        expect_words(said, "all 3 test programs passed");
    }
    shell_expect(0, OURS "new-task NAME=parity_test </dev/null && " OURS "test-task NAME=parity_test");
    shell_expect(0, IN "$BUILT/cotnoise tasks >$SCRATCH/tasks && grep -qw parity_test $SCRATCH/tasks && "
                       "! grep own_ $SCRATCH/tasks && "
                       "$BUILT/cotnoise trace parity_test 58 | tail -n 1 | grep -qx 'answer = 13'");
    shell_expect(0, OURS "new-noise NAME=rate_up && " OURS "test-noise NAME=rate_up");
    /* An option's name is cut at its end, and not where a noise's name is like it. */
    expect_words(shell_expect(0, IN "printf 'task: {name: add}\n' >s.yaml && "
                                    "$BUILT/cotnoise sweep s.yaml noise.rate_up=0,0.5 --dry-run"),
                 "noise.rate_up=0.5");
}

/* What is told at the end are commands, and they work. */
static void what_comes_next_is_told(void **state) {
    (void)state;
    shell_expect(0,
                 OWN "new-task NAME=own_next KIND=list,number >$SCRATCH/next && "
                     "sed -n 's/^  make \\(.*\\) # .*/make VARIANT=$(basename $BUILT) \\1/p' $SCRATCH/next "
                     ">$SCRATCH/commands && test $(wc -l <$SCRATCH/commands) = 3 && mkdir -p build && "
                     "ln -sf ../$BUILT/cotnoise build/cotnoise && sh -e $SCRATCH/commands");
    shell_expect(
        0, "cd $SCRATCH/own/golden && cp own_next.txt ../right && sed -i '3s/.*/next = 9/' own_next.txt && "
           "! cmp -s own_next.txt ../right");
    shell_expect(
        0, OWN
        "test-task NAME=own_next GOLDEN=write && cmp $SCRATCH/own/golden/own_next.txt $SCRATCH/own/right");
    shell_expect(0,
                 IN "printf 'list,number\\n' | script -qec 'make new-task NAME=asked TASKS_DIR=$SCRATCH/own' "
                    "/dev/null >$SCRATCH/asked && grep -q 'KIND=list,number' $SCRATCH/asked && "
                    "grep -q PARAMETER_LIST $SCRATCH/own/asked.c");
    expect_words(shell_expect(2, OURS "new-task NAME=x KIND=lists 2>&1"),
                 "KIND=lists: must be one of\n  KIND=number");
}

/* What differs is told with its place in the file, both ways, and so is a file that asks for the impossible.
 */
static void golden_differences_are_told(void **state) {
    (void)state;
#define GOLDEN IN "COTNOISE_TASK=add $BUILT/tests/test_golden 2>&1"
    shell_expect(0, IN "cp tests/golden/add.txt $SCRATCH/add.txt && sed -i '6s/7/1/' tests/golden/add.txt");
    expect_words(shell_expect(1, GOLDEN),
                 "tests/golden/add.txt:6: - is wanted (the file), + is got\n  digy = 2\n  res = 1\n  "
                 "carry = 1\n- digx = 1\n+ digx = 7\n");
    shell_expect(0, IN "COTNOISE_TASK=sub $BUILT/tests/test_golden");
    shell_expect(0, IN "GOLDEN=write COTNOISE_TASK=add $BUILT/tests/test_golden && "
                       "cmp tests/golden/add.txt $SCRATCH/add.txt");
    shell_expect(0, IN "sed -i '1s/52/x/' tests/golden/add.txt");
    expect_words(shell_expect(1, GOLDEN), "tests/golden/add.txt:1: ");
    shell_expect(0, IN "rm tests/golden/add.txt");
    expect_words(shell_expect(1, GOLDEN), "a line '$ add ARGUMENT...' in it");
    shell_expect(0, IN "cp $SCRATCH/add.txt tests/golden");
    shell_expect(0, IN "sed -i 's/sum += x %% 10/sum += x %% 9/' tests/test_task_parity_test.c");
    const char *said = shell_expect(2, OURS "test-task NAME=parity_test 2>&1");
    expect_words(said, "parity_test ");
    expect_words(said, ": the answer is ");
    expect_words(said, "FAILED: test_task_parity_test\n");
#undef GOLDEN
}

/* What is asked of every task is asked of one: what it keeps, its names, its lengths, enough problems. */
static void rules_are_told(void **state) {
    (void)state;
    static const struct {
        const char *edit, *words;
    } cases[] = {
        {"s/hold[a-z_]*(t, \\(.*\\));/\\1;/", "own_0_test.c: nothing is kept by hold()"},
        {"s/\"digit\"/\"push fix\"/", "the name 'fix' is a word of the recorder's own"},
        {"s/\"digit\"/\"2nd\"/", "the name '2nd' is not a word"},
        {"s/{{.name = \"x\"}}/{{.name = \"x\", .kind = PARAMETER_SYMBOL}}/", "has symbols, and no .alphabet"},
        {"s/{{.name = \"x\"}}/{{.name = \"x\", .kind = PARAMETER_LIST, .element = \"(number)\"}}/",
         "elements (number) are drawn by a .draw of the task's own"},
        {"s/{{.name = \"x\"}}/{{.name = \"x\", .kind = PARAMETER_LIST, .element = \"numbers\"}}/",
         "'numbers' is no form of an element"},
        {"/FAMILY_LOOKUP/d", "own_0_test: which kind of step is it made of?"},
        {"s/max_digits = 6/max_digits = 40/",
         "own_0_test: of its default sizes one sequence in a hundred has "},
        {"s/min_digits = 4/min_digits = 1/", "own_0_test: of its default sizes there are "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        shell_expect(0, "cp $SCRATCH/own/own_0_test.c $SCRATCH/kept && sed -i '%s' $SCRATCH/own/own_0_test.c",
                     cases[i].edit);
        expect_words(shell_expect(2, OWN "test-one NAME=own_0_test ONE=$BUILT/tests/test_each_task 2>&1"),
                     cases[i].words);
        shell_expect(0, "cp $SCRATCH/kept $SCRATCH/own/own_0_test.c");
    }
}

/* A name that collides or cannot be is refused with the reason, before a file is written. */
static void names_are_checked(void **state) {
    (void)state;
    static const struct {
        const char *what, *name, *words;
    } cases[] = {
        {"task", "add", "tasks/add.c: is there already"},
        {"noise", "digit", "noise/digit.c: is there already"},
        {"task", "errors", "tests/test_task_errors.c: is there already"},
        {"task", "../evil", "lower-case letters, digits and _"},
        {"task", "Upper", "lower-case letters, digits and _"},
        {"task", "2nd", "beginning with a letter"},
        {"noise", "a_name_of_more_than_32_characters", "at most 32 characters"},
        {"task", "", "NAME is missing: make new-task NAME=digit_sum"},
        {"thing", "x", "usage: tests/new.sh task NAME"},
        {"task", "answer", "begins the last line of a trace"},
        {"task", "value", "the name is that of a source in src/"},
        {"task", "fix", "begins a correction in a trace"},
        {"task", "true", "is a value in a trace"},
        {"task", "list", "tasks/tasks.h declares task_list"},
        {"task", "parse", "src/trace/task.h declares task_parse"},
        {"noise", "hits", "src/trace/noise.h declares noise_hits"},
        {"task", "test_it", "a file of this name is a test"},
        {"task", "decimal", "the name is that of a source in src/"},
        {"task", "slip", "the name is that of tasks/slip.c"},
        {"noise", "gcd", "the name is that of tasks/gcd.c"},
        {"noise", "answer", "is part of the option noise.answer"},
        {"noise", "contamination", "is part of the option noise.*.contamination"},
        {"noise", "preset", "is part of the option model.preset"},
        {"noise", "none", "where there is no noise"},
    };
    shell_expect(0, IN "find . | sort >$SCRATCH/before");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_words(shell_expect(2, IN "tests/new.sh %s '%s' </dev/null 2>&1", cases[i].what, cases[i].name),
                     cases[i].words);
    shell_expect(0, IN "find . | sort | cmp - $SCRATCH/before");
    /* Words of C are no trouble, nor is in a folder outside the name of a source. */
    shell_expect(0, OWN "-s new-task NAME=int </dev/null && " OWN
                        "-s new-task NAME=decimal </dev/null && " OWN "-s test-task NAME=int");
}

/* So is a file that was put there by hand. */
static void files_are_checked(void **state) {
    (void)state;
#define LISTS "$BUILT/generated/lists.c 2>&1"
    shell_expect(0, IN "cp tasks/add.c $SCRATCH/own/sub.c && cp tasks/add.c $SCRATCH/own/plus.c && "
                       "sed 's/task_add/task_minus/' tasks/add.c >$SCRATCH/own/minus.c && "
                       "cp tasks/add.c $SCRATCH/own/Add.c");
    const char *said = shell_expect(2, OWN LISTS);
    expect_words(said, "/own/sub.c: the name is that of tasks/sub.c");
    expect_words(said, "/own/plus.c: must have a line that begins with: const struct task task_plus = {");
    expect_words(said, "/own/minus.c: task_minus must have .name = \"minus\"");
    expect_words(said, "/own/Add.c: the name of a task is lower-case");
    shell_expect(0, "cd $SCRATCH/own && rm sub.c plus.c minus.c Add.c");
    expect_words(shell_expect(2, MAKE "TASKS_DIR=$SCRATCH/nowhere " LISTS),
                 "/nowhere: must be a folder that is there");
    expect_words(shell_expect(2, MAKE "TASKS_DIR=\"$SCRATCH/own $SCRATCH\" " LISTS),
                 "with no blank in its path");
    /* More tasks than there is room for. */
    shell_expect(0, "mkdir $SCRATCH/many && cd $SCRATCH/many && for i in $(seq 64); do "
                    "printf '\\nconst struct task task_t%%s = {.name = \"t%%s\"};\\n' $i $i >t$i.c; done");
    expect_words(shell_expect(2, MAKE "TASKS_DIR=$SCRATCH/many $BUILT/generated/lists.o 2>&1"),
                 "more tasks than TASKS_MAX of src/trace/task.h");
#undef LISTS
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(skeletons_work),
        cmocka_unit_test(what_comes_next_is_told),
        cmocka_unit_test(golden_differences_are_told),
        cmocka_unit_test(rules_are_told),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(files_are_checked),
    };
    return cmocka_run_group_tests(tests, copy_sources, shell_teardown);
}
