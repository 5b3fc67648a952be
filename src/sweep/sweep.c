/* The sweep engine. See sweep.h; start reading at sweep_run. What becomes of the runs is in sweep_runs.c. */
#include <assert.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/plural.h"
#include "base/temporary.h"
#include "nn/levels.h"
#include "record/failure.h"
#include "record/layout.h"
#include "sweep/calibration.h"
#include "sweep/event_files.h"
#include "sweep/sweep_work.h"

/* Seconds that a sweep waits for RESULTS/NAME: lock_is_held may have it for an instant. */
#define LOCK_SECONDS 1

/* The same of one that shares it with others: where flock does not work, each of those that begin at the same
 * moment has it alone for an instant. */
#define SHARED_LOCK_SECONDS 30

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
        calibration_is_worth_it(sweep->queue.run, sweep->queue.count,
                                sweep->workers * config.train.threads)) {
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

/* --- the sweep --------------------------------------------------------------------------------- */

/* Queues what this process is to run: its own runs, and what they start from. */
static void fill_queue(struct sweep_state *sweep, bool *needed) {
    struct plan *plan = &sweep->plan;
    for (int i = 0; i < plan->count; i++)
        if (sweep_work_is_own(sweep, i) && !plan->runs[i].complete && plan->runs[i].parent >= 0)
            needed[plan->runs[i].parent] = true;
    for (int place = 0; place < plan->count; place++) {
        int i = sweep->cells.order[place];
        if (!sweep_work_is_own(sweep, i) && !needed[i]) continue;
        sweep->outcome.runs += sweep_work_is_own(sweep, i);
        sweep->outcome.needed += !sweep_work_is_own(sweep, i) && !plan->runs[i].complete;
        if (!plan->runs[i].complete) {
            queue_add(&sweep->queue, &plan->runs[i]);
        } else {
            /* A kill may have come between its result and the end of the note of an earlier failure. */
            failure_clear(plan->runs[i].directory);
            sweep->already += sweep_work_is_own(sweep, i);
        }
    }
}

static enum err prepare(struct sweep_state *sweep, struct error *error) {
    enum err code = cells_make(&sweep->plan, &sweep->cells, error);
    if (!code) code = queue_make(&sweep->plan, sweep->options->retries + 1, &sweep->queue, error);
    if (code) return code;
    bool *needed = memory_array((size_t)sweep->plan.count, sizeof *needed);
    sweep->attempts = memory_array((size_t)sweep->plan.count, sizeof *sweep->attempts);
    sweep->failures = memory_array((size_t)sweep->plan.count, sizeof *sweep->failures);
    sweep->slots = memory_array((size_t)sweep->options->workers, sizeof *sweep->slots);
    if (!needed || !sweep->attempts || !sweep->failures || !sweep->slots)
        code = err_memory(error, "the queue");
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
    if (!code && shared) code = lock_share(path, "another sweep", SHARED_LOCK_SECONDS, lock, error);
    if (!code && !shared) code = lock_acquire(path, "another sweep", LOCK_SECONDS, lock, error);
    if (!code) temporary_clear_in(sweep->plan.root, layout_sweep_files);
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
                       "%sinterrupted with %d of %d run%s complete; run the same command to go on",
                       sweep->share, outcome->complete, outcome->runs, plural_s(outcome->runs));
    if (!outcome->failed && outcome->elsewhere)
        return err_set(error, ERR_RUNTIME, "%s%d of %d run%s left to another process that works on %s",
                       sweep->share, outcome->elsewhere, outcome->runs, plural_s(outcome->runs),
                       outcome->elsewhere == 1 ? "it" : "them");
    if (!outcome->failed) return ERR_OK;
    char orphans[80] = "";
    if (outcome->orphaned)
        snprintf(orphans, sizeof orphans, "%d not run because of that; ", outcome->orphaned);
    return err_set(error, sweep->failure,
                   "%s%d of %d run%s failed, the first one so: %s; %sthe same command tries them again",
                   sweep->share, outcome->failed, outcome->runs + outcome->needed,
                   plural_s(outcome->runs + outcome->needed), sweep->first_failure.message, orphans);
}

/* What there is to do, of the share and of the whole. */
static void announce(struct sweep_state *sweep) {
    const struct sweep_outcome *outcome = &sweep->outcome;
    struct buffer line = {0};
    buffer_printf(&line, "%s: %s%d run%s", sweep->plan.root, sweep->share, outcome->runs,
                  plural_s(outcome->runs));
    if (outcome->needed) buffer_printf(&line, " and %d more that they start from", outcome->needed);
    buffer_printf(&line, ", %d of them complete already", sweep->already);
    if (sweep->options->shares)
        buffer_printf(&line, " (of all %d: %d)", sweep->plan.count, sweep_work_count_all(sweep));
    buffer_printf(&line, "; %d at a time", sweep->options->workers);
    if (!line.failed) progress_note(&sweep->progress, "%s", line.bytes);
    buffer_free(&line);
}

enum err sweep_run(const struct spec *spec, const struct sweep_options *options,
                   struct sweep_outcome *outcome, struct error *error) {
    assert(options->workers >= 1 && options->workers <= SWEEP_WORKERS_MAX);
    assert(options->retries >= 0 && options->retries <= SWEEP_RETRIES_MAX);
    assert(!options->shares || (options->share >= 1 && options->share <= options->shares));
    struct sweep_state sweep = {.spec = spec, .options = options};
    int lock = -1;
    if (options->shares)
        snprintf(sweep.share, sizeof sweep.share, "share %d of %d: ", options->share, options->shares);
    interrupt_install();
    enum err code = plan_make(spec, options->results, &sweep.plan, error);
    if (!code) code = prepare(&sweep, error);
    if (!code && sweep.queue.count && options->check) code = options->check(error);
    if (!code) code = open_directory(&sweep, &lock, error);
    if (!code) {
        progress_begin(&sweep.progress, options->display);
        announce(&sweep);
        if (options->tensorboard)
            event_files_complete(spec, &sweep.plan, options->share, options->shares, &sweep.progress);
        code = look_ahead(&sweep, error);
        if (!code) code = sweep_work(&sweep, error);
        if (sweep.headed) progress_note(&sweep.progress, "%s", ""); /* the end of the table */
        progress_end(&sweep.progress);
        *outcome = sweep.outcome;
        if (!code) code = conclude(&sweep, error);
    }
    if (lock >= 0) lock_release(lock);
    queue_free(&sweep.queue);
    free(sweep.attempts);
    free(sweep.failures);
    free(sweep.slots);
    forecast_free(&sweep.forecast);
    cells_free(&sweep.cells);
    plan_free(&sweep.plan);
    return code;
}
