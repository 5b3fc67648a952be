/* The sweep engine with a stand-in for training: what becomes of runs that crash, fail, are killed or cut
 * off, in which order they go, and what a second call does. */
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
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
#include "record/layout.h"
#include "sweep/plan_listing.h"
#include "sweep/sweep.h"
#include "tests/support/stand_in.h"

/* --- a scratch directory for each test --- */

static int begin(void **state) {
    const char *parent = getenv("TMPDIR");
    struct buffer path = {0};
    buffer_printf(&path, "%s/cotnoise-sweep-XXXXXX", parent ? parent : "/tmp");
    *state = mkdtemp(path.bytes);
    return *state ? 0 : -1;
}

static void remove_all(const char *path) {
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        char *child = file_join(path, entry->d_name);
        remove_all(child);
        free(child);
    }
    if (directory) closedir(directory);
    remove(path);
}

static int count_entries(const char *path) {
    DIR *directory = opendir(path);
    int count = 0;
    for (struct dirent *entry; directory && (entry = readdir(directory));) count += entry->d_name[0] != '.';
    if (directory) closedir(directory);
    return count;
}

static int end(void **state) {
    remove_all(*state);
    free(*state);
    return 0;
}

/* --- stand-ins for run_execute; what they do depends on the configuration --- */

static void pause_milliseconds(long milliseconds) {
    nanosleep(&(struct timespec){.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000},
              NULL);
}

/* Appends a line to DIRECTORY/../../log: which run was executed, in which order. */
static void log_execution(const struct config *config, const char *directory) {
    char *path = file_join(directory, "../../log"), line[64];
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0666);
    int length =
        snprintf(line, sizeof line, "%lld/%lld\n", (long long)config->seed, (long long)config->data.samples);
    if (write(fd, line, (size_t)length) != length) abort();
    close(fd);
    free(path);
}

static enum err plain_run(const struct config *config, const char *directory, const struct run_hooks *hooks,
                          struct error *error) {
    log_execution(config, directory);
    struct run_progress progress = {.phase = RUN_DONE, .step = 3, .steps = 3, .accuracy = 0.5};
    hooks->progress(hooks->context, &progress);
    return stand_in_result(config, directory, 0, error);
}

/* How often this function came by in the directory, this time included. */
static int count_visits(const char *directory) {
    char *path = file_join(directory, "visits");
    struct stat status;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0666);
    if (write(fd, "x", 1) != 1 || fstat(fd, &status)) abort();
    close(fd);
    free(path);
    return (int)status.st_size;
}

/* By samples: 1 crashes at its first visit, 2 fails at its first two, 3 leaves without a word at its first,
 * 4 is impossible at its first, 5 claims success without a result at its first. */
static enum err troubled_run(const struct config *config, const char *directory,
                             const struct run_hooks *hooks, struct error *error) {
    int visits = count_visits(directory);
    if (config->data.samples == 1 && visits == 1) {
        struct file_writer unfinished;
        char *path = file_join(directory, LAYOUT_STATE);
        if (file_create(&unfinished, path, error)) abort();
        kill(getpid(), SIGKILL);
    }
    if (config->data.samples == 2 && visits <= 2)
        return err_set(error, ERR_RUNTIME, "step 7: the loss is not finite");
    if (config->data.samples == 3 && visits == 1) _exit(3);
    if (config->data.samples == 4 && visits == 1) return err_set(error, ERR_INPUT, "no such problem");
    if (config->data.samples == 5 && visits == 1) return ERR_OK;
    return plain_run(config, directory, hooks, error);
}

/* Sixty steps of a few milliseconds, saved each, until asked to stop. The state must grow by one at a time:
 * two processes in one directory would show. */
