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
#include "record/failure.h"
#include "record/layout.h"
#include "record/run_record.h"
#include "sweep/progress.h"

/* How long a look at the workers waits for news: the pace of the display and of a stop. */
enum { POLL_MILLISECONDS = 100 };

/* Seconds that workers have to save their state when the sweep is stopped. */
#define STOP_SECONDS 10

/* Seconds that a sweep waits for RESULTS/NAME: lock_is_held may have it for an instant. */
#define LOCK_SECONDS 1

/* Seconds of work before this call's own speed is believed. */
#define SPEED_SECONDS 2

/* A worker at work. */
struct sweep_slot {
    struct planned_run *run;
    struct worker worker;
    struct run_progress now;
    double started;     /* monotonic seconds */
    double first_share; /* of the run's work that was done before, by an earlier process; -1: not known yet */
};

struct sweep_state {
    const struct spec *spec;
    const struct sweep_options *options;
    struct plan plan;
    struct planned_run **queue; /* to be started, in this order; retries are added at the end */
    int *attempts;              /* in this call, by run */
    int queued, next;
    struct sweep_slot *slots;
    int running;
    bool stopping;
    double stop_at; /* monotonic seconds at which workers that still run are ended; once stopping */
    struct progress progress;
    struct sweep_outcome outcome;
    int already;                      /* complete before this call */
    double ended_work, ended_seconds; /* of workers that have ended: what speed is measured by */
    enum err failure;                 /* of the failed runs: ERR_INPUT when of all of them */
    struct error first_failure;
};

/* --- how long it will take --------------------------------------------------------------------- */

static double work_done(const struct sweep_slot *slot) {
    double share = progress_share(&slot->now) - slot->first_share;
    return slot->first_share < 0 || share < 0 ? 0 : share * slot->run->work;
}

/* Work a worker does in a second: of this call once it is telling, of earlier ones until then. */
static double measure_speed(const struct sweep_state *sweep) {
    double work = sweep->ended_work, seconds = sweep->ended_seconds;
    for (int i = 0; i < sweep->running; i++) {
        work += work_done(&sweep->slots[i]);
        seconds += clock_seconds() - sweep->slots[i].started;
    }
    return seconds >= SPEED_SECONDS && work > 0 ? work / seconds : sweep->plan.work_per_second;
}

static double seconds_left(const struct sweep_state *sweep) {
    double left = 0, longest = 0, speed = measure_speed(sweep);
    for (int i = 0; i < sweep->running; i++) {
        const struct sweep_slot *slot = &sweep->slots[i];
        double own = (1 - progress_share(&slot->now)) * slot->run->work;
        left += own;
        if (own > longest) longest = own;
    }
    for (int i = sweep->next; i < sweep->queued; i++) {
        left += sweep->queue[i]->work;
        if (sweep->queue[i]->work > longest) longest = sweep->queue[i]->work;
    }
    double shared = left / sweep->options->workers;
    return speed > 0 ? (shared > longest ? shared : longest) / speed : NAN;
}

static void show(struct sweep_state *sweep) {
    struct progress_row rows[SWEEP_WORKERS_MAX];
    char left[DURATION_LENGTH], summary[256];
    for (int i = 0; i < sweep->running; i++)
        rows[i] = (struct progress_row){sweep->slots[i].run->label, sweep->slots[i].now};
    duration_text(seconds_left(sweep), left);
    const struct sweep_outcome *outcome = &sweep->outcome;
    if (sweep->stopping)
        snprintf(summary, sizeof summary,
                 "stopping: %d running runs save their state (once more to stop at once)", sweep->running);
    else
        snprintf(summary, sizeof summary,
                 "%d of %d runs complete, %s left; %d running, %d waiting, %d failed", outcome->complete,
                 outcome->runs, left, sweep->running, sweep->queued - sweep->next, outcome->failed);
    progress_draw(&sweep->progress, rows, sweep->running, summary);
}

/* --- the course of a run ----------------------------------------------------------------------- */

static void complete_run(struct sweep_state *sweep, const struct sweep_slot *slot) {
    char time[DURATION_LENGTH], accuracy[48] = "";
    duration_text(clock_seconds() - slot->started, time);
    if (!isnan(slot->now.accuracy))
        snprintf(accuracy, sizeof accuracy, "accuracy %.3f, ", slot->now.accuracy);
    slot->run->complete = true;
    failure_clear(slot->run->directory);
    sweep->outcome.complete++;
    sweep->outcome.executed++;
    progress_note(&sweep->progress, "run %d of %d complete: %s (%s%s)", slot->run->run + 1,
                  sweep->outcome.runs, slot->run->label, accuracy, time);
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
        sweep->queue[sweep->queued++] = slot->run;
        return;
    }
    if (!sweep->outcome.failed++) {
        sweep->failure = code;
        sweep->first_failure = *reason;
    } else if (code != ERR_INPUT) {
        sweep->failure = ERR_RUNTIME;
    }
}

