/* cotnoise status: how a sweep goes, from another terminal or another machine. */
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/duration.h"
#include "base/file.h"
#include "base/json_file.h"
#include "base/plural.h"
#include "base/terminal.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/printing.h"
#include "record/invocation.h"
#include "record/layout.h"
#include "record/metrics.h"
#include "sweep/array_job.h"
#include "sweep/observe.h"
#include "sweep/progress.h"

static const char usage[] =
    "usage: cotnoise status DIR\n\n"
    "Says how the runs of a sweep stand (DIR is results/NAME): complete, running, failed, waiting, with the\n"
    "progress of those that are running and the time that is left at their pace; how its Slurm job stands; "
    "and\n"
    "what goes on with it where nobody does. Writes nothing.\n\n"
    "      --json   everything known of every run, as one JSON object\n"
    "  -h, --help   this text\n";

/* That Slurm may think: who asks how it goes waits for the answer, and the runs say most of it by themselves.
 */
enum { ANSWER_SECONDS = 10 };

static json_t *number_or_null(double value) { return isfinite(value) ? json_real(value) : json_null(); }

/* Of a run that is at work or was begun. */
static int set_progress(json_t *json, const struct run_progress *now) {
    return json_object_set_new(json, METRICS_STEP, json_integer(now->step)) |
           json_object_set_new(json, METRICS_TOKENS, json_integer(now->tokens)) |
           json_object_set_new(json, "share", json_real(progress_share(now))) |
           json_object_set_new(json, METRICS_LOSS, number_or_null(now->loss)) |
           json_object_set_new(json, METRICS_ACCURACY, number_or_null(now->accuracy)) |
           json_object_set_new(json, METRICS_SPEED, number_or_null(now->tokens_per_second)) |
           (now->of_rollouts && (json_object_set_new(json, METRICS_ROLLOUTS, json_integer(now->rollouts)) |
                                 json_object_set_new(json, METRICS_REWARD, number_or_null(now->reward))));
}

static enum err add_run(json_t *runs, const struct planned_run *run, const struct observation *seen,
                        struct error *error) {
    json_t *json = json_pack("{s:s, s:o, s:s}", "run", run->id, "label", json_file_text(run->label), "state",
                             observe_state_names[seen->state]);
    int failed = !json;
    if (!failed && seen->state != RUN_COMPLETE && seen->now.tokens > 0)
        failed = set_progress(json, &seen->now);
    if (!failed && seen->state == RUN_FAILED)
        failed = json_object_set_new(json, "reason", json_file_text(seen->reason)) |
                 json_object_set_new(json, "attempts", json_integer(seen->attempts));
    if (!failed && run->diverged) failed = json_object_set_new(json, "diverged", json_true());
    if (!failed && run->fault) failed = json_object_set_new(json, "fault", json_file_text(run->fault));
    failed |= json_array_append_new(runs, json);
    return failed ? err_memory(error, "the status") : ERR_OK;
}

static enum err print_json(const struct plan *plan, const struct observations *seen, const char *job,
                           struct error *error) {
    json_t *runs = json_array();
    enum err code = runs ? ERR_OK : err_memory(error, "the status");
    for (int i = 0; i < plan->count && !code; i++)
        code = add_run(runs, &plan->runs[i], &seen->runs[i], error);
    json_t *json =
        json_pack("{s:o, s:o, s:o, s:{s:i, s:i, s:i, s:i, s:i}, s:o}", "directory",
                  json_file_text(plan->root), "slurm_job", job ? json_string(job) : json_null(),
                  "seconds_left", number_or_null(observe_seconds_left(plan, seen)), "count", "runs",
                  plan->count, "complete", seen->count[RUN_COMPLETE], "running", seen->count[RUN_RUNNING],
                  "failed", seen->count[RUN_FAILED], "waiting", seen->count[RUN_WAITING], "runs", runs);
    char *text = code ? NULL : json_file_dump(json, JSON_INDENT(1));
    if (!code && !text) code = err_memory(error, "the status");
    if (text) puts(text);
    free(text);
    json_decref(json);
    return code;
}

static void print_rows(const struct plan *plan, const struct observations *seen) {
    int label = 0, width = terminal_width(stdout, 100);
    for (int i = 0; i < plan->count; i++)
        if (seen->runs[i].state == RUN_RUNNING && (int)strlen(plan->runs[i].label) > label)
            label = (int)strlen(plan->runs[i].label);
    for (int i = 0; i < plan->count; i++) {
        struct progress_row row = {plan->runs[i].label, seen->runs[i].now};
        struct buffer line = {0};
        if (seen->runs[i].state != RUN_RUNNING) continue;
        progress_format(&row, label, width - 1, &line);
        if (line.bytes && !line.failed) puts(line.bytes);
        buffer_free(&line);
    }
    for (int i = 0; i < plan->count; i++)
        if (seen->runs[i].state == RUN_FAILED)
            printf("failed: %s: %s (%d attempt%s)\n", plan->runs[i].label, seen->runs[i].reason,
                   seen->runs[i].attempts, plural_s(seen->runs[i].attempts));
}

/* The job array of the sweep, if there is one. */
struct job_seen {
    bool found, known, over; /* found: there is a note of it; known: Slurm has said how it stands */
    struct array_job job;
    struct slurm_queue queue;
};

