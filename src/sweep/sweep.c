/* The sweep engine. See sweep.h; start reading at sweep_run. */
#include "sweep/sweep.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/lock.h"
#include "base/memory.h"
#include "nn/levels.h"
#include "record/failure.h"
#include "record/layout.h"
#include "record/run_record.h"
#include "sweep/calibration.h"
#include "sweep/cell_table.h"
#include "sweep/cells.h"
#include "sweep/forecast.h"
#include "sweep/progress.h"
#include "sweep/queue.h"

/* How long a look at the workers waits for news: the pace of the display and of a stop. */
enum { POLL_MILLISECONDS = 100 };

/* Seconds that workers have to save their state when the sweep is stopped. */
#define STOP_SECONDS 10

/* Seconds until a run that another process works on, and that others wait for, is looked at again. */
#define LOOK_SECONDS 1

/* Seconds that a sweep waits for RESULTS/NAME: lock_is_held may have it for an instant. */
#define LOCK_SECONDS 1

/* A worker at work. */
struct sweep_slot {
    struct planned_run *run;
    struct worker worker;
    struct run_progress now;
    struct forecast_worker pace;
};

struct sweep_state {
    const struct spec *spec;
    const struct sweep_options *options;
    struct plan plan;
    struct cells cells;
    struct forecast forecast;
    struct queue queue; /* retries are added at the end */
    int *attempts;      /* in this call, by run */
    int workers; /* that will have something to do, at least 1 */
    struct sweep_slot *slots;
    int running;
    bool stopping;
    double stop_at; /* monotonic seconds at which workers that still run are ended; once stopping */
    struct progress progress;
    struct sweep_outcome outcome;
    bool headed;      /* the table of results has begun */
    int already;      /* complete before this call */
    enum err failure; /* of the failed runs: ERR_INPUT when of all of them */
    struct error first_failure;
};

/* --- how long it will take --------------------------------------------------------------------- */

/* Measures the speed and says how long it will take, unless there is hardly anything to do or, in a share of
 * a sweep, nobody who waits for it. */
static enum err look_ahead(struct sweep_state *sweep, struct error *error) {
    const struct planned_run *largest = forecast_largest(sweep->queue.run, sweep->queue.count);
    struct rehearsal speed;
    struct config config;
    bool measured = false;
    if (largest) spec_run(sweep->spec, largest->run, &config);
    if (sweep->options->rehearse && !sweep->options->shares && largest &&
        calibration_is_worth_it(sweep->queue.run, sweep->queue.count, sweep->workers * config.train.threads)) {
        progress_draw(&sweep->progress, NULL, 0, "measuring how fast this machine is ...");
        /* A failure is no reason to stop: if it means something, the runs will say what. */
        measured = !calibration_run(sweep->options->rehearse, &config, sweep->workers, &speed, NULL);
    }
    enum err code = forecast_make(&sweep->plan, sweep->workers, measured ? &speed : NULL, largest,
                                  &sweep->forecast, error);
    if (code || !measured) return code;
    struct buffer line = {0};
    forecast_say(&sweep->forecast, sweep->queue.run, sweep->queue.count, levels_name(), &line);
    if (!line.failed) progress_note(&sweep->progress, "%s", line.bytes);
    buffer_free(&line);
    return ERR_OK;
}

static double seconds_left(const struct sweep_state *sweep) {
    struct forecast_worker workers[SWEEP_WORKERS_MAX];
    for (int i = 0; i < sweep->running; i++) workers[i] = sweep->slots[i].pace;
    const struct queue *queue = &sweep->queue;
    return forecast_left(&sweep->forecast, workers, sweep->running, queue->run + queue->next,
                         queue->count - queue->next, clock_seconds());
}

