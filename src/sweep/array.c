/* A sweep as one Slurm job array. See array.h; submission is in array_job.c. Start reading at array_sweep. */
#include "sweep/array.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/plural.h"
#include "record/array_note.h"
#include "record/layout.h"
#include "sweep/array_job.h"
#include "sweep/event_files.h"
#include "sweep/observe.h"
#include "sweep/progress.h"

/* Seconds between questions to Slurm: few at first, when short jobs end, then as many as it likes. */
#define LOOK_SECONDS_LEAST 1
#define LOOK_SECONDS_MOST  15

/* Seconds that Slurm may think: it waits for a busy controller by itself. */
#define ANSWER_SECONDS 300

/* A look at the run directories takes at most a tenth of the time. */
#define SCAN_PATIENCE 10

/* Seconds in which results may still turn up, on a network file system, after the job is over. */
#define LATE_SECONDS 5

enum { ROWS_MOST = 1024, SLEEP_MILLISECONDS = 100 };

struct array {
    const struct spec *spec;
    const struct array_options *options;
    struct plan plan;
    struct array_job job;
    struct slurm_queue queue;
    struct observations seen;
    struct progress progress;
    struct sweep_outcome *outcome;
    int already; /* complete before */
    bool slurm_silent;
};

/* --- following ----------------------------------------------------------------------------------- */

static void note_changes(struct array *array, const struct observations *seen) {
    for (int i = 0; i < array->plan.count; i++) {
        const struct observation *run = &seen->runs[i];
        const char *label = array->plan.runs[i].label;
        if (array->seen.runs && run->state == array->seen.runs[i].state) continue;
        if (run->state == RUN_COMPLETE && !array->plan.runs[i].complete)
            progress_note(&array->progress, "run %d of %d complete: %s", i + 1, array->plan.count, label);
        else if (run->state == RUN_FAILED && array->seen.runs)
            progress_note(&array->progress, "run %d of %d failed: %s: %s", i + 1, array->plan.count, label,
                          run->reason);
        array->plan.runs[i].complete = run->state == RUN_COMPLETE;
    }
}

static enum err scan(struct array *array, struct error *error) {
    struct observations seen;
    enum err code = observe_runs(&array->plan, &seen, error);
    if (code) return code;
    note_changes(array, &seen);
    observe_free(&array->seen);
    array->seen = seen;
    array->outcome->complete = seen.count[RUN_COMPLETE];
    array->outcome->executed = seen.count[RUN_COMPLETE] - array->already;
    array->outcome->failed = seen.count[RUN_FAILED];
    return ERR_OK;
}

static void show(struct array *array) {
    struct progress_row rows[ROWS_MOST];
    char time[DURATION_LENGTH], left[DURATION_LENGTH + 16] = "", summary[256],
                                                       waiting[SLURM_REASON_LENGTH + 8] = "";
    int count = 0;
    for (int i = 0; i < array->plan.count && count < ROWS_MOST; i++)
        if (array->seen.runs[i].state == RUN_RUNNING)
            rows[count++] = (struct progress_row){array->plan.runs[i].label, array->seen.runs[i].now};
    double seconds = observe_seconds_left(&array->plan, &array->seen);
    if (!isnan(seconds)) snprintf(left, sizeof left, ", %s left", duration_text(seconds, time));
    const struct slurm_queue *queue = &array->queue;
    if (queue->pending && *queue->reason) snprintf(waiting, sizeof waiting, " (%s)", queue->reason);
    snprintf(summary, sizeof summary,
             "Slurm job %s: %d of %d run%s complete%s, %d failed; %d task%s running, %d waiting%s",
             array->job.slurm.id, array->outcome->complete, array->plan.count, plural_s(array->plan.count),
             left, array->outcome->failed, queue->running, plural_s(queue->running), queue->pending, waiting);
    progress_draw(&array->progress, rows, count, summary);
}

/* Asks Slurm. While it does not answer, nothing is known and nothing changes. */
static bool is_over(struct array *array) {
    struct error silence;
    if (slurm_look(&array->job.slurm, ANSWER_SECONDS, &array->queue, &silence)) {
        if (!array->slurm_silent) progress_note(&array->progress, "%s; asking again", silence.message);
        array->slurm_silent = true;
        return false;
    }
    array->slurm_silent = false;
    return !array->queue.pending && !array->queue.running;
}

static void pause_shortly(void) {
    nanosleep(&(struct timespec){.tv_nsec = SLEEP_MILLISECONDS * 1000000L}, NULL);
}

