/* The runs of a sweep from the queue to their end. See sweep_work.h; start reading at sweep_work. */
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/lock.h"
#include "base/plural.h"
#include "nn/learner.h"
#include "record/failure.h"
#include "record/layout.h"
#include "record/run_record.h"
#include "record/run_state.h"
#include "record/trainer_note.h"
#include "sweep/cell_table.h"
#include "sweep/sweep_work.h"

/* How long a look at the workers waits for news: the pace of the display and of a stop. */
enum { POLL_MILLISECONDS = 100 };

/* Seconds that workers have to save their state when the sweep is stopped: by a person who waits, or by a
 * batch system that gives a minute. */
#define STOP_SECONDS  10
#define LIMIT_SECONDS 40

/* Seconds until a run that another process works on, and that others wait for, is looked at again. */
#define LOOK_SECONDS 1

/* --- what is shown ----------------------------------------------------------------------------- */

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
        snprintf(summary, sizeof summary, "stopping: %d run%s to save (once more to stop at once)",
                 sweep->running, plural_s(sweep->running));
    else
        snprintf(summary, sizeof summary, "%s%d of %d run%s complete%s; %d running, %d waiting, %d failed",
                 sweep->share, outcome->complete, outcome->runs, plural_s(outcome->runs), left,
                 sweep->running, sweep->queue.count - sweep->queue.next, outcome->failed);
    progress_draw(&sweep->progress, rows, sweep->running, summary);
}

/* --- the course of a run ----------------------------------------------------------------------- */

/* Whether the run is complete now. ERR_INPUT says what is wrong with what lies there. */
static enum err is_complete(const struct planned_run *run, bool *complete, struct error *error) {
    return run_record_read(run->directory, run->id, complete, NULL, error);
}

/* The line of a cell in the table of results. Processes that do other shares have part of its runs, so that
 * in a share each run is told by itself. */