static void show(struct sweep_state *sweep) {
    struct progress_row rows[SWEEP_WORKERS_MAX];
    char time[DURATION_LENGTH], left[DURATION_LENGTH + 16] = "", summary[256];
    double seconds = seconds_left(sweep);
    for (int i = 0; i < sweep->running; i++)
        rows[i] = (struct progress_row){sweep->slots[i].run->label, sweep->slots[i].now};
    if (!isnan(seconds)) snprintf(left, sizeof left, ", %s left", duration_text(seconds, time));
    const struct sweep_outcome *outcome = &sweep->outcome;
    if (sweep->stopping)
        snprintf(summary, sizeof summary,
                 "stopping: %d running runs save their state (once more to stop at once)", sweep->running);
    else
        snprintf(summary, sizeof summary, "%d of %d runs complete%s; %d running, %d waiting, %d failed",
                 outcome->complete, outcome->runs, left, sweep->running, sweep->queue.count - sweep->queue.next,
                 outcome->failed);
    progress_draw(&sweep->progress, rows, sweep->running, summary);
}

/* --- the course of a run ----------------------------------------------------------------------- */

/* The line of a cell in the table of results. Processes that do other shares have part of its runs, so that
 * in a share each run is told by itself. */
static void tell_result(struct sweep_state *sweep, const struct planned_run *run) {
    if (sweep->options->shares) {
        progress_note(&sweep->progress, "run %d complete: %s", run->run + 1, run->label);
        return;
    }
    if (!cells_complete(&sweep->cells, run->run)) return;
    struct buffer line = {0};
    struct error error;
    if (cell_table_line(sweep->spec, &sweep->plan, &sweep->cells, sweep->cells.of[run->run], &line, &error)) {
        progress_note(&sweep->progress, "%s", error.message);
    } else {
        if (!sweep->headed) progress_note(&sweep->progress, "%s", cell_table_head);
        sweep->headed = true;
        progress_note(&sweep->progress, "%s", line.bytes);
    }
    buffer_free(&line);
}

/* Whether a run is of this process's share; what its runs start from need not be. */
static bool is_own(const struct sweep_state *sweep, int run) {
    return !sweep->options->shares || run % sweep->options->shares == sweep->options->share - 1;
}

static void complete_run(struct sweep_state *sweep, struct planned_run *run) {
    run->complete = true;
    sweep->outcome.complete += is_own(sweep, run->run);
    tell_result(sweep, run);
}

static void fail_run(struct sweep_state *sweep, const struct sweep_slot *slot, enum err code, int status,
                     const struct error *reason) {
    struct error unwritten;
    bool again =
        code == ERR_RUNTIME && sweep->attempts[slot->run->run] <= sweep->options->retries && !sweep->stopping;
    progress_note(&sweep->progress, "run %d of %d failed%s: %s: %s", slot->run->run + 1, sweep->outcome.runs,
                  again ? ", to be tried again" : "", slot->run->label, reason->message);
    if (failure_write(slot->run->directory, reason->message, status, slot->run->label, &unwritten))
        progress_note(&sweep->progress, "%s", unwritten.message);
    if (again) {
        queue_add(&sweep->queue, slot->run);
        return;
    }
    int orphans = queue_drop_children(&sweep->queue, slot->run);
    if (orphans)
        progress_note(&sweep->progress, "%d runs that start from run %d are not run", orphans,
                      slot->run->run + 1);
    sweep->outcome.orphaned += orphans;
    if (!sweep->outcome.failed++) {
        sweep->failure = code;
        sweep->first_failure = *reason;
    } else if (code != ERR_INPUT) {
        sweep->failure = ERR_RUNTIME;
    }
}

/* Another process is at a run that others wait for: it is looked at again, and taken over if that one dies. */
static void postpone(struct sweep_state *sweep, const struct planned_run *run) {
    double *look_at = &sweep->queue.look_at[run->run];
    if (!*look_at)
        progress_note(&sweep->progress, "run %d is waited for: another process works on it", run->run + 1);
    *look_at = clock_seconds() + LOOK_SECONDS;
}

/* Another process is at it: neither done nor failed. */
static void leave_run(struct sweep_state *sweep, const struct sweep_slot *slot) {
    if (slot->run->children && !sweep->stopping) {
        queue_put_back(&sweep->queue, slot->run);
        sweep->attempts[slot->run->run]--;
        postpone(sweep, slot->run);
        return;
    }
    progress_note(&sweep->progress, "run %d is left to another process: %s", slot->run->run + 1,
                  slot->worker.error.message);
    sweep->outcome.elsewhere++;
}

