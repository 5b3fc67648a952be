/* Which kernels are taken: the highest level that the processor can run, or the one that COTNOISE_LEVEL
 * names; and that what needs them asks before it writes anything. tests/emulated/old_processor.sh does the
 * same on processors that can run none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nn/levels.h"
#include "tests/support/shell.h"

/* What COTNOISE_LEVEL calls it: the end of "x86-64-v3". */
static const char *short_name(const struct kernels *kernels) { return strrchr(kernels->level, '-') + 1; }

static void the_highest_is_taken(void **state) {
    (void)state;
    struct error error;
    const struct kernels *kernels, *highest = NULL, *chosen = NULL;
    bool runs, ran = true;
    for (int i = 0; (kernels = levels_at(i, &runs)); i++) {
        assert_true(ran || !runs); /* lowest first */
        ran = runs;
        if (runs) highest = kernels;
    }
    assert_non_null(highest);
    for (int empty = 0; empty < 2; empty++) {
        if (empty) setenv("COTNOISE_LEVEL", "", 1);
        assert_int_equal(levels_choose(&chosen, &error), ERR_OK);
        assert_ptr_equal(chosen, highest);
        assert_string_equal(levels_name(), highest->level);
        assert_int_equal(levels_check(&error), ERR_OK);
    }
    unsetenv("COTNOISE_LEVEL");
}

static void each_can_be_asked_for(void **state) {
    (void)state;
    struct error error;
    const struct kernels *kernels, *chosen;
    bool runs;
    for (int i = 0; (kernels = levels_at(i, &runs)); i++) {
        setenv("COTNOISE_LEVEL", short_name(kernels), 1);
        chosen = NULL;
        assert_int_equal(levels_choose(&chosen, &error), runs ? ERR_OK : ERR_INPUT);
        assert_ptr_equal(chosen, runs ? kernels : NULL);
        assert_int_equal(levels_check(&error), runs ? ERR_OK : ERR_INPUT);
        if (runs)
            assert_string_equal(levels_name(), kernels->level);
        else
            assert_null(levels_name());
    }
    unsetenv("COTNOISE_LEVEL");
}

static void another_name_is_refused(void **state) {
    (void)state;
    /* Neither the beginning of a name nor more than it. */
    static const char *const names[] = {"v", "v33", "x86-64-v3", "neo", "V3", "none"};
    struct error error;
    const struct kernels *kernels, *chosen = NULL;
    bool runs;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        setenv("COTNOISE_LEVEL", names[n], 1);
        assert_int_equal(levels_choose(&chosen, &error), ERR_INPUT);
        assert_null(chosen);
        assert_non_null(strstr(error.message, names[n]));
        const char *allowed = strstr(error.message, "(allowed: ");
        assert_non_null(allowed);
        for (int i = 0; (kernels = levels_at(i, &runs)); i++)
            assert_true(runs == !!strstr(allowed, short_name(kernels)));
    }
    unsetenv("COTNOISE_LEVEL");
}

static void runs_name_each_and_are_the_same(void **state) {
    (void)state;
    const struct kernels *kernels;
    bool runs;
    for (int i = 0; (kernels = levels_at(i, &runs)); i++) {
        if (!runs) continue;
        shell_expect(0,
                     "cd $SCRATCH && COTNOISE_LEVEL=%s $COTNOISE train spec.yaml -o %s && "
                     "grep -q '\"level\": *\"%s\"' %s/config.json && "
                     "grep -q '\"arithmetic\": *\"portable\"' %s/config.json && "
                     "cmp %s/model.safetensors first/model.safetensors",
                     short_name(kernels), kernels->level, kernels->level, kernels->level, kernels->level,
                     kernels->level);
    }
}

/* Each says so in one line, exit status 2, and has written nothing. */
static void nothing_is_written_without_kernels(void **state) {
    (void)state;
    static const char *const commands[] = {"train spec.yaml -o run",
                                           "eval first -o out.jsonl",
                                           "score first samples.jsonl -o out.jsonl",
                                           "solve first '1 + 2'",
                                           "bench",
                                           "sweep spec.yaml --results run"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *said = shell_expect(2, "cd $SCRATCH && COTNOISE_LEVEL=none $COTNOISE %s", commands[i]);
        assert_non_null(strstr(said, "COTNOISE_LEVEL=none: not a level of this processor"));
        assert_true(strchr(said, '\n') == said + strlen(said) - 1);
        shell_expect(0, "cd $SCRATCH && test -z \"$(ls -d run* out* 2>/dev/null)\"");
    }
    /* What needs none is not asked. */
    shell_expect(0, "cd $SCRATCH && export COTNOISE_LEVEL=none && $COTNOISE tasks >/dev/null && "
                    "$COTNOISE gen spec.yaml -n 3 >/dev/null && $COTNOISE sweep spec.yaml --dry-run && "
                    "$COTNOISE train --help >/dev/null && $COTNOISE sweep spec.yaml --results swept && "
                    "test -s swept/little/report.html");
}

static int setup(void **state) {
    int failed = shell_setup(state);
    if (failed) return failed;
    shell_expect(0, "cd $SCRATCH && printf 'name: little\\ntask: {name: add, max_digits: 2}\\n"
                    "data: {samples: 40, epochs: 1}\\nmodel: {preset: tiny}\\n"
                    "train: {batch_tokens: 512}\\neval: {problems: 5, max_new_tokens: 8}\\n' >spec.yaml && "
                    "$COTNOISE gen spec.yaml -n 5 -o samples.jsonl && $COTNOISE train spec.yaml -o first && "
                    "$COTNOISE sweep spec.yaml -j 1 --results swept && rm swept/little/report.html");
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_is_taken), cmocka_unit_test(each_can_be_asked_for),
        cmocka_unit_test(another_name_is_refused), cmocka_unit_test(runs_name_each_and_are_the_same),
        cmocka_unit_test(nothing_is_written_without_kernels)};
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