/* Another process is at it: neither done nor failed. */
static void leave_run(struct sweep_state *sweep, const struct sweep_slot *slot) {
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
    sweep->ended_work += work_done(&slot);
    sweep->ended_seconds += clock_seconds() - slot.started;
    bool complete = false;
    if (!code && is_complete(slot.run, &complete, &reason)) code = ERR_RUNTIME;
    if (!code && !complete) code = err_set(&reason, ERR_RUNTIME, "ended without a " LAYOUT_RESULT);
    if (!code) {
        complete_run(sweep, &slot);
    } else if (slot.worker.found_busy) {
        leave_run(sweep, &slot);
    } else if (!sweep->stopping || (code != ERR_INTERRUPTED && slot.worker.spoke_last)) {
        /* Otherwise it was stopped with the sweep, and goes on with it. */
        fail_run(sweep, &slot, code == ERR_INTERRUPTED ? ERR_RUNTIME : code, status, &reason);
    }
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

/* Starts runs while there are workers free for them. */
static enum err start_runs(struct sweep_state *sweep, struct error *error) {
    while (sweep->running < sweep->options->workers && sweep->next < sweep->queued) {
        struct planned_run *run = sweep->queue[sweep->next];
        struct sweep_slot *slot = &sweep->slots[sweep->running];
        struct config config;
        spec_run(sweep->spec, run->run, &config);
        bool complete = false;
        enum err code = is_complete(run, &complete, error);
        if (code == ERR_RUNTIME) return code;
        if (complete) { /* somebody else was faster */
            sweep->next++;
            sweep->outcome.complete++;
            run->complete = true;
            continue;
        }
        *slot = (struct sweep_slot){
            .run = run, .now = {.accuracy = NAN}, .started = clock_seconds(), .first_share = -1};
        struct worker_job job = {sweep->options->run, &config, run->directory, sweep->options->tensorboard};
        code = clear_way(sweep, run, error);
        if (!code) code = worker_start(&slot->worker, &job, error);
        if (code) return sweep->running ? ERR_OK : code; /* later, when others have ended */
        sweep->attempts[run->run]++;
        sweep->next++;
        sweep->running++;
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
        if (slot->first_share < 0 && slot->now.steps) slot->first_share = progress_share(&slot->now);
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
    while (!code && (sweep->running || (sweep->next < sweep->queued && !sweep->stopping))) {
        if (interrupt_requested()) stop(sweep);
        if (!sweep->stopping) code = start_runs(sweep, error);
        if (code) break;
        listen(sweep);
        show(sweep);
    }
    return code;
}

/* --- the sweep --------------------------------------------------------------------------------- */

static int by_work(const void *a, const void *b) {
    const struct planned_run *x = *(struct planned_run *const *)a, *y = *(struct planned_run *const *)b;
    if (x->work != y->work) return x->work > y->work ? -1 : 1;
    return x->run < y->run ? -1 : 1;
}

static enum err prepare(struct sweep_state *sweep, struct error *error) {
    size_t runs = (size_t)sweep->plan.count, starts;
    if (__builtin_mul_overflow(runs, (size_t)sweep->options->retries + 1, &starts))
        return err_memory(error, "the queue");
    sweep->queue = memory_array(starts, sizeof *sweep->queue);
    sweep->attempts = memory_array(runs, sizeof *sweep->attempts);
    sweep->slots = memory_array((size_t)sweep->options->workers, sizeof *sweep->slots);
    if (!sweep->queue || !sweep->attempts || !sweep->slots) return err_memory(error, "the queue");
    for (int i = 0; i < sweep->plan.count; i++) {
        if (sweep->options->shares && i % sweep->options->shares != sweep->options->share - 1) continue;
        sweep->outcome.runs++;
        if (!sweep->plan.runs[i].complete)
            sweep->queue[sweep->queued++] = &sweep->plan.runs[i];
        else /* a kill may have come between its result and the end of the note of an earlier failure */
            failure_clear(sweep->plan.runs[i].directory);
    }
    qsort(sweep->queue, (size_t)sweep->queued, sizeof *sweep->queue, by_work);
    sweep->outcome.complete = sweep->already = sweep->outcome.runs - sweep->queued;
    return ERR_OK;
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
    return err_set(error, sweep->failure,
                   "%d of %d runs failed, the first one so: %s; the same command tries them again",
                   outcome->failed, outcome->runs, sweep->first_failure.message);
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
    if (!code) code = open_directory(&sweep, &lock, error);
    if (!code) {
        progress_begin(&sweep.progress, options->display);
        char share[48] = "";
        if (options->shares)
            snprintf(share, sizeof share, "share %d of %d, ", options->share, options->shares);
        progress_note(&sweep.progress, "%s: %s%d runs, %d of them complete already; %d at a time",
                      sweep.plan.root, share, sweep.outcome.runs, sweep.already, options->workers);
        code = work(&sweep, error);
        progress_end(&sweep.progress);
        *outcome = sweep.outcome;
        if (!code) code = conclude(&sweep, error);
    }
    if (lock >= 0) lock_release(lock);
    free(sweep.queue);
    free(sweep.attempts);
    free(sweep.slots);
    plan_free(&sweep.plan);
    return code;
}