/* Whether the run is complete now. ERR_INPUT says what is wrong with what lies there. */
static enum err is_complete(const struct planned_run *run, bool *complete, struct error *error) {
    return run_record_read(run->directory, run->id, complete, NULL, error);
}

/* The worker of a slot has ended. */
static void end_run(struct sweep_state *sweep, int number) {
    struct sweep_slot slot = sweep->slots[number];
    struct error reason = {""};
    int status;
    enum err code = worker_end(&slot.worker, &status, &reason);
    sweep->slots[number] = sweep->slots[--sweep->running];
    bool complete = false;
    if (!code && is_complete(slot.run, &complete, &reason)) code = ERR_RUNTIME;
    if (!code && !complete) code = err_set(&reason, ERR_RUNTIME, "ended without a " LAYOUT_RESULT);
    if (!code) {
        failure_clear(slot.run->directory);
        forecast_end(&sweep->forecast, &slot.pace, clock_seconds());
        sweep->outcome.executed++;
        complete_run(sweep, slot.run);
    } else if (slot.worker.found_busy) {
        leave_run(sweep, &slot);
    } else if (!sweep->stopping || (code != ERR_INTERRUPTED && slot.worker.spoke_last)) {
        /* Otherwise it was stopped with the sweep, and goes on with it. */
        fail_run(sweep, &slot, code == ERR_INTERRUPTED ? ERR_RUNTIME : code, status, &reason);
    }
}

/* Whether a process works on a run. */
static bool is_held(const struct planned_run *run) {
    char *lock = file_join(run->directory, LAYOUT_LOCK);
    bool held = lock && lock_is_held(lock); /* without memory its worker will find out */
    free(lock);
    return held;
}

/* A link or a file where the run's directory should be is set aside. What is in the way within it, the run
 * itself sets aside (run.h). */
static enum err clear_way(struct sweep_state *sweep, const struct planned_run *run, struct error *error) {
    struct stat status;
    if (lstat(run->directory, &status) || S_ISDIR(status.st_mode)) return ERR_OK;
    progress_note(&sweep->progress, "run %d: %s is %s; it is set aside, and the run starts afresh",
                  run->run + 1, run->directory, S_ISLNK(status.st_mode) ? "a link" : "not a directory");
    return run_record_set_aside(run->directory, error);
}

/* Starts a run in the next slot. */
static enum err start_run(struct sweep_state *sweep, struct planned_run *run, struct error *error) {
    struct sweep_slot *slot = &sweep->slots[sweep->running];
    struct config config;
    spec_run(sweep->spec, run->run, &config);
    *slot = (struct sweep_slot){
        .run = run, .now = {.accuracy = NAN}, .pace = forecast_start(run->run, clock_seconds())};
    struct worker_job job = {.run = sweep->options->run,
                             .config = &config,
                             .directory = run->directory,
                             .parent = run->parent < 0 ? NULL : sweep->plan.runs[run->parent].directory,
                             .tensorboard = sweep->options->tensorboard};
    enum err code = clear_way(sweep, run, error);
    if (!code) code = worker_start(&slot->worker, &job, error);
    if (code) return code;
    sweep->attempts[run->run]++;
    sweep->running++;
    return ERR_OK;
}

/* Starts runs while there are workers free for them. */
static enum err start_runs(struct sweep_state *sweep, struct error *error) {
    struct planned_run *run;
    while (sweep->running < sweep->options->workers &&
           (run = queue_first(&sweep->queue, clock_seconds()))) {
        bool complete = false;
        enum err code = is_complete(run, &complete, error);
        if (code == ERR_RUNTIME) return code;
        if (complete) { /* somebody else was faster */
            queue_take(&sweep->queue);
            complete_run(sweep, run);
        } else if (run->children && is_held(run)) {
            postpone(sweep, run);
        } else {
            code = start_run(sweep, run, error);
            if (code) return sweep->running ? ERR_OK : code; /* later, when others have ended */
            queue_take(&sweep->queue);
        }
    }
    return ERR_OK;
}