static enum err slow_run(const struct config *config, const char *directory, const struct run_hooks *hooks,
                         struct error *error) {
    char *path = file_join(directory, "state");
    enum err code = ERR_OK;
    for (int step = 0; step < 60 && !code;) {
        char *text = NULL, next[32];
        size_t length = 0;
        if (file_exists(path)) code = file_read(path, 100, &text, &length, error);
        int saved = text ? atoi(text) : 0;
        free(text);
        if (!code && step && saved != step) code = err_set(error, ERR_RUNTIME, "somebody else writes here");
        step = saved + 1;
        struct run_progress progress = {.step = step, .steps = 60, .accuracy = NAN, .tokens = step};
        hooks->progress(hooks->context, &progress);
        pause_milliseconds(2);
        if (!code)
            code = file_write_plain(path, next, (size_t)snprintf(next, sizeof next, "%d", step), error);
        if (!code && interrupt_requested()) code = err_set(error, ERR_INTERRUPTED, "interrupted");
    }
    free(path);
    return code ? code : stand_in_result(config, directory, 0, error);
}

/* --- using the engine --- */

static enum err sweep(const char *results, const char *text, run_function *run, int workers, int retries,
                      struct sweep_outcome *outcome, struct error *error) {
    struct spec *spec = stand_in_spec(text, NULL);
    struct sweep_options options = {.results = results, .workers = workers, .retries = retries, .run = run};
    enum err code = sweep_run(spec, &options, outcome, error);
    spec_free(spec);
    return code;
}

