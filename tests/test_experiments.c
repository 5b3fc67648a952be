/* Installed experiments: found by name wherever the program and the user are, and listed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

#define HERE      "cd $SCRATCH/here && $SCRATCH/prefix/bin/cotnoise "
#define SPEC_TEXT "task: {name: add, max_digits: 2}\\ndata: {samples: 10}\\n"

/* A program in a prefix with two specs, and an empty folder. */
static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0,
                 "cd $SCRATCH && mkdir -p here prefix/bin prefix/share/cotnoise/experiments && "
                 "cp $COTNOISE prefix/bin/cotnoise && cd prefix/share/cotnoise/experiments && "
                 "printf '# Does it add 1.5 digits? Yes.\\n" SPEC_TEXT "' >adding.yaml && "
                 "printf '# One line,\\n#  another:\\n# the end.\\n#\\n# More.\\nseeds: [1, 2]\\n" SPEC_TEXT
                 "' >two-seeds.yaml && touch notes.txt .yaml");
    return 0;
}

static void assert_says(int status, const char *command, const char *wanted) {
    const char *said = shell_expect(status, "%s 2>&1", command);
    if (!strstr(said, wanted)) print_message("%s: %s\n", command, said);
    assert_non_null(strstr(said, wanted));
}

static void they_are_listed(void **state) {
    (void)state;
    shell_expect(0, HERE "experiments >../list && printf 'adding     Does it add 1.5 digits?\\n"
                         "two-seeds  One line,  another: the end.\\n\\nThese are in %%s\\n' "
                         "$SCRATCH/prefix/share/cotnoise/experiments | diff - ../list");
    shell_expect(0, HERE "experiments two-seeds | cmp - ../prefix/share/cotnoise/experiments/two-seeds.yaml");
    assert_says(2, HERE "experiments adding two-seeds", "two-seeds: is one argument too many");
    assert_says(2, HERE "experiments adding --lst", "--lst: unknown option");
}

static void every_command_finds_them(void **state) {
    (void)state;
    assert_says(0, HERE "sweep two-seeds --dry-run", "\n2 runs, 0 complete");
    assert_says(0, HERE "sweep two-seeds.yaml --dry-run", "\n2 runs, 0 complete");
    shell_expect(0, HERE "gen ../prefix/share/cotnoise/experiments/adding.yaml -n 3 -o ../three.jsonl");
    shell_expect(0, HERE "gen adding -n 3 | cmp - ../three.jsonl");
    assert_says(2, HERE "train adding", "-o DIR is missing");
}

static void what_is_here_goes_first(void **state) {
    (void)state;
    const char *both = HERE "sweep two-seeds --dry-run";
    shell_expect(0, "mkdir $SCRATCH/here/two-seeds");
    assert_says(0, both, "\n2 runs"); /* a folder is no spec */
    shell_expect(0, "printf 'seeds: [1, 2, 3]\\n" SPEC_TEXT "' >$SCRATCH/here/two-seeds.yaml");
    assert_says(0, both, "\n3 runs");
    /* What it is read from is not written over, by whatever name. */
    assert_says(2, HERE "gen two-seeds -o two-seeds.yaml", "is read from here (two-seeds.yaml)");
    shell_expect(0, "rmdir $SCRATCH/here/two-seeds && "
                    "printf 'seeds: [1, 2, 3, 4]\\n" SPEC_TEXT "' >$SCRATCH/here/two-seeds");
    assert_says(0, both, "\n4 runs");
    shell_expect(0, "rm $SCRATCH/here/two-seeds $SCRATCH/here/two-seeds.yaml");
}

static void what_is_not_found_is_told(void **state) {
    (void)state;
    assert_says(2, HERE "sweep ading",
                "ading: there is no such file here, nor ading.yaml, and no ading.yaml in ");
    assert_says(2, HERE "sweep ading", "/prefix/share/cotnoise/experiments; did you mean adding?");
    assert_says(2, HERE "gen ading.yaml", "ading.yaml: there is no such file here, and no ading.yaml in ");
    /* A path is nothing but a path. */
    assert_says(2, HERE "sweep ./adding", "./adding: cannot open: No such file");
    assert_says(2, HERE "sweep ''", "the spec: the path is empty");
    shell_expect(0, "mkdir -p $SCRATCH/bare/bin && cp $COTNOISE $SCRATCH/bare/bin/cotnoise");
    assert_says(
        2, "cd $SCRATCH/here && ../bare/bin/cotnoise sweep adding",
        "nor adding.yaml, and no experiments are installed with this program (looked for the folder ");
    assert_says(2, "cd $SCRATCH/here && ../bare/bin/cotnoise experiments",
                "/bare/share/cotnoise/experiments)");
}

static void a_prefix_may_move(void **state) {
    (void)state;
    shell_expect(0, "mv $SCRATCH/prefix \"$SCRATCH/a prefix\"");
    assert_says(0, "cd $SCRATCH/here && \"../a prefix/bin/cotnoise\" sweep adding --dry-run", "\n1 run");
    shell_expect(0, "mv \"$SCRATCH/a prefix\" $SCRATCH/prefix");
}

/* In the tree that it was built in, those that are there; each says what it asks. */
static void the_source_tree_has_its_own(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH/here && $COTNOISE experiments >../list");
    shell_expect(0, "for spec in experiments/*.yaml; do grep -q \"^$(basename $spec .yaml)  *[A-Z].*[.?]$\" "
                    "$SCRATCH/list || { echo $spec; exit 1; }; done");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_listed),         cmocka_unit_test(every_command_finds_them),
        cmocka_unit_test(what_is_here_goes_first), cmocka_unit_test(what_is_not_found_is_told),
        cmocka_unit_test(a_prefix_may_move),       cmocka_unit_test(the_source_tree_has_its_own)};
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