static enum err see_job(const char *directory, struct job_seen *seen, struct error *error) {
    *seen = (struct job_seen){0};
    enum err code = array_job_read(directory, &seen->found, &seen->job, error);
    if (code || !seen->found) return code;
    seen->known = !slurm_look(&seen->job.slurm, ANSWER_SECONDS, &seen->queue, NULL);
    seen->over = seen->known && !seen->queue.pending && !seen->queue.running;
    return ERR_OK;
}

static void say_job(const struct job_seen *seen, struct buffer *line) {
    const struct slurm_queue *queue = &seen->queue;
    buffer_printf(line, "; Slurm job %s", seen->job.slurm.id);
    if (seen->over)
        buffer_printf(line, " is over");
    else if (seen->known)
        buffer_printf(line, ": %d task%s running, %d waiting", queue->running, plural_s(queue->running),
                      queue->pending);
    else
        buffer_text(line, ", of which Slurm says nothing at this moment");
    if (queue->pending && *queue->reason) buffer_printf(line, " (%s)", queue->reason);
}

/* What is to be done by whom, where nothing happens by itself. */
static enum err print_advice(const struct plan *plan, const struct observations *seen,
                             const struct job_seen *job, struct error *error) {
    bool complete = seen->count[RUN_COMPLETE] == plan->count;
    char *table = file_join(plan->root, LAYOUT_RESULTS), *command = invocation_command(plan->root);
    bool unknown = job->found && !job->known;
    bool idle = !seen->count[RUN_RUNNING] && (!job->found || job->over || unknown);
    enum err code = table ? ERR_OK : err_memory(error, "the status");
    if (!code && complete && !file_exists(table))
        terminal_line(stdout, "The report is not written yet; this does it: cotnoise report %s", plan->root);
    else if (!code && !complete && idle)
        terminal_line(stdout, "%s this goes on with it: %s",
                      unknown ? "Should that job be over," : "Nobody works on it at this moment;",
                      command ? command : "the sweep's own command");
    free(command);
    free(table);
    return code;
}

static enum err print_status(const struct plan *plan, const struct observations *seen,
                             const struct job_seen *job, struct error *error) {
    char left[DURATION_LENGTH];
    double seconds = observe_seconds_left(plan, seen);
    struct buffer line = {0};
    buffer_printf(&line, "%s: %d run%s: %d complete, %d running, %d failed, %d waiting", plan->root,
                  plan->count, plural_s(plan->count), seen->count[RUN_COMPLETE], seen->count[RUN_RUNNING],
                  seen->count[RUN_FAILED], seen->count[RUN_WAITING]);
    if (seen->count[RUN_RUNNING] && !isnan(seconds))
        buffer_printf(&line, "; %s left", duration_text(seconds, left));
    if (job->found) say_job(job, &line);
    bool failed = line.failed;
    if (!failed) terminal_line(stdout, "%s", line.bytes);
    buffer_free(&line);
    if (failed) return err_memory(error, "the status");
    print_rows(plan, seen);
    for (int i = 0; i < plan->count; i++)
        if (plan->runs[i].diverged) printf("complete, but diverged: %s\n", plan->runs[i].label);
    for (int i = 0; i < plan->count; i++)
        if (plan->runs[i].fault)
            printf("not complete, and set aside by the sweep's command: %s\n", plan->runs[i].fault);
    return print_advice(plan, seen, job, error);
}

static enum err look(const char *directory, bool json, struct error *error) {
    struct spec *spec = NULL;
    struct plan plan = {0};
    struct observations seen = {0};
    struct job_seen job;
    char *runs = file_join(directory, LAYOUT_RUNS), *asked = file_join(directory, LAYOUT_SWEEP);
    enum err code = runs && asked ? ERR_OK : err_memory(error, "the status");
    if (!code && !file_exists(runs) && !file_exists(asked)) /* an array that waits has no runs yet */
        code = err_set(error, ERR_INPUT,
                       "%s: holds no sweep: expected results/NAME with " LAYOUT_RUNS "/ in it", directory);
    if (!code) code = invocation_spec(directory, &spec, error);
    if (!code && spec_check_files(spec, error))
        printing_warning("status", "%s; runs that need it are not recognised", error->message);
    if (!code) code = plan_make_in(spec, directory, &plan, error);
    if (!code) code = observe_runs(&plan, &seen, error);
    if (!code) code = see_job(directory, &job, error);
    if (!code && json) code = print_json(&plan, &seen, job.found ? job.job.slurm.id : NULL, error);
    if (!code && !json) code = print_status(&plan, &seen, &job, error);
    observe_free(&seen);
    plan_free(&plan);
    spec_free(spec);
    free(runs);
    free(asked);
    return code;
}

enum err cli_status(int argc, char **argv, struct error *error) {
    enum { JSON = 256 };
    static const struct option options[] = {
        {"json", no_argument, 0, JSON}, {"help", no_argument, 0, 'h'}, {0, 0, 0, 0}};
    bool json = false;
    for (int c; (c = getopt_long(argc, argv, ":h", options, NULL)) != -1;) switch (c) {
        case JSON: json = true; break;
        case 'h': fputs(usage, stdout); return ERR_OK;
        default: return arguments_refused(c, argv, options, error);
        }
    if (argc - optind != 1)
        return err_set(error, ERR_INPUT, "needs one sweep directory; see 'cotnoise status --help'");
    enum err code = arguments_path("the sweep directory", argv[optind], error);
    return code ? code : look(argv[optind], json, error);
}