static enum err follow(struct array *array, struct error *error) {
    double started = clock_seconds(), look_at = 0, scan_at = 0;
    bool over = false;
    while (!over) {
        if (interrupt_requested())
            return err_set(error, ERR_INTERRUPTED,
                           "detached; Slurm job %s goes on: the same command attaches again, 'scancel %s' "
                           "ends it",
                           array->job.slurm.id, array->job.slurm.id);
        if (clock_seconds() >= look_at) {
            over = is_over(array);
            double pause = (clock_seconds() - started) / 20;
            if (pause < LOOK_SECONDS_LEAST) pause = LOOK_SECONDS_LEAST;
            look_at = clock_seconds() + (pause > LOOK_SECONDS_MOST ? LOOK_SECONDS_MOST : pause);
        }
        if (over || clock_seconds() >= scan_at) {
            double before = clock_seconds();
            enum err code = scan(array, error);
            if (code) return code;
            double pause = (clock_seconds() - before) * SCAN_PATIENCE;
            scan_at = clock_seconds() + (pause < LOOK_SECONDS_LEAST ? LOOK_SECONDS_LEAST : pause);
        }
        show(array);
        if (!over) pause_shortly();
    }
    double late = clock_seconds() + LATE_SECONDS;
    enum err code = ERR_OK;
    while (!code && array->seen.count[RUN_COMPLETE] + array->seen.count[RUN_FAILED] < array->plan.count &&
           clock_seconds() < late && !interrupt_requested()) {
        pause_shortly();
        code = scan(array, error);
    }
    return code;
}

/* Runs that wait for one that failed. */
static int count_orphans(const struct array *array) {
    int orphans = 0;
    for (int i = 0; i < array->plan.count; i++) {
        int parent = array->plan.runs[i].parent;
        orphans += array->seen.runs[i].state == RUN_WAITING && parent >= 0 &&
                   array->seen.runs[parent].state == RUN_FAILED;
    }
    return orphans;
}

/* The last line that the task of a run has printed, or "". */
static void last_words(const struct array *array, int run, char words[256]) {
    int limit = 1;
    size_t length = 0;
    char name[64], *text = NULL;
    *words = 0;
    if (slurm_array_limit(&limit, NULL)) return;
    snprintf(name, sizeof name, LAYOUT_ARRAY "/task-%d.log",
             run % (array->plan.count < limit ? array->plan.count : limit));
    char *path = file_join(array->plan.root, name);
    if (path && !file_read_tail(path, 4096, &text, &length, NULL)) {
        while (length && text[length - 1] == '\n') text[--length] = 0;
        const char *last = strrchr(text, '\n');
        snprintf(words, 256, "%s", last ? last + 1 : text);
    }
    free(text);
    free(path);
}

static enum err lost(const struct array *array, int missing, struct error *error) {
    char words[256] = "";
    for (int i = 0; i < array->plan.count && !*words; i++)
        if (array->seen.runs[i].state == RUN_WAITING) last_words(array, i, words);
    return err_set(error, ERR_RUNTIME,
                   "%d of %d runs are not complete though Slurm job %s is over; see %s/" LAYOUT_ARRAY
                   "/task-*.log%s%s%s; the same command goes on with them",
                   missing, array->plan.count, array->job.slurm.id, array->plan.root,
                   *words ? " (one ends so: " : "", words, *words ? ")" : "");
}

static enum err conclude(const struct array *array, struct error *error) {
    int count = array->plan.count, failed = array->outcome->failed, orphans = count_orphans(array);
    int missing = count - array->outcome->complete - failed - orphans;
    char more[80] = "";
    if (orphans) snprintf(more, sizeof more, "%d not run because of that; ", orphans);
    array->outcome->orphaned = orphans;
    if (missing) return lost(array, missing + failed, error);
    for (int i = 0; i < count && failed; i++)
        if (array->seen.runs[i].state == RUN_FAILED)
            return err_set(error, ERR_RUNTIME,
                           "%d of %d run%s failed, the first one so: %s; %sthe same command tries them again",
                           failed, count, plural_s(count), array->seen.runs[i].reason, more);
    return ERR_OK;
}

/* --- attaching or submitting --------------------------------------------------------------------- */

static enum err busy(const char *root, const struct array_job *job, struct error *error) {
    return err_set(
        error, ERR_RUNTIME,
        "%s: Slurm job %s is at work here; wait for it ('--launcher slurm' attaches to it), or end "
        "it with 'scancel %s'",
        root, job->slurm.id, job->slurm.id);
}

enum err array_check_free(const char *root, struct error *error) {
    struct array_job job;
    struct slurm_queue queue;
    bool found;
    enum err code = array_job_read(root, &found, &job, error);
    if (code || !found) return code;
    /* Where Slurm cannot be asked, the locks of the runs keep processes apart. */
    if (slurm_look(&job.slurm, ANSWER_SECONDS, &queue, NULL)) return ERR_OK;
    if (queue.pending || queue.running) return busy(root, &job, error);
    array_note_forget(root);
    return ERR_OK;
}