/* Waits a moment for news of the workers and takes it. */
static void listen(struct sweep_state *sweep) {
    struct pollfd polled[SWEEP_WORKERS_MAX];
    for (int i = 0; i < sweep->running; i++)
        polled[i] = (struct pollfd){.fd = sweep->slots[i].worker.pipe, .events = POLLIN};
    if (poll(polled, (nfds_t)sweep->running, POLL_MILLISECONDS) < 0) return;
    for (int i = sweep->running - 1; i >= 0; i--) {
        struct sweep_slot *slot = &sweep->slots[i];
        if (!polled[i].revents) continue;
        bool lives = worker_listen(&slot->worker, &slot->now);
        forecast_hear(&slot->pace, &slot->now, clock_seconds());
        if (slot->worker.warned) {
            progress_note(&sweep->progress, "run %d: %s", slot->run->run + 1, slot->worker.error.message);
            slot->worker.warned = false;
        }
        if (!lives) end_run(sweep, i);
    }
}

/* Asks the workers to stop; those that take too long (they test a model, or make samples) lose no more than
 * what came after their last checkpoint when they are ended. */
static void stop(struct sweep_state *sweep) {
    if (!sweep->stopping) {
        sweep->stopping = true;
        sweep->stop_at = clock_seconds() + STOP_SECONDS;
        for (int i = 0; i < sweep->running; i++) worker_stop(&sweep->slots[i].worker);
    } else if (clock_seconds() >= sweep->stop_at) {
        for (int i = 0; i < sweep->running; i++) worker_kill(&sweep->slots[i].worker);
    }
}

static enum err work(struct sweep_state *sweep, struct error *error) {
    enum err code = ERR_OK;
    while (!code && (sweep->running || (sweep->queue.next < sweep->queue.count && !sweep->stopping))) {
        if (interrupt_requested()) stop(sweep);
        if (!sweep->stopping) code = start_runs(sweep, error);
        if (code) break;
        listen(sweep);
        show(sweep);
    }
    return code;
}

/* --- the sweep --------------------------------------------------------------------------------- */

/* Queues what this process is to run: its own runs, and what they start from. */
static void fill_queue(struct sweep_state *sweep, bool *needed) {
    struct plan *plan = &sweep->plan;
    for (int i = 0; i < plan->count; i++)
        if (is_own(sweep, i) && !plan->runs[i].complete && plan->runs[i].parent >= 0)
            needed[plan->runs[i].parent] = true;
    for (int place = 0; place < plan->count; place++) {
        int i = sweep->cells.order[place];
        if (!is_own(sweep, i) && !needed[i]) continue;
        sweep->outcome.runs += is_own(sweep, i);
        if (!plan->runs[i].complete) {
            queue_add(&sweep->queue, &plan->runs[i]);
        } else {
            /* A kill may have come between its result and the end of the note of an earlier failure. */
            failure_clear(plan->runs[i].directory);
            sweep->already += is_own(sweep, i);
        }
    }
}

static enum err prepare(struct sweep_state *sweep, struct error *error) {
    enum err code = cells_make(&sweep->plan, &sweep->cells, error);
    if (!code) code = queue_make(&sweep->plan, sweep->options->retries + 1, &sweep->queue, error);
    if (code) return code;
    bool *needed = memory_array((size_t)sweep->plan.count, sizeof *needed);
    sweep->attempts = memory_array((size_t)sweep->plan.count, sizeof *sweep->attempts);
    sweep->slots = memory_array((size_t)sweep->options->workers, sizeof *sweep->slots);
    if (!needed || !sweep->attempts || !sweep->slots) code = err_memory(error, "the queue");
    if (!code) fill_queue(sweep, needed);
    free(needed);
    int queued = sweep->queue.count;
    sweep->workers = queued < sweep->options->workers ? queued : sweep->options->workers;
    if (!sweep->workers) sweep->workers = 1;
    sweep->outcome.complete = sweep->already;
    return code;
}

