/* Sweeps whose runs start from others, with a stand-in for training: order, failures, shares, kills. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/lock.h"
#include "base/pcg.h"
#include "record/failure.h"
#include "record/run_record.h"
#include "sweep/sweep.h"
#include "tests/support/shell.h"
#include "tests/support/stand_in.h"

/* Two seeds; after no parent, and after two of 40 and 50 samples. */
static const char text[] = "seeds: [1, 2]\nstart: {noise.digit: 0}\n"
                           "grid: {start.data.samples: [0, 40, 50], noise.digit: [0.5, 0]}\n";
enum { OWN = 12, ALL = 16 };

static const char *folder(const char *name) {
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    return path;
}

static void pause_milliseconds(long milliseconds) {
    nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

/* --- stand-ins for run_execute --- */

/* Appends a line to RESULTS/trial/log: the run's seed, samples, noise, what it starts from and is. */
static void note(const struct config *config, const char *directory) {
    char *path = file_join(directory, "../../log"), line[128];
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0666);
    int length = snprintf(line, sizeof line, "%lld/%lld/%s\n", (long long)config->seed,
                          (long long)config->data.samples, *config->parent ? config->parent : "-");
    if (write(fd, line, (size_t)length) != length) abort();
    close(fd);
    free(path);
}

/* What a run must find: the result of the run that it starts from, and of no other. */
static enum err check_parent(const struct config *config, const struct run_hooks *hooks,
                             struct error *error) {
    bool complete = false;
    if (!*config->parent) return hooks->parent ? err_set(error, ERR_INPUT, "a parent too many") : ERR_OK;
    if (!hooks->parent) return err_set(error, ERR_INPUT, "no parent");
    enum err code = run_record_read(hooks->parent, config->parent, &complete, NULL, error);
    return code || complete ? code : err_set(error, ERR_INPUT, "the parent is not complete");
}

static enum err plain_run(const struct config *config, const char *directory, const struct run_hooks *hooks,
                          struct error *error) {
    enum err code = check_parent(config, hooks, error);
    if (code) return code;
    note(config, directory);
    return stand_in_result(config, directory, 3, error);
}

/* Parents of 40 samples fail while the file "broken" lies in the scratch folder. */
static enum err broken_run(const struct config *config, const char *directory, const struct run_hooks *hooks,
                           struct error *error) {
    if (config->data.samples == 40 && file_exists(folder("broken")))
        return err_set(error, ERR_RUNTIME, "the loss is not finite");
    return plain_run(config, directory, hooks, error);
}

/* Some steps of a few milliseconds, saved each, until asked to stop. Its state must grow by one at a time:
 * two processes in one directory would show. */
static enum err slow_run(const struct config *config, const char *directory, const struct run_hooks *hooks,
                         struct error *error) {
    char *path = file_join(directory, "state");
    bool complete = false; /* by a process that had the directory before */
    enum err code = check_parent(config, hooks, error);
    if (!code) code = run_record_read(directory, strrchr(directory, '/') + 1, &complete, NULL, error);
    if (complete) {
        free(path);
        return ERR_OK;
    }
    for (int step = 0; step < 20 && !code;) {
        char *saved = NULL, next[32];
        size_t length = 0;
        if (file_exists(path)) code = file_read(path, 100, &saved, &length, error);
        int before = saved ? atoi(saved) : 0;
        free(saved);
        if (!code && step && before != step) code = err_set(error, ERR_RUNTIME, "somebody else writes here");
        step = before + 1;
        pause_milliseconds(2);
        if (!code)
            code = file_write_plain(path, next, (size_t)snprintf(next, sizeof next, "%d", step), error);
        if (!code && interrupt_requested()) code = err_set(error, ERR_INTERRUPTED, "interrupted");
    }
    free(path);
    if (!code) note(config, directory);
    return code ? code : stand_in_result(config, directory, 3, error);
}

/* Holds its directory until it is killed, and says by the file "stuck" in the scratch folder that it does. */
static enum err stuck_run(const struct config *config, const char *directory, const struct run_hooks *hooks,
                          struct error *error) {
    enum err code = file_write_plain(folder("stuck"), directory, strlen(directory), error);
    (void)config, (void)hooks;
    for (int i = 0; i < 600 && !code; i++) pause_milliseconds(100);
    return code ? code : err_set(error, ERR_RUNTIME, "nobody killed this");
}

