/* How runs stand, seen from outside: by their locks, results, notes and metrics alone. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/lock.h"
#include "sweep/observe.h"
#include "sweep/progress.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

enum { RUNS = 6 };

static void states_are_told_apart(void **state) {
    (void)state;
    static const enum observed_state wanted[RUNS] = {RUN_COMPLETE, RUN_RUNNING, RUN_FAILED,
                                                     RUN_WAITING,  RUN_WAITING, RUN_WAITING};
    char root[1024], paths[RUNS][2048], *lock_path;
    struct planned_run runs[RUNS] = {{0}};
    struct plan plan = {.runs = runs, .count = RUNS, .root = root};
    struct observations seen;
    struct error error;
    int lock;
    snprintf(root, sizeof root, "%s/observed", getenv("SCRATCH"));
    for (int i = 0; i < RUNS; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/runs/%d", root, i);
        runs[i] = (struct planned_run){.id = "an id", .directory = paths[i], .tokens = 1000, .work = 1};
    }
    /* Complete, at work, failed, with a note that is none, damaged, not begun. */
    const char *made = make_run(root, (struct made_run){.seed = 1});
    runs[0].id = made;
    snprintf(paths[0], sizeof paths[0], "%s/runs/%s", root, made);
    make_file(paths[1], "metrics.jsonl", "%s",
              "{\"step\":5,\"tokens\":500,\"loss\":2,\"tokens_per_second\":50}\n"
              "{\"step\":5,\"tokens\":500,\"accuracy\":0.25}\n");
    runs[5].rollouts = 1000;
    make_file(paths[5], "metrics.jsonl", "%s",
              "{\"rollouts\":250,\"step\":5,\"tokens\":900,\"reward\":0.5,\"tokens_per_second\":50}\n");
    make_file(paths[2], "failed.json", "%s", "{\"reason\":\"killed\",\"attempts\":2}");
    make_file(paths[3], "failed.json", "%s", "{\"reason\"");
    make_file(paths[4], "result.json", "%s", "{}");
    lock_path = file_join(paths[1], "lock");
    assert_int_equal(lock_acquire(lock_path, "a test", 0, &lock, &error), ERR_OK);
    if (observe_runs(&plan, &seen, &error)) fail_msg("%s", error.message);
    lock_release(lock);
    free(lock_path);
    for (int i = 0; i < RUNS; i++)
        if (seen.runs[i].state != wanted[i]) fail_msg("%d is %s", i, observe_state_names[seen.runs[i].state]);
    assert_int_equal(seen.count[RUN_FAILED], 1);
    assert_int_equal(seen.count[RUN_WAITING], 3);
    assert_int_equal(seen.runs[1].now.step, 5);
    assert_int_equal(seen.runs[1].now.steps, 10); /* half of the tokens are done */
    assert_true(seen.runs[1].now.loss == 2 && seen.runs[1].now.accuracy == 0.25);
    assert_string_equal(seen.runs[2].reason, "killed");
    assert_int_equal(seen.runs[2].attempts, 2);
    assert_string_equal(seen.runs[3].reason, "");
    assert_true(isnan(seen.runs[5].now.accuracy) && seen.runs[5].now.reward == 0.5);
    assert_true(progress_share(&seen.runs[5].now) == 0.25);
    observe_free(&seen);
}

/* Runs of 100 tokens; `work` is what there is to do, two runs at a time. */
static void what_is_left_goes_at_the_pace_of_now(void **state) {
    (void)state;
    struct planned_run runs[4] = {{0}};
    struct observation seen[4] = {{0}};
    struct plan plan = {.runs = runs, .count = 4};
    struct observations all = {.runs = seen};
    for (int i = 0; i < 4; i++) {
        runs[i] = (struct planned_run){.tokens = 100, .work = 100};
        seen[i] = (struct observation){.state = RUN_WAITING};
    }
    assert_true(isnan(observe_seconds_left(&plan, &all)));
    seen[0].state = RUN_COMPLETE;
    runs[0].complete = true;
    for (int i = 1; i < 3; i++) {
        seen[i].state = RUN_RUNNING;
        seen[i].now = (struct run_progress){.step = 1, .steps = 2, .tokens_per_second = 10};
    }
    /* 50 + 50 + 100 at twice 10 a second. */
    assert_true(fabs(observe_seconds_left(&plan, &all) - 10) < 1e-9);
    /* A run that is waiting was fast once; that is no pace. */
    seen[3].now.tokens_per_second = 1000;
    assert_true(fabs(observe_seconds_left(&plan, &all) - 10) < 1e-9);
    /* The longest is not shared. */
    runs[3].work = 1000;
    assert_true(fabs(observe_seconds_left(&plan, &all) - 100) < 1e-9);
    for (int i = 0; i < 4; i++) seen[i].state = RUN_COMPLETE;
    assert_true(observe_seconds_left(&plan, &all) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_told_apart),
        cmocka_unit_test(what_is_left_goes_at_the_pace_of_now),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