/* Finds the job that is at work already. */
static enum err attach(struct array *array, bool *attached, struct error *error) {
    char digest[ARRAY_DIGEST_LENGTH + 1];
    *attached = false;
    bool found;
    enum err code = array_job_read(array->plan.root, &found, &array->job, error);
    if (code || !found) return code;
    code = slurm_look(&array->job.slurm, ANSWER_SECONDS, &array->queue, error);
    if (code) return code;
    if (!array->queue.pending && !array->queue.running) return ERR_OK; /* it is over: the note is old */
    code = array_job_digest(array->spec, array->options->sweep.invocation, digest, error);
    if (code) return code;
    if (strcmp(digest, array->job.digest))
        return err_prefix(error, busy(array->plan.root, &array->job, error), "the spec has changed");
    progress_note(&array->progress, "%s: attached to Slurm job %s", array->plan.root, array->job.slurm.id);
    *attached = true;
    return ERR_OK;
}

static enum err submit(struct array *array, const char *results, struct error *error) {
    const struct sweep_options *options = &array->options->sweep;
    char *lock_path = file_join(array->plan.root, LAYOUT_LOCK),
         *copy = file_join(array->plan.root, LAYOUT_SPEC);
    size_t length;
    const char *text = spec_text(array->spec, &length);
    int lock = -1;
    enum err code = lock_path && copy ? ERR_OK : err_memory(error, "the job");
    if (!code) code = lock_share(lock_path, "another sweep", 1, &lock, error); /* not while one runs here */
    if (!code) code = file_write_plain(copy, text, length, error);
    if (!code) code = invocation_write(array->plan.root, options->invocation, array->spec, error);
    if (!code)
        code = array_job_submit(array->spec, &array->plan, results, array->options, &array->job, error);
    if (!code) code = array_job_write(array->plan.root, &array->job, error);
    if (!code)
        progress_note(
            &array->progress,
            "%s: %d run%s, %d of them complete already; Slurm job %s with %d task%s, Ctrl-C leaves it "
            "to itself",
            array->plan.root, array->plan.count, plural_s(array->plan.count), array->already,
            array->job.slurm.id, array->job.tasks, plural_s(array->job.tasks));
    if (lock >= 0) lock_release(lock);
    free(lock_path);
    free(copy);
    return code;
}

/* Only one command at a time decides whether there is a job. */
static enum err attach_or_submit(struct array *array, const char *results, struct error *error) {
    char *directory = file_join(array->plan.root, LAYOUT_ARRAY),
         *path = file_join(array->plan.root, LAYOUT_ARRAY "/" LAYOUT_LOCK);
    bool attached = false;
    int lock = -1;
    enum err code =
        directory && path ? file_make_directories(directory, error) : err_memory(error, "the job");
    if (!code) code = lock_acquire(path, "another command that submits", 60, &lock, error);
    if (!code) code = attach(array, &attached, error);
    if (!code && !attached) code = submit(array, results, error);
    if (lock >= 0) lock_release(lock);
    free(directory);
    free(path);
    return code;
}

/* The path from the root: tasks may start anywhere. To be freed; NULL when that cannot be said. */
static char *absolute(const char *path) {
    if (*path == '/') return memory_string(path);
    char here[PATH_MAX];
    return getcwd(here, sizeof here) ? file_join(here, path) : NULL;
}

enum err array_sweep(const struct spec *spec, const struct array_options *options,
                     struct sweep_outcome *outcome, struct error *error) {
    struct array array = {.spec = spec, .options = options, .outcome = outcome};
    interrupt_install();
    char *results = absolute(options->sweep.results);
    enum err code = results ? plan_make(spec, results, &array.plan, error) : err_memory(error, "the job");
    if (!code) {
        for (int i = 0; i < array.plan.count; i++) array.already += array.plan.runs[i].complete;
        *outcome = (struct sweep_outcome){.runs = array.plan.count, .complete = array.already};
        progress_begin(&array.progress, options->sweep.display);
        if (options->sweep.tensorboard) event_files_complete(spec, &array.plan, 0, 0, &array.progress);
        if (array.already < array.plan.count) {
            code = attach_or_submit(&array, results, error);
            if (!code) code = follow(&array, error);
        } else {
            progress_note(&array.progress, "%s: %d run%s, all complete already; nothing is submitted",
                          array.plan.root, array.plan.count, plural_s(array.plan.count));
        }
        if (!code) array_note_forget(array.plan.root);
        if (!code && array.already < array.plan.count) code = conclude(&array, error);
        progress_end(&array.progress);
    }
    observe_free(&array.seen);
    plan_free(&array.plan);
    free(results);
    return code;
}