/* --- using the engine --- */

struct asked {
    const char *results;
    run_function *run;
    int workers, retries, share, shares;
};

static enum err sweep_of(const char *said, struct asked asked, struct sweep_outcome *outcome,
                         struct error *error) {
    struct spec *spec = stand_in_spec(said, NULL);
    struct sweep_options options = {.results = asked.results,
                                    .workers = asked.workers,
                                    .retries = asked.retries,
                                    .share = asked.share,
                                    .shares = asked.shares,
                                    .run = asked.run};
    enum err code = sweep_run(spec, &options, outcome, error);
    spec_free(spec);
    return code;
}

static enum err sweep(struct asked asked, struct sweep_outcome *outcome, struct error *error) {
    return sweep_of(text, asked, outcome, error);
}

static pid_t start_sweep(struct asked asked) {
    pid_t process = fork();
    if (process) return process;
    struct sweep_outcome outcome;
    struct error error = {""};
    enum err code = sweep(asked, &outcome, &error);
    if (code && code != ERR_INTERRUPTED) fprintf(stderr, "%s\n", error.message);
    _exit((int)code);
}

static int wait_for(pid_t process) {
    int status;
    assert_int_equal(waitpid(process, &status, 0), process);
    return status;
}

/* RESULTS/trial/NAME as text, to be freed. */
static char *read_text(const char *results, const char *name) {
    struct buffer path = {0};
    char *bytes = NULL;
    size_t length;
    buffer_printf(&path, "%s/trial/%s", results, name);
    if (file_read(path.bytes, 1 << 20, &bytes, &length, NULL)) fail_msg("%s is missing", path.bytes);
    buffer_free(&path);
    return bytes;
}

/* The results of all runs, joined; fails when one is missing. */
static char *all_results(const char *results) {
    struct spec *spec = stand_in_spec(text, NULL);
    struct buffer all = {0};
    for (int r = 0; r < spec_runs(spec); r++) {
        char name[64];
        snprintf(name, sizeof name, "runs/%s/result.json", spec_run_id(spec, r));
        char *result = read_text(results, name);
        buffer_text(&all, result);
        free(result);
    }
    spec_free(spec);
    return all.bytes;
}

/* How many lines of the log begin so. */
static int count_lines(const char *log, const char *begin) {
    int count = 0;
    for (const char *line = log; *line; line = strchr(line, '\n') + 1)
        count += !strncmp(line, begin, strlen(begin));
    return count;
}

/* --- order --- */

static void parents_go_first_and_once(void **state) {
    (void)state;
    struct sweep_outcome outcome;
    struct error error = {""};
    if (sweep((struct asked){folder("order"), plain_run, 1, 0, 0, 0}, &outcome, &error))
        fail_msg("%s", error.message);
    assert_int_equal(outcome.runs, ALL);
    assert_int_equal(outcome.complete, ALL);
    char *log = read_text(folder("order"), "log");
    static const char first[] = "1/40/-\n2/40/-\n1/50/-\n2/50/-\n1/20000/-\n2/20000/-\n";
    assert_int_equal(strncmp(log, first, strlen(first)), 0);
    assert_int_equal(count_lines(log, "1/40/"), 1);
    assert_int_equal(count_lines(log, ""), ALL);
    free(log);
    if (sweep((struct asked){folder("order"), plain_run, 4, 0, 0, 0}, &outcome, &error)) fail();
    assert_int_equal(outcome.executed, 0);
}

/* More workers than there are parents: the others do what they can, and children wait. */
static void idle_workers_do_not_start_children(void **state) {
    (void)state;
    struct sweep_outcome outcome;
    struct error error = {""};
    if (sweep((struct asked){folder("many"), slow_run, 16, 0, 0, 0}, &outcome, &error))
        fail_msg("%s", error.message);
    assert_int_equal(outcome.complete, ALL);
    assert_int_equal(outcome.failed, 0);
}

