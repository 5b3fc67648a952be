/* Which runs are there for others alone: what the spec says, and what can be told without it. And what a
 * sweep over methods of reinforcement learning comes to in its tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/collect.h"
#include "record/layout.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"
#include "tests/support/stand_in.h"

/* $SCRATCH/NAME with a result for each run of the spec, as if it had been swept; valid until the next call.
 */
static const char *swept(const char *name, const char *text) {
    const char *directory = make_results(name);
    struct spec *spec = stand_in_spec(text, NULL);
    struct error error = {""};
    make_file(directory, LAYOUT_SPEC, "name: trial\ntask: {name: add}\n%s", text);
    for (int run = 0; run < spec_runs(spec); run++) {
        struct config config;
        spec_run(spec, run, &config);
        shell_expect(0, "mkdir -p %s/runs/%s", directory, spec_run_id(spec, run));
        char *path = layout_run(directory, spec_run_id(spec, run));
        if (stand_in_result(&config, path, 9 - run, &error)) fail_msg("%s", error.message);
        free(path);
    }
    spec_free(spec);
    return directory;
}

/* How many runs are the sweep's own, and how many of these have a method; how many are parents alone. */
static void check(const char *directory, size_t own, size_t methods, size_t parents) {
    struct collection collection = {0};
    struct error error = {""};
    size_t found = 0;
    if (collect_runs(directory, false, &collection, &error)) fail_msg("%s", error.message);
    for (size_t r = 0; r < collection.count; r++) {
        const struct record *record = collection.records[r];
        assert_string_equal(record->outcome.method, rl_method_names[record->config.rl.method]);
        assert_int_equal(record->outcome.rollouts > 0, record->config.rl.method != RL_NONE);
        found += record->config.rl.method != RL_NONE;
    }
    if (collection.count != own || found != methods || collection.parent_count != parents)
        fail_msg("%zu, %zu, %zu", collection.count, found, collection.parent_count);
    collection_free(&collection);
}

/* From the runs; from the table alone, with the spec; from the table alone, without. */
static void check_all(const char *directory, size_t own, size_t methods, size_t parents, size_t untold) {
    check(directory, own, methods, parents);
    shell_expect(0,
                 "cd %s && $COTNOISE report . && rm -r runs && cp results.csv whole.csv && "
                 "cp thresholds.csv curves.csv",
                 directory);
    check(directory, own, methods, parents);
    shell_expect(0,
                 "cd %s && $COTNOISE report . && cmp results.csv whole.csv && cmp thresholds.csv curves.csv",
                 directory);
    shell_expect(0, "rm %s/" LAYOUT_SPEC, directory);
    check(directory, own + parents - untold, methods, untold);
}

static const char methods[] =
    "rl.rollouts: 2000\ngrid: {noise.digit: [0, 0.2, 0.4], rl.method: [none, grpo, expert_iteration]}\n";

static void a_grid_keeps_the_runs_without_rl(void **state) {
    (void)state;
    check_all(swept("kept", methods), 9, 6, 0, 0);
}

/* Without the spec nobody knows that the grid did not ask for it; it is a run without rl like any other. */
static void a_parent_of_runs_with_rl_alone_is_no_curve_s(void **state) {
    (void)state;
    check_all(swept("alone", "rl.method: grpo\ngrid: {noise.digit: [0, 0.2]}\n"), 2, 2, 2, 0);
}

/* Of what `start` gives it is known all the same: it differs from its child in more than rl. */
static void a_parent_by_start_is_no_curve_s(void **state) {
    (void)state;
    check_all(swept("started", "start: {data.samples: 40, noise.digit: 0}\n"
                               "grid: {noise.digit: [0.1, 0.2], rl.method: [grpo, ppo]}\n"),
              4, 4, 1, 1);
}

static void a_method_has_its_column_and_its_curve(void **state) {
    (void)state;
    const char *directory = swept("tables", methods);
    shell_expect(0, "$COTNOISE report %s", directory);
    shell_expect(0,
                 "cd %s && head -1 results.csv | grep ',parent,method,commit,noise.digit,rollouts$'"
                 " && ! grep rl.method results.csv && test $(grep -c ',none,,' results.csv) = 3 && "
                 "grep -c ',grpo,.*,2000$' results.csv | grep -q 3",
                 directory);
    shell_expect(
        0,
        "cd %s && head -1 thresholds.csv | grep 'noise.digit,method,rollouts,levels' && "
        "! grep rl.method thresholds.csv && test $(wc -l <thresholds.csv) = 4 && "
        "for method in none grpo expert_iteration; do grep -q \",$method,\" thresholds.csv || exit 1; done",
        directory);
    shell_expect(0,
                 "for curve in 'no RL' grpo 'expert iteration'; do "
                 "grep -q \"aria-label=.$curve: accuracy against noise rate\" %s/report.html || exit 1; done",
                 directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grid_keeps_the_runs_without_rl),
        cmocka_unit_test(a_parent_of_runs_with_rl_alone_is_no_curve_s),
        cmocka_unit_test(a_parent_by_start_is_no_curve_s),
        cmocka_unit_test(a_method_has_its_column_and_its_curve),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
