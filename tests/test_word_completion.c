/* Completion: what the program says may be typed next, and what bash makes of it. (zsh, and both with a Tab
 * key: make check-installed.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "noise/noises.h"
#include "spec/options.h"
#include "tasks/tasks.h"
#include "tests/support/shell.h"

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "mkdir $SCRATCH/bin && ln -s $COTNOISE $SCRATCH/bin/cotnoise");
    return 0;
}

/* The words that are offered after "cotnoise ..." (shell words, the last may be ''), each in blanks. */
static const char *offered(const char *typed) {
    return shell_expect(0, "printf ' '; $COTNOISE help --words %s | cut -f 1 | tr '\\n' ' '", typed);
}

static void all_and_nothing_else_is_offered(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"sw", " sweep "},
        {"he", " help "},
        {"--v", " --version "},
        {"help re", " report "},
        {"swep ''", " "},
        {"sweep quickst", " :files quickstart "},
        {"experiments quickst", " :files quickstart "},
        {"sweep q --w", " --workers "},
        {"sweep q -", NULL},
        {"sweep q -j", " -j "},
        {"sweep q -j ''", " "},
        {"sweep -j 2 quickst", " :files quickstart "},
        {"sweep -j2 quickst", " :files quickstart "},
        {"sweep q -j 2 sele", " select= "},
        {"sweep q --launcher ''", " slurm "},
        {"sweep q --results ''", " :directories "},
        {"train q --output=", " :directories "},
        {"gen q -o ''", " :files "},
        {"gen q --split t", " train test "},
        {"gen q --split=v", " --split=validation "},
        {"train q tr", " train. "},
        {"train q --data.sa", " --data.samples= "},
        {"train q data.contamination", " data.contamination= "},
        {"train q start.data.sa", " start.data.samples= "},
        {"train q --start.data.sa", " --start.data.samples= "},
        {"train q noise.slip.", " noise.slip.rate= noise.slip.contamination= "},
        {"train q model.preset=ti", " model.preset=tiny "},
        {"train q --model.preset=ti", " --model.preset=tiny "},
        {"train q start.model.preset=ti", " start.model.preset=tiny "},
        {"sweep q rl.method=none,gr", " rl.method=none,grpo "},
        {"train q data.file=x", " :files "},
        {"train q model.init=x", " :directories "},
        {"train q no.such=", " "},
        {"eval ''", " :directories "},
        {"score ''", " :directories "},
        {"score d ''", " :files "},
        {"report a ''", " :directories "},
        {"trace add 1 2 --noise line_", " line_repeat= line_swap= "},
        {"trace add --visibility mod", " mod= modpow= modular_arithmetic= "},
        {"trace add --visibility mod=f", " mod=full "},
        {"profile f --task median", " median "},
        {"tasks --family look", " lookup "},
        {"tasks add sort", " sort "},
        {"noises dynamic_", " dynamic_state "},
        {"bench --preset ba", " base "},
        {"solve d ''", " "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = offered(cases[i][0]);
        if (!cases[i][1]) continue;
        if (strcmp(got, cases[i][1]) != 0) print_message("%s\n", cases[i][0]);
        assert_string_equal(got, cases[i][1]);
    }
}

static void assert_offers(const char *typed, const char *word, const char *ending) {
    char wanted[160];
    snprintf(wanted, sizeof wanted, " %s%s ", word, ending);
    if (!strstr(offered(typed), wanted)) print_message("%s:%s is missing\n", typed, wanted);
    assert_non_null(strstr(offered(typed), wanted));
}

/* What the tables have is offered, all of it. */
static void tables_are_offered(void **state) {
    (void)state;
    for (int i = 0; task_list[i]; i++) assert_offers("trace ''", task_list[i]->name, "");
    for (int i = 0; noise_list[i]; i++) assert_offers("trace add --noise ''", noise_list[i]->name, "=");
    for (const struct option_row *row = options_table(); row->name; row++) {
        struct option_ref option = {.row = row};
        char name[OPTION_NAME_MAX], typed[OPTION_NAME_MAX + 16];
        if (row->typed) continue; /* --trainer is */
        option_path(option, name);
        snprintf(typed, sizeof typed, "train q %s", name);
        assert_offers(typed, name, "=");
    }
    shell_expect(0, "for f in experiments/*.yaml; do $COTNOISE help --words sweep '' | cut -f 1 | "
                    "grep -qx $(basename $f .yaml) || exit 1; done");
    /* And the options of --help, of each command, with what they are for. */
    shell_expect(0,
                 "for c in $($COTNOISE help --words '' | cut -f 1 | grep -v help); do $COTNOISE $c --help | "
                 "sed -n 's/^ \\{2,6\\}\\(-[a-z], \\)*\\(--[a-z-]*\\).*/\\2/p' >$SCRATCH/want; "
                 "$COTNOISE help --words $c -- | cut -f 1 | grep -v '[=.]$' | diff $SCRATCH/want - || "
                 "exit 1; done");
    const char *said = shell_expect(0, "$COTNOISE help --words sweep q --dry");
    assert_string_equal(said, "--dry-run\tonly list the runs, with their tokens and the expected time\n");
    said = shell_expect(0, "$COTNOISE help --words sweep q data.sam");
    assert_string_equal(said, "data.samples=\tdifferent training samples\n");
}

/* The line as bash divides it (at =, too), completed: what is put in place of its last part. */
static void bash_completes(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"cotnoise swe", "cotnoise swe", "sweep"},
        {"cotnoise sweep quickstart --dry", "cotnoise sweep quickstart --dry", "--dry-run"},
        {"cotnoise train q model.preset=ti", "cotnoise train q model.preset = ti", "tiny"},
        {"cotnoise train q model.preset=", "cotnoise train q model.preset =", "base pythia-14m"},
        {"cotnoise sweep q rl.method=none,gr", "cotnoise sweep q rl.method = none,gr", "none,grpo"},
        {"cotnoise train q data.file=long", "cotnoise train q data.file = long", "long name.jsonl"},
        {"cotnoise train q data.file=", "cotnoise train q data.file =", "bin long name.jsonl"},
        {"cotnoise profile long", "cotnoise profile long", "long name.jsonl"},
        {"cotnoise eval b", "cotnoise eval b", "bin"},
        {"cotnoise sweep  q   da", "cotnoise sweep q da", "data."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = shell_expect(
            0,
            "cd docs && set -- \"$PWD\" && cd $SCRATCH && touch 'long name.jsonl' && PATH=$SCRATCH/bin:$PATH "
            "bash "
            "-c '. \"$0/completion/cotnoise.bash\" && complete -p cotnoise >/dev/null && COMP_LINE=\"%s\" && "
            "COMP_POINT=${#COMP_LINE} && COMP_WORDS=(%s) && COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) && "
            "_cotnoise cotnoise && printf \"%%s\\n\" \"${COMPREPLY[@]}\"' \"$1\" | sort | paste -sd' '",
            cases[i][0], cases[i][1]);
        if (strncmp(got, cases[i][2], strlen(cases[i][2])) != 0) print_message("%s: %s\n", cases[i][0], got);
        assert_int_equal(strncmp(got, cases[i][2], strlen(cases[i][2])), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_and_nothing_else_is_offered),
                                       cmocka_unit_test(tables_are_offered),
                                       cmocka_unit_test(bash_completes)};
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