/* RESULTS/trial/NAME as text, to be freed; NULL when missing. */
static char *read_text(const char *results, const char *format, ...) __attribute__((format(printf, 2, 3)));
static char *read_text(const char *results, const char *format, ...) {
    char name[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    struct buffer path = {0};
    buffer_printf(&path, "%s/trial/%s", results, name);
    char *text = NULL;
    size_t length;
    if (file_exists(path.bytes) && file_read(path.bytes, 1 << 20, &text, &length, NULL)) fail();
    buffer_free(&path);
    return text;
}

/* The results of all runs, joined; fails when one is missing. */
static char *all_results(const char *results, const char *text) {
    struct spec *spec = stand_in_spec(text, NULL);
    struct buffer all = {0};
    for (int r = 0; r < spec_runs(spec); r++) {
        char *result = read_text(results, "runs/%s/result.json", spec_run_id(spec, r));
        assert_non_null(result);
        buffer_text(&all, result);
        free(result);
    }
    spec_free(spec);
    return all.bytes;
}

static const char twelve[] = "seeds: [1, 2, 3]\ngrid: {data.samples: [10, 40, 20, 30]}\n";

static void every_run_is_executed_once_and_cell_by_cell(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    assert_int_equal(sweep(*state, twelve, plain_run, 1, 1, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.runs, 12);
    assert_int_equal(outcome.complete, 12);
    assert_int_equal(outcome.executed, 12);
    assert_int_equal(outcome.failed, 0);
    char *log = read_text(*state, "log"), *copy = read_text(*state, "spec.yaml");
    assert_string_equal(log, "1/10\n2/10\n3/10\n1/40\n2/40\n3/40\n1/20\n2/20\n3/20\n1/30\n2/30\n3/30\n");
    assert_string_equal(copy + strlen(copy) - strlen(twelve), twelve);
    free(log);
    free(copy);

    /* Nothing is left to do. */
    assert_int_equal(sweep(*state, twelve, plain_run, 2, 1, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.executed, 0);
    assert_int_equal(outcome.complete, 12);

    /* A deleted run is run again, and only that. */
    struct spec *spec = stand_in_spec(twelve, NULL);
    struct buffer path = {0};
    buffer_printf(&path, "%s/trial/runs/%s", (char *)*state, spec_run_id(spec, 5));
    remove_all(path.bytes);
    buffer_free(&path);
    spec_free(spec);
    assert_int_equal(sweep(*state, twelve, plain_run, 2, 1, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.executed, 1);

    /* A changed spec adds what is new. */
    assert_int_equal(sweep(*state, "seeds: [1, 2, 3]\ngrid: {data.samples: [10, 20, 30, 40, 50]}\n",
                           plain_run, 2, 1, &outcome, &error),
                     ERR_OK);
    assert_int_equal(outcome.executed, 3);
    assert_int_equal(outcome.runs, 15);
}

static void trouble_costs_one_run_and_is_told(void **state) {
    static const char text[] = "grid: {data.samples: [1, 2, 3, 4, 5, 6]}\n";
    struct sweep_outcome outcome;
    struct error error;
    /* Without retries five of six fail; each says why. */
    assert_int_equal(sweep(*state, text, troubled_run, 2, 0, &outcome, &error), ERR_RUNTIME);
    assert_int_equal(outcome.failed, 5);
    assert_int_equal(outcome.complete, 1);
    assert_non_null(strstr(error.message, "5 of 6 runs failed"));
    const char *const reasons[] = {"killed (signal 9), as happens when memory runs out",
                                   "step 7: the loss is not finite", "the process left with status 3",
                                   "no such problem", "ended without a result.json"};
    struct spec *spec = stand_in_spec(text, NULL);
    for (int r = 0; r < 5; r++) {
        char *note = read_text(*state, "runs/%s/failed.json", spec_run_id(spec, r));
        assert_non_null(note);
        assert_non_null(strstr(note, reasons[r]));
        assert_non_null(strstr(note, "\"attempts\": 1"));
        char cell[64];
        snprintf(cell, sizeof cell, "\"cell\": \"data.samples=%d\"", r + 1);
        assert_non_null(strstr(note, cell));
        free(note);
    }
    char *exits = read_text(*state, "runs/%s/failed.json", spec_run_id(spec, 0));
    assert_non_null(strstr(exits, "\"exit\": 137"));
    free(exits);

    /* The next call tries them again; one fails once more and is retried within the call. */
    assert_int_equal(sweep(*state, text, troubled_run, 2, 1, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.executed, 5);
    assert_int_equal(outcome.failed, 0);
    for (int r = 0; r < 6; r++) {
        char *note = read_text(*state, "runs/%s/failed.json", spec_run_id(spec, r));
        assert_null(note);
    }
    /* What the killed process was writing is gone: lock, visits, config.json and result.json are there. */
    struct buffer path = {0};
    buffer_printf(&path, "%s/trial/runs/%s", (char *)*state, spec_run_id(spec, 0));
    assert_int_equal(count_entries(path.bytes), 4);
    buffer_free(&path);
    spec_free(spec);
}

static void attempts_are_counted_over_calls(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    assert_int_equal(sweep(*state, "data: {samples: 2}\n", troubled_run, 1, 1, &outcome, &error),
                     ERR_RUNTIME);
    assert_int_equal(outcome.failed, 1);
    struct spec *spec = stand_in_spec("data: {samples: 2}\n", NULL);
    char *note = read_text(*state, "runs/%s/failed.json", spec_run_id(spec, 0));
    assert_non_null(strstr(note, "\"attempts\": 2"));
    free(note);
    spec_free(spec);
    /* What is impossible is not tried again at once, and is the user's fault. */
    assert_int_equal(sweep(*state, "data: {samples: 4}\n", troubled_run, 1, 5, &outcome, &error), ERR_INPUT);
    assert_int_equal(outcome.failed, 1);
}

/* One that the user could mend does not make the others the user's fault. */
static void the_worst_failure_counts(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    assert_int_equal(sweep(*state, "grid: {data.samples: [4, 3]}\n", troubled_run, 1, 0, &outcome, &error),
                     ERR_RUNTIME);
    assert_int_equal(outcome.failed, 2);
    assert_non_null(strstr(error.message, "2 of 2 runs failed, the first one so: no such problem"));
}

/* Says that all is well, and leaves what nobody can read. */
static enum err careless_run(const struct config *config, const char *directory,
                             const struct run_hooks *hooks, struct error *error) {
    (void)config;
    (void)hooks;
    char *path = file_join(directory, "result.json");
    enum err code = file_write_plain(path, "{", 1, error);
    free(path);
    return code;
}

static void a_damaged_result_is_a_failure(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    assert_int_equal(sweep(*state, "seeds: 1\n", careless_run, 1, 0, &outcome, &error), ERR_RUNTIME);
    assert_int_equal(outcome.failed, 1);
    assert_int_equal(outcome.complete, 0);
    assert_non_null(strstr(error.message, "result.json"));
}

/* The kill may have come between a result and the end of the note of an earlier failure. */
static void complete_runs_have_not_failed(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    struct spec *spec = stand_in_spec("seeds: 1\n", NULL);
    struct buffer path = {0};
    assert_int_equal(sweep(*state, "seeds: 1\n", plain_run, 1, 0, &outcome, &error), ERR_OK);
    buffer_printf(&path, "%s/trial/runs/%s/failed.json", (char *)*state, spec_run_id(spec, 0));
    assert_int_equal(file_write_plain(path.bytes, "{}", 2, &error), ERR_OK);
    assert_int_equal(sweep(*state, "seeds: 1\n", plain_run, 1, 0, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.executed, 0);
    assert_false(file_exists(path.bytes));
    buffer_free(&path);
    spec_free(spec);
}

static void two_sweeps_do_not_share_a_directory(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    assert_int_equal(sweep(*state, "seeds: 1\n", plain_run, 1, 0, &outcome, &error), ERR_OK);
    struct buffer path = {0};
    int lock;
    buffer_printf(&path, "%s/trial/lock", (char *)*state);
    assert_int_equal(lock_acquire(path.bytes, "a test", 0, &lock, &error), ERR_OK);
    assert_int_equal(sweep(*state, "seeds: 2\n", plain_run, 1, 0, &outcome, &error), ERR_RUNTIME);
    char holder[64];
    snprintf(holder, sizeof holder, "held by another sweep (process %ld)", (long)getpid());
    assert_non_null(strstr(error.message, holder));
    assert_non_null(strstr(error.message, path.bytes));
    lock_release(lock);
    assert_int_equal(sweep(*state, "seeds: 2\n", plain_run, 1, 0, &outcome, &error), ERR_OK);
    buffer_free(&path);
}

static void shares_stand_side_by_side_and_a_whole_sweep_alone(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    struct sweep_options options = {
        .results = *state, .workers = 2, .run = plain_run, .share = 2, .shares = 5};
    struct spec *spec = stand_in_spec(twelve, NULL);
    struct buffer path = {0};
    int first, second, whole;
    buffer_printf(&path, "%s/trial", (char *)*state);
    assert_int_equal(file_make_directories(path.bytes, &error), ERR_OK);
    buffer_text(&path, "/lock");
    assert_false(lock_is_held(path.bytes));
    assert_int_equal(lock_share(path.bytes, "a test", 0, &first, &error), ERR_OK);
    assert_int_equal(lock_share(path.bytes, "a test", 0, &second, &error), ERR_OK);
    assert_true(lock_is_held(path.bytes));
    /* Runs 2, 7 and 12. */
    assert_int_equal(sweep_run(spec, &options, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.runs, 3);
    assert_int_equal(outcome.executed, 3);
    /* The first share leaves the spec, the others leave it as it is. */
    char *copy = file_join(*state, "trial/spec.yaml"), *text;
    assert_true(file_exists(copy));
    assert_int_equal(file_write_plain(copy, "marked", 6, &error), ERR_OK);
    assert_int_equal(sweep_run(spec, &options, &outcome, &error), ERR_OK);
    text = read_text(*state, "spec.yaml");
    assert_string_equal(text, "marked");
    free(text);
    free(copy);
    for (int r = 0; r < 12; r++) {
        char *result = read_text(*state, "runs/%s/result.json", spec_run_id(spec, r));
        assert_int_equal(result != NULL, r % 5 == 1);
        free(result);
    }
    assert_int_equal(sweep(*state, twelve, plain_run, 1, 0, &outcome, &error), ERR_RUNTIME);
    lock_release(first);
    lock_release(second);
    assert_int_equal(lock_acquire(path.bytes, "a test", 0, &whole, &error), ERR_OK);
    assert_int_equal(sweep_run(spec, &options, &outcome, &error), ERR_RUNTIME);
    assert_non_null(strstr(error.message, "held by another sweep"));
    lock_release(whole);
    assert_int_equal(sweep(*state, twelve, plain_run, 1, 0, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.executed, 9);
    buffer_free(&path);
    spec_free(spec);
}

static void labels_say_what_matters(void **state) {
    static const char *const labels[] = {"clean", "data.contamination=1 noise.digit=0.5",
                                         "data.contamination=0.1 noise.line=0.3",
                                         "data.contamination=1 noise.line=0.3"};
    struct spec *spec = stand_in_spec("grid:\n  - noise.digit: [0, 0.5]\n"
                                      "  - {noise.line: [0.3], data.contamination: [0.1, 1]}\n",
                                      NULL);
    struct plan plan;
    struct error error;
    assert_int_equal(plan_make(spec, *state, &plan, &error), ERR_OK);
    assert_int_equal(plan.count, 4);
    for (int r = 0; r < 4; r++) assert_string_equal(plan.runs[r].label, labels[r]);
    plan_free(&plan);
    spec_free(spec);
}

/* --- cut off --- */

static const char six[] = "seeds: [1, 2]\ngrid: {data.samples: [7, 8, 9]}\n";

/* A sweep of slow runs in a process of its own; its exit status is the sweep's code. */
static pid_t start_sweep(const char *results, int workers) {
    pid_t process = fork();
    if (process) return process;
    struct sweep_outcome outcome;
    struct error error;
    _exit((int)sweep(results, six, slow_run, workers, 1, &outcome, &error));
}

static int wait_for(pid_t process) {
    int status;
    assert_int_equal(waitpid(process, &status, 0), process);
    return status;
}

/* Waits until some run has saved something. */
static void wait_for_progress(const char *results) {
    struct spec *spec = stand_in_spec(six, NULL);
    for (int tries = 0; tries < 3000; tries++) {
        for (int r = 0; r < spec_runs(spec); r++) {
            char *text = read_text(results, "runs/%s/state", spec_run_id(spec, r));
            bool found = text != NULL;
            free(text);
            if (!found) continue;
            spec_free(spec);
            return;
        }
        pause_milliseconds(2);
    }
    fail_msg("no run began");
}

static void a_polite_stop_saves_and_a_second_call_goes_on(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    pid_t process = start_sweep(*state, 2);
    wait_for_progress(*state);
    kill(process, SIGTERM);
    int status = wait_for(process);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), ERR_INTERRUPTED);
    struct spec *spec = stand_in_spec(six, NULL);
    for (int r = 0; r < spec_runs(spec); r++) {
        char *note = read_text(*state, "runs/%s/failed.json", spec_run_id(spec, r));
        assert_null(note); /* stopped is not failed */
    }
    spec_free(spec);
    assert_int_equal(sweep(*state, six, slow_run, 2, 0, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.complete, 6);
}

static void a_killed_sweep_goes_on_and_its_workers_die_with_it(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    for (uint64_t i = 0; i < 8; i++) {
        struct pcg pcg = pcg_stream(7, "kill", i);
        pid_t process = start_sweep(*state, 1 + (int)(i & 1));
        pause_milliseconds(pcg_below(&pcg, 150));
        kill(process, SIGKILL);
        wait_for(process);
        /* The next one starts at once, while workers of this one may still be dying. */
    }
    if (sweep(*state, six, slow_run, 2, 0, &outcome, &error)) fail_msg("%s", error.message);
    assert_int_equal(outcome.complete, 6);
    char *disturbed = all_results(*state, six), *undisturbed;
    remove_all(*state);
    assert_int_equal(mkdir(*state, 0777), 0);
    assert_int_equal(sweep(*state, six, slow_run, 1, 0, &outcome, &error), ERR_OK);
    undisturbed = all_results(*state, six);
    assert_string_equal(disturbed, undisturbed);
    free(disturbed);
    free(undisturbed);
}

/* Five seconds in which nothing can be asked of it. */
static enum err deaf_run(const struct config *config, const char *directory, const struct run_hooks *hooks,
                         struct error *error) {
    (void)hooks;
    for (int i = 0; i < 500; i++) pause_milliseconds(10);
    return stand_in_result(config, directory, 0, error);
}

static bool becomes(const char *lock, bool held) {
    for (int tries = 0; tries < 200 && lock_is_held(lock) != held; tries++) pause_milliseconds(10);
    return lock_is_held(lock) == held;
}

static void workers_do_not_outlive_a_killed_sweep(void **state) {
    struct spec *spec = stand_in_spec("seeds: 1\n", NULL);
    struct buffer lock = {0};
    buffer_printf(&lock, "%s/trial/runs/%s/lock", (char *)*state, spec_run_id(spec, 0));
    pid_t process = fork();
    if (!process) {
        struct sweep_outcome outcome;
        struct error error;
        _exit((int)sweep(*state, "seeds: 1\n", deaf_run, 1, 0, &outcome, &error));
    }
    assert_true(becomes(lock.bytes, true));
    kill(process, SIGKILL);
    wait_for(process);
    assert_true(becomes(lock.bytes, false));
    buffer_free(&lock);
    spec_free(spec);
}

/* What a killed process was writing goes, what somebody keeps beside it stays. */
static void only_leftovers_are_removed(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    struct spec *spec = stand_in_spec("seeds: 1\n", NULL);
    static const char *const names[] = {LAYOUT_RESULT ".tmp.123", "notes.tmp.123", LAYOUT_RESULT ".tmp.old",
                                        "tmp.1"};
    char *directory = NULL;
    struct buffer path = {0};
    buffer_printf(&path, "%s/trial/runs/%s", (char *)*state, spec_run_id(spec, 0));
    directory = path.bytes;
    assert_int_equal(file_make_directories(directory, &error), ERR_OK);
    for (int i = 0; i < 4; i++) {
        char *name = file_join(directory, names[i]);
        assert_int_equal(file_write_plain(name, "", 0, &error), ERR_OK);
        free(name);
    }
    assert_int_equal(sweep(*state, "seeds: 1\n", plain_run, 1, 0, &outcome, &error), ERR_OK);
    for (int i = 0; i < 4; i++) {
        char *name = file_join(directory, names[i]);
        assert_int_equal(file_exists(name), i > 0);
        free(name);
    }
    buffer_free(&path);
    spec_free(spec);
}

/* --- a disk that is full --- */

static void results_that_cannot_be_written_are_an_error(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    char *blocked = file_join(*state, "blocked");
    assert_int_equal(file_write_plain(blocked, "", 0, &error), ERR_OK);
    assert_int_equal(sweep(blocked, six, plain_run, 1, 0, &outcome, &error), ERR_RUNTIME);
    assert_non_null(strstr(error.message, blocked));
    free(blocked);
}

/* --- before anything runs --- */

static void a_plan_counts_tokens_and_time(void **state) {
    struct spec *spec = stand_in_spec("grid: {data.samples: [100, 200], train.max_steps: [0, 1]}\n"
                                      "data: {epochs: 3}\ntrain: {batch_tokens: 500}\n",
                                      NULL);
    struct plan plan;
    struct error error;
    assert_int_equal(plan_make(spec, *state, &plan, &error), ERR_OK);
    assert_int_equal(plan.count, 4);
    assert_string_equal(plan.runs[0].label, "data.samples=100 train.max_steps=0");
    assert_true(plan.runs[0].tokens > 100 * 3 * 10); /* an addition is longer than ten tokens */
    assert_true(plan.runs[2].tokens > plan.runs[0].tokens * 3 / 2);
    assert_int_equal(plan.runs[1].tokens, 500);
    assert_true(isnan(plan_seconds(&plan, 1)));
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    plan_listing_print(&plan, 2, stream);
    fclose(stream);
    assert_non_null(strstr(text, spec_run_id(spec, 3)));
    assert_non_null(strstr(text, "no run of this sweep has been measured yet"));
    free(text);
    plan_free(&plan);
    assert_false(file_exists("trial")); /* and nothing was written */

    struct sweep_outcome outcome;
    struct sweep_options options = {.results = *state, .workers = 1, .run = plain_run};
    struct spec *one = stand_in_spec("data: {epochs: 3, samples: 100}\ntrain: {batch_tokens: 500}\n", NULL);
    assert_int_equal(sweep_run(one, &options, &outcome, &error), ERR_OK);
    assert_int_equal(plan_make(spec, *state, &plan, &error), ERR_OK);
    assert_true(plan.runs[0].complete && !plan.runs[1].complete);
    /* The stand-in claims half a second for 1000 tokens on 100 parameters. */
    assert_true(plan.work_per_second == 2e5 && plan.tokens_per_second == 2000);
    double left = plan.runs[1].work + plan.runs[2].work + plan.runs[3].work;
    assert_true(fabs(plan_seconds(&plan, 1) * 2e5 - left) < 1e-6 * left);
    assert_true(fabs(plan_seconds(&plan, 8) * 2e5 - plan.runs[2].work) <
                1e-6 * left); /* the longest decides */
    plan_free(&plan);
    spec_free(one);
    spec_free(spec);
}

static void impossible_sizes_are_found_before_anything_runs(void **state) {
    struct sweep_outcome outcome;
    struct error error;
    enum err code = sweep(*state, "task.min: 5\ntask.max: 5\ntask.sampling: magnitude\n", plain_run, 1, 0,
                          &outcome, &error);
    char *root = file_join(*state, "trial");
    assert_int_equal(code, ERR_INPUT);
    assert_false(file_exists(root));
    free(root);
}

static enum err no_run_here(struct error *error) {
    return err_set(error, ERR_RUNTIME, "this machine cannot run any");
}

/* Where nothing can be run that is found before anything is written; where nothing is to run, it is not
 * asked. */
static void machines_that_cannot_run_leave_no_trace(void **state) {
    struct sweep_outcome outcome = {0};
    struct error error;
    struct sweep_options options = {
        .results = *state, .workers = 2, .retries = 1, .run = plain_run, .check = no_run_here};
    struct spec *spec = stand_in_spec(twelve, NULL);
    char *root = file_join(*state, "trial");
    assert_int_equal(sweep_run(spec, &options, &outcome, &error), ERR_RUNTIME);
    assert_string_equal(error.message, "this machine cannot run any");
    assert_int_equal(outcome.runs, 0);
    assert_false(file_exists(root));
    options.check = NULL;
    assert_int_equal(sweep_run(spec, &options, &outcome, &error), ERR_OK);
    options.check = no_run_here;
    assert_int_equal(sweep_run(spec, &options, &outcome, &error), ERR_OK);
    assert_int_equal(outcome.complete, 12);
    spec_free(spec);
    free(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_run_is_executed_once_and_cell_by_cell, begin, end),
        cmocka_unit_test_setup_teardown(trouble_costs_one_run_and_is_told, begin, end),
        cmocka_unit_test_setup_teardown(machines_that_cannot_run_leave_no_trace, begin, end),
        cmocka_unit_test_setup_teardown(attempts_are_counted_over_calls, begin, end),
        cmocka_unit_test_setup_teardown(the_worst_failure_counts, begin, end),
        cmocka_unit_test_setup_teardown(a_damaged_result_is_a_failure, begin, end),
        cmocka_unit_test_setup_teardown(complete_runs_have_not_failed, begin, end),
        cmocka_unit_test_setup_teardown(two_sweeps_do_not_share_a_directory, begin, end),
        cmocka_unit_test_setup_teardown(shares_stand_side_by_side_and_a_whole_sweep_alone, begin, end),
        cmocka_unit_test_setup_teardown(labels_say_what_matters, begin, end),
        cmocka_unit_test_setup_teardown(a_polite_stop_saves_and_a_second_call_goes_on, begin, end),
        cmocka_unit_test_setup_teardown(a_killed_sweep_goes_on_and_its_workers_die_with_it, begin, end),
        cmocka_unit_test_setup_teardown(workers_do_not_outlive_a_killed_sweep, begin, end),
        cmocka_unit_test_setup_teardown(only_leftovers_are_removed, begin, end),
        cmocka_unit_test_setup_teardown(results_that_cannot_be_written_are_an_error, begin, end),
        cmocka_unit_test_setup_teardown(a_plan_counts_tokens_and_time, begin, end),
        cmocka_unit_test_setup_teardown(impossible_sizes_are_found_before_anything_runs, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