/* Makes the directory, locks it and puts the spec into it (one that is there is left to the other shares). */
static enum err open_directory(const struct sweep_state *sweep, int *lock, struct error *error) {
    char *runs = file_join(sweep->plan.root, LAYOUT_RUNS), *path = file_join(sweep->plan.root, LAYOUT_LOCK);
    char *copy = file_join(sweep->plan.root, LAYOUT_SPEC);
    size_t length;
    const char *text = spec_text(sweep->spec, &length);
    enum err code = runs && path && copy ? ERR_OK : err_memory(error, sweep->plan.root);
    if (!code) code = file_make_directories(runs, error);
    bool shared = sweep->options->shares > 0;
    if (!code) code = (shared ? lock_share : lock_acquire)(path, "another sweep", LOCK_SECONDS, lock, error);
    if (!code && !(shared && file_exists(copy))) {
        code = file_write_plain(copy, text, length, error);
        if (!code && sweep->options->invocation)
            code = invocation_write(sweep->plan.root, sweep->options->invocation, sweep->spec, error);
    }
    free(runs);
    free(path);
    free(copy);
    return code;
}

/* What the caller gets when all is over. */
static enum err conclude(const struct sweep_state *sweep, struct error *error) {
    const struct sweep_outcome *outcome = &sweep->outcome;
    if (sweep->stopping && outcome->complete < outcome->runs)
        return err_set(error, ERR_INTERRUPTED,
                       "interrupted with %d of %d runs complete; run the same command to go on",
                       outcome->complete, outcome->runs);
    if (!outcome->failed && outcome->elsewhere)
        return err_set(error, ERR_RUNTIME, "%d of %d runs were left to another process that works on them",
                       outcome->elsewhere, outcome->runs);
    if (!outcome->failed) return ERR_OK;
    char orphans[80] = "";
    if (outcome->orphaned)
        snprintf(orphans, sizeof orphans, "%d runs that start from them were not run; ", outcome->orphaned);
    return err_set(error, sweep->failure,
                   "%d of %d runs failed, the first one so: %s; %sthe same command tries them again",
                   outcome->failed, outcome->runs, sweep->first_failure.message, orphans);
}

enum err sweep_run(const struct spec *spec, const struct sweep_options *options,
                   struct sweep_outcome *outcome, struct error *error) {
    assert(options->workers >= 1 && options->workers <= SWEEP_WORKERS_MAX);
    assert(options->retries >= 0 && options->retries <= SWEEP_RETRIES_MAX);
    assert(!options->shares || (options->share >= 1 && options->share <= options->shares));
    struct sweep_state sweep = {.spec = spec, .options = options};
    int lock = -1;
    interrupt_install();
    enum err code = plan_make(spec, options->results, &sweep.plan, error);
    if (!code) code = prepare(&sweep, error);
    if (!code && sweep.queue.count && options->check) code = options->check(error);
    if (!code) code = open_directory(&sweep, &lock, error);
    if (!code) {
        progress_begin(&sweep.progress, options->display);
        char share[48] = "";
        if (options->shares)
            snprintf(share, sizeof share, "share %d of %d, ", options->share, options->shares);
        progress_note(&sweep.progress, "%s: %s%d runs, %d of them complete already; %d at a time",
                      sweep.plan.root, share, sweep.outcome.runs, sweep.already, options->workers);
        code = look_ahead(&sweep, error);
        if (!code) code = work(&sweep, error);
        if (sweep.headed) progress_note(&sweep.progress, "%s", ""); /* the end of the table */
        progress_end(&sweep.progress);
        *outcome = sweep.outcome;
        if (!code) code = conclude(&sweep, error);
    }
    if (lock >= 0) lock_release(lock);
    queue_free(&sweep.queue);
    free(sweep.attempts);
    free(sweep.slots);
    forecast_free(&sweep.forecast);
    cells_free(&sweep.cells);
    plan_free(&sweep.plan);
    return code;
}