/* A parent that is gone is made again for a child that is missing, not for those that are complete. */
static void a_parent_that_is_gone_is_made_again(void **state) {
    (void)state;
    struct sweep_outcome outcome;
    struct error error = {""};
    const struct asked asked = {folder("gone"), plain_run, 1, 0, 0, 0};
    assert_int_equal(sweep(asked, &outcome, &error), ERR_OK);
    struct spec *spec = stand_in_spec(text, NULL);
    int child = 2, parent = spec_run_parent(spec, child);
    assert_true(parent >= OWN);
    shell_expect(0, "rm -r $SCRATCH/gone/trial/runs/%s $SCRATCH/gone/trial/runs/%s", spec_run_id(spec, child),
                 spec_run_id(spec, parent));
    spec_free(spec);
    assert_int_equal(sweep((struct asked){folder("gone"), plain_run, 2, 0, 0, 0}, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.executed, 2);
}

/* --- reinforcement learning --- */

/* Methods share the run without rl, which is of the grid, or of the one that is there for them alone. */
static void methods_share_their_parent(void **state) {
    (void)state;
    static const char grid[] = "grid: {noise.digit: [0, 0.2], rl.method: [none, grpo, expert_iteration]}\n",
                      alone[] = "grid: {rl.method: [grpo, ppo]}\n";
    struct sweep_outcome outcome;
    struct error error = {""};
    struct asked asked = {folder("methods"), plain_run, 1, 0, 0, 0};
    if (sweep_of(grid, asked, &outcome, &error)) fail_msg("%s", error.message);
    assert_int_equal(outcome.complete, 6);
    char *log = read_text(folder("methods"), "log");
    assert_int_equal(strncmp(log, "1/20000/-\n1/20000/-\n", 20), 0);
    assert_int_equal(count_lines(log, "1/20000/-"), 2);
    free(log);
    struct spec *spec = stand_in_spec(grid, NULL);
    shell_expect(0, "cd $SCRATCH/methods/trial/runs && rm -r %s && test $(ls | wc -l) = 5",
                 spec_run_id(spec, 4));
    spec_free(spec);
    asked.results = folder("methods");
    assert_int_equal(sweep_of(grid, asked, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.executed, 1);
    asked = (struct asked){folder("methods_alone"), plain_run, 2, 0, 0, 0};
    assert_int_equal(sweep_of(alone, asked, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.complete, 3);
}

static void labels_name_the_method(void **state) {
    (void)state;
    struct spec *spec =
        stand_in_spec("seeds: [1, 2]\ngrid: {rl.method: [grpo, ppo], noise.digit: [0, 0.2]}\n", NULL);
    struct plan plan;
    struct error error;
    assert_int_equal(plan_make(spec, folder("labels"), &plan, &error), ERR_OK);
    assert_int_equal(plan.count, 12);
    assert_string_equal(plan.runs[1].label, "seeds=1 noise.digit=0.2 rl.method=grpo");
    assert_string_equal(plan.runs[2].cell, "clean rl.method=ppo");
    assert_string_equal(plan.runs[9].label, "parent: data.samples=20000 seeds=1 noise.digit=0.2");
    assert_true(plan.runs[9].is_parent && plan.runs[9].children == 2 && plan.runs[9].rollouts == 0);
    plan_free(&plan);
    spec_free(spec);
}

/* --- labels --- */

static void labels_name_the_parents(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec(text, NULL);
    struct plan plan;
    struct error error;
    assert_int_equal(plan_make(spec, folder("labels"), &plan, &error), ERR_OK);
    assert_int_equal(plan.count, ALL);
    assert_string_equal(plan.runs[0].label, "seeds=1 noise.digit=0.5 start.data.samples=0");
    assert_string_equal(plan.runs[3].label, "clean seeds=1 start.data.samples=40");
    assert_string_equal(plan.runs[3].cell, "clean start.data.samples=40");
    assert_string_equal(plan.runs[12].label, "parent: data.samples=40 seeds=1");
    assert_string_equal(plan.runs[12].cell, "parent: data.samples=40");
    assert_true(plan.runs[12].is_parent && plan.runs[12].clean);
    assert_int_equal(plan.runs[12].children, 2);
    assert_int_equal(plan.runs[2].parent, 12);
    plan_free(&plan);
    spec_free(spec);
}

/* --- failures --- */

static void children_of_a_failed_parent_are_not_run(void **state) {
    (void)state;
    struct sweep_outcome outcome;
    struct error error = {""};
    const char *results = "failed";
    shell_expect(0, "touch $SCRATCH/broken");
    struct asked asked = {folder(results), broken_run, 2, 1, 0, 0};
    assert_int_equal(sweep(asked, &outcome, &error), ERR_RUNTIME);
    assert_int_equal(outcome.failed, 2); /* a seed each */
    assert_int_equal(outcome.orphaned, 4);
    assert_int_equal(outcome.complete, ALL - 6);
    assert_string_equal(error.message,
                        "2 of 16 runs failed, the first one so: the loss is not finite; 4 not run because of "
                        "that; the same command tries them again");
    shell_expect(0, "rm $SCRATCH/broken");
    asked.results = folder(results);
    if (sweep(asked, &outcome, &error)) fail_msg("%s", error.message);
    assert_int_equal(outcome.executed, 6);
    assert_int_equal(outcome.complete, ALL);
}

/* What another process tried in vain, as often as it may be tried, is not tried again by each that waited. */
static void failures_elsewhere_count(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec(text, NULL);
    struct error error = {""};
    char name[128], lock_path[160];
    snprintf(name, sizeof name, "else/trial/runs/%s", spec_run_id(spec, OWN));
    assert_int_equal(file_make_directories(folder(name), &error), ERR_OK);
    snprintf(lock_path, sizeof lock_path, "%s/lock", name);
    pid_t holder = fork();
    if (!holder) {
        int lock;
        if (lock_acquire(folder(lock_path), "a test", 1, &lock, &error)) _exit(1);
        for (int i = 0; i < 6; i++) pause_milliseconds(100);
        for (int i = 0; i < 2; i++)
            if (failure_write(folder(name), "no luck", 1, "a cell", &error)) _exit(1);
        _exit(0);
    }
    for (int i = 0; i < 100 && !lock_is_held(folder(lock_path)); i++) pause_milliseconds(10);
    struct sweep_outcome outcome;
    struct asked asked = {folder("else"), plain_run, 1, 1, 3, 4}; /* runs 3, 7, 11, 15: 3 starts from 13 */
    assert_int_equal(sweep(asked, &outcome, &error), ERR_RUNTIME);
    /* The 4 of the share and the one that is needed: a count of failures never exceeds what it is of. */
    assert_int_equal(outcome.needed, 2);
    assert_non_null(strstr(error.message,
                           "share 3 of 4: 1 of 6 runs failed, the first one so: no luck; 1 not run because"));
    assert_int_equal(outcome.orphaned, 1);
    assert_int_equal(outcome.complete, 3);
    wait_for(holder);
    asked.results = folder("else");
    assert_int_equal(sweep(asked, &outcome, &error), ERR_OK); /* a new call tries again */
    spec_free(spec);
}

/* --- cut off --- */

static void a_killed_sweep_goes_on_to_the_same_end(void **state) {
    (void)state;
    struct sweep_outcome outcome;
    struct error error = {""};
    for (uint64_t i = 0; i < 8; i++) {
        struct pcg pcg = pcg_stream(9, "kill", i);
        pid_t process = start_sweep((struct asked){folder("killed"), slow_run, 1 + (int)(i & 1), 0, 0, 0});
        pause_milliseconds(pcg_below(&pcg, 300));
        kill(process, SIGKILL);
        wait_for(process);
    }
    if (sweep((struct asked){folder("killed"), slow_run, 2, 0, 0, 0}, &outcome, &error))
        fail_msg("%s", error.message);
    assert_int_equal(outcome.complete, ALL);
    assert_int_equal(sweep((struct asked){folder("whole"), slow_run, 1, 0, 0, 0}, &outcome, &error), ERR_OK);
    char *killed = all_results(folder("killed")), *whole = all_results(folder("whole"));
    assert_string_equal(killed, whole);
    free(killed);
    free(whole);
}

/* --- shares --- */

/* A share whose parent is of another share does not wait for a process that nobody starts. */
static void a_share_alone_makes_what_it_starts_from(void **state) {
    (void)state;
    struct sweep_outcome outcome;
    struct error error = {""};
    if (sweep((struct asked){folder("alone"), plain_run, 1, 0, 4, 5}, &outcome, &error))
        fail_msg("%s", error.message);
    assert_int_equal(outcome.needed, 2);
    assert_int_equal(outcome.runs, 3); /* 3, 8 and 13; the first two start from 12 and 14 */
    assert_int_equal(outcome.complete, 3);
    assert_int_equal(outcome.executed, 5);
    char *log = read_text(folder("alone"), "log");
    assert_int_equal(count_lines(log, ""), 5);
    free(log);
}

/* Both want the same parents: one makes each, the other one waits for it. */
static void shares_side_by_side_make_each_parent_once(void **state) {
    (void)state;
    struct asked asked = {folder("shares"), slow_run, 1, 0, 1, 3};
    pid_t process[3];
    for (int share = 0; share < 3; share++) {
        asked.share = share + 1;
        process[share] = start_sweep(asked);
    }
    for (int share = 0; share < 3; share++) assert_int_equal(wait_for(process[share]), 0);
    char *log = read_text(folder("shares"), "log"), *results = all_results(folder("shares"));
    assert_int_equal(count_lines(log, ""), ALL);
    free(results);
    free(log);
}

/* One that dies over a parent is taken over from. */
static void a_share_takes_over_from_one_that_dies(void **state) {
    (void)state;
    struct asked asked = {folder("dies"), stuck_run, 1, 0, 1, 2};
    pid_t first = start_sweep(asked);
    for (int i = 0; i < 1000 && !file_exists(folder("stuck")); i++) pause_milliseconds(10);
    asked = (struct asked){folder("dies"), slow_run, 1, 0, 2, 2};
    pid_t second = start_sweep(asked);
    pause_milliseconds(60); /* in which it comes to the parent that the first one holds, mostly */
    kill(first, SIGKILL);
    wait_for(first);
    assert_int_equal(wait_for(second), 0);
    asked.share = 1;
    assert_int_equal(wait_for(start_sweep(asked)), 0);
    char *log = read_text(folder("dies"), "log"), *results = all_results(folder("dies"));
    assert_int_equal(count_lines(log, ""), ALL);
    free(results);
    free(log);
}

/* A parent that somebody else is at is waited for, by a whole sweep too, which leaves it to nobody. */
static void a_parent_in_other_hands_is_waited_for(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec(text, NULL);
    struct error error = {""};
    char name[128];
    snprintf(name, sizeof name, "held/trial/runs/%s", spec_run_id(spec, OWN));
    assert_int_equal(file_make_directories(folder(name), &error), ERR_OK);
    strcat(name, "/lock");
    pid_t holder = fork();
    if (!holder) {
        int lock;
        if (lock_acquire(folder(name), "a test", 1, &lock, &error)) _exit(1);
        for (int i = 0; i < 15; i++) pause_milliseconds(100);
        _exit(0);
    }
    for (int i = 0; i < 100 && !lock_is_held(folder(name)); i++) pause_milliseconds(10);
    struct sweep_outcome outcome;
    if (sweep((struct asked){folder("held"), plain_run, 2, 0, 0, 0}, &outcome, &error))
        fail_msg("%s", error.message);
    assert_int_equal(outcome.complete, ALL);
    assert_int_equal(outcome.elsewhere, 0);
    wait_for(holder);
    spec_free(spec);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parents_go_first_and_once),
        cmocka_unit_test(idle_workers_do_not_start_children),
        cmocka_unit_test(a_parent_that_is_gone_is_made_again),
        cmocka_unit_test(methods_share_their_parent),
        cmocka_unit_test(labels_name_the_method),
        cmocka_unit_test(labels_name_the_parents),
        cmocka_unit_test(children_of_a_failed_parent_are_not_run),
        cmocka_unit_test(failures_elsewhere_count),
        cmocka_unit_test(a_killed_sweep_goes_on_to_the_same_end),
        cmocka_unit_test(a_share_alone_makes_what_it_starts_from),
        cmocka_unit_test(shares_side_by_side_make_each_parent_once),
        cmocka_unit_test(a_share_takes_over_from_one_that_dies),
        cmocka_unit_test(a_parent_in_other_hands_is_waited_for),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