static void tell_result(struct sweep_state *sweep, const struct planned_run *run) {
    if (sweep->options->shares) {
        int all = sweep_work_count_all(sweep);
        progress_note(&sweep->progress, "run %d of %d complete: %s; %d of the share's %d, %d of all %d",
                      run->run + 1, sweep->plan.count, run->label, sweep->outcome.complete,
                      sweep->outcome.runs, all, sweep->plan.count);
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

bool sweep_work_is_own(const struct sweep_state *sweep, int run) {
    return !sweep->options->shares || run % sweep->options->shares == sweep->options->share - 1;
}

static void complete_run(struct sweep_state *sweep, struct planned_run *run) {
    run->complete = true;
    sweep->outcome.complete += sweep_work_is_own(sweep, run->run);
    tell_result(sweep, run);
}

int sweep_work_count_all(struct sweep_state *sweep) {
    int count = 0;
    for (int i = 0; i < sweep->plan.count; i++) {
        struct planned_run *run = &sweep->plan.runs[i];
        bool complete = run->complete;
        /* Those of this share are counted where they end here. */
        if (!complete && !sweep_work_is_own(sweep, i) && !is_complete(run, &complete, NULL))
            run->complete = complete;
        count += complete;
    }
    return count;
}

/* A run has failed and is not tried again, nor are those run that start from it. */
static void give_up(struct sweep_state *sweep, const struct planned_run *run, enum err code,
                    const struct error *reason) {
    int orphans = queue_drop_children(&sweep->queue, run);
    if (orphans) progress_note(&sweep->progress, "%d not run because run %d failed", orphans, run->run + 1);
    sweep->outcome.orphaned += orphans;
    if (!sweep->outcome.failed++) {
        sweep->failure = code;
        sweep->first_failure = *reason;
    } else if (code != ERR_INPUT) {
        sweep->failure = ERR_RUNTIME;
    }
}

static void fail_run(struct sweep_state *sweep, const struct sweep_slot *slot, enum err code, int status,
                     const struct error *reason) {
    struct error unwritten;
    bool again =
        code == ERR_RUNTIME && sweep->attempts[slot->run->run] <= sweep->options->retries && !sweep->stopping;
    progress_note(&sweep->progress, "run %d of %d failed%s: %s: %s", slot->run->run + 1, sweep->plan.count,
                  again ? ", to be tried again" : "", slot->run->label, reason->message);
    if (failure_write(slot->run->directory, reason->message, status, slot->run->label, &unwritten))
        progress_note(&sweep->progress, "%s", unwritten.message);
    if (again)
        queue_add(&sweep->queue, slot->run);
    else
        give_up(sweep, slot->run, code, reason);
}

/* How often a run has failed, by its note; *reason is the last one. */
static int count_failures(const struct planned_run *run, struct error *reason) {
    struct failure failure;
    bool exists;
    if (failure_read(run->directory, &exists, &failure, NULL) || !exists) return 0;
    err_set(reason, ERR_RUNTIME, "%s", failure.reason);
    return failure.attempts;
}

/* Another process is at a run that others wait for: it is looked at again, and taken over if that one dies.
 */
static void postpone(struct sweep_state *sweep, const struct planned_run *run) {
    struct error reason;
    if (!sweep->failures[run->run]) {
        sweep->failures[run->run] = count_failures(run, &reason) + 1;
        progress_note(&sweep->progress, "run %d of %d is waited for: another process works on it",
                      run->run + 1, sweep->plan.count);
    }
    sweep->queue.look_at[run->run] = clock_seconds() + LOOK_SECONDS;
}

/* Whether a run that was waited for has failed meanwhile, as often as it may be tried: it is then given up.
 */
static bool has_failed_elsewhere(struct sweep_state *sweep, const struct planned_run *run) {
    struct error reason = {""};
    if (!sweep->failures[run->run]) return false;
    int failures = count_failures(run, &reason) - (sweep->failures[run->run] - 1);
    if (failures <= sweep->options->retries) return false;
    progress_note(&sweep->progress, "run %d failed in another process: %s: %s", run->run + 1, run->label,
                  reason.message);
    give_up(sweep, run, ERR_RUNTIME, &reason);
    return true;
}

/* Another process is at it: neither done nor failed. */
static void leave_run(struct sweep_state *sweep, const struct sweep_slot *slot) {
    if (slot->run->children && !sweep->stopping) {
        queue_put_back(&sweep->queue, slot->run);
        sweep->attempts[slot->run->run]--;
        postpone(sweep, slot->run);
        return;
    }
    progress_note(&sweep->progress, "run %d of %d is left to another process: %s", slot->run->run + 1,
                  sweep->plan.count, slot->worker.error.message);
    sweep->outcome.elsewhere++;
}

/* How far the state is that a run goes on from: training tokens and completions drawn; 0 without one. What a
 * program of the user's can go on from is told by when it last wrote. */
static int64_t saved_work(const struct planned_run *run) {
    struct run_state state = {.tokens = 0};
    char *note = NULL, *path = file_join(run->directory, LAYOUT_STATE);
    struct stat status; /* a pipe would be waited for */
    bool is_plain = path && !lstat(path, &status) && S_ISREG(status.st_mode);
    if (is_plain && !learner_read_note(path, &note, NULL) && run_state_read(note, &state, NULL))
        state.tokens = 0;
    int64_t rollouts = json_integer_value(json_object_get(state.method, "rollouts"));
    free(note);
    free(path);
    run_state_free(&state);
    return state.tokens + rollouts + trainer_note_latest(run->directory);
}

/* The worker of a slot has ended. */
static void end_run(struct sweep_state *sweep, int number) {
    struct sweep_slot slot = sweep->slots[number];
    struct error reason = {""};
    int status;
    /* A signal to the whole group may end the worker before stop() has been called here. */
    bool stopping = sweep->stopping || interrupt_requested();
    enum err code = worker_end(&slot.worker, &status, &reason);
    sweep->slots[number] = sweep->slots[--sweep->running];
    sweep->outcome.advanced |= saved_work(slot.run) > slot.saved;
    bool complete = false;
    if (!code && is_complete(slot.run, &complete, &reason)) code = ERR_RUNTIME;
    if (!code && !complete) code = err_set(&reason, ERR_RUNTIME, "ended without a " LAYOUT_RESULT);
    if (!code) {
        failure_clear(slot.run->directory);
        forecast_end(&sweep->forecast, &slot.pace, clock_seconds());
        sweep->outcome.executed++;
        sweep->outcome.advanced = true;
        complete_run(sweep, slot.run);
    } else if (slot.worker.found_busy) {
        leave_run(sweep, &slot);
    } else if (!stopping || (code != ERR_INTERRUPTED && slot.worker.spoke_last)) {
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
    *slot = (struct sweep_slot){.run = run,
                                .now = {.accuracy = NAN},
                                .pace = forecast_start(run->run, clock_seconds()),
                                .saved = saved_work(run)};
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
    while (sweep->running < sweep->options->workers && (run = queue_first(&sweep->queue, clock_seconds()))) {
        bool complete = false;
        enum err code = is_complete(run, &complete, error);
        if (code == ERR_RUNTIME) return code;
        if (complete) { /* somebody else was faster */
            queue_take(&sweep->queue);
            complete_run(sweep, run);
        } else if (run->children && is_held(run)) {
            postpone(sweep, run);
        } else if (has_failed_elsewhere(sweep, run)) {
            queue_take(&sweep->queue);
        } else {
            code = start_run(sweep, run, error);
            if (code) return sweep->running ? ERR_OK : code; /* later, when others have ended */
            queue_take(&sweep->queue);
        }
    }
    return ERR_OK;
}

/* Passes a worker's warning on, unless another run has said the same. */
static void pass_warning(struct sweep_state *sweep, const struct sweep_slot *slot) {
    const char *message = slot->worker.error.message;
    uint64_t text = XXH64(message, strlen(message), 0);
    for (int i = 0; i < sweep->said.count; i++)
        if (sweep->said.text[i] == text) return;
    if (sweep->said.count < SWEEP_WARNINGS) sweep->said.text[sweep->said.count++] = text;
    progress_note(&sweep->progress, "run %d: %s", slot->run->run + 1, message);
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
            pass_warning(sweep, slot);
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
        sweep->stop_at = clock_seconds() + (interrupt_is_time_limit() ? LIMIT_SECONDS : STOP_SECONDS);
        for (int i = 0; i < sweep->running; i++) worker_stop(&sweep->slots[i].worker);
    } else if (clock_seconds() >= sweep->stop_at) {
        for (int i = 0; i < sweep->running; i++) worker_kill(&sweep->slots[i].worker);
    }
}

enum err sweep_work(struct sweep_state *sweep, struct error *error) {
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
