/* The runs of a sweep as --dry-run lists them. See plan_listing.h. */
#include "sweep/plan_listing.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/json_file.h"
#include "base/plural.h"
#include "data/problem_set.h"
#include "spec/config_json.h"

/* --- for people -------------------------------------------------------------------------------- */

static void print_faults(const struct plan *plan, FILE *stream) {
    for (int i = 0; i < plan->count; i++)
        if (plan->runs[i].fault)
            fprintf(stream, "run %d is not complete, and what lies there will be set aside: %s\n", i + 1,
                    plan->runs[i].fault);
}

/* How many problems the runs are tested on, and what is amiss with it. */
static void print_problems(const struct plan *plan, FILE *stream) {
    int64_t least = INT64_MAX, most = 0;
    for (int i = 0; i < plan->count; i++) {
        if (plan->runs[i].problems < least) least = plan->runs[i].problems;
        if (plan->runs[i].problems > most) most = plan->runs[i].problems;
    }
    if (!most) return;
    fprintf(stream, "test problems: %" PRId64, least);
    if (most > least) fprintf(stream, " to %" PRId64, most);
    fprintf(stream, " different ones a run%s\n",
            least < PROBLEM_SET_FEW ? "; with so few, intervals are wide: larger sizes have more" : "");
}

void plan_listing_print(const struct plan *plan, int workers, FILE *stream) {
    double left = 0, total = 0;
    int complete = 0, faults = 0;
    fprintf(stream, "%6s  %-16s  %-8s  %14s  %s\n", "run", "id", "state", "tokens", "what varies");
    for (int i = 0; i < plan->count; i++) {
        const struct planned_run *run = &plan->runs[i];
        fprintf(stream, "%6d  %-16s  %-8s  %14" PRId64 "  %s\n", i + 1, run->id,
                run->complete ? "complete" : "to do", run->tokens, run->label);
        if (run->fault) faults++;
        total += (double)run->tokens;
        if (run->complete)
            complete++;
        else
            left += (double)run->tokens;
    }
    if (faults) print_faults(plan, stream);
    print_problems(plan, stream);
    char time[DURATION_LENGTH];
    double seconds = plan_seconds(plan, workers);
    duration_text(seconds, time);
    fprintf(stream, "%d run%s, %d complete; about %.0f training tokens, %.0f of them to do\n", plan->count,
            plural_s(plan->count), complete, total, left);
    if (isnan(seconds))
        fprintf(stream, "expected time: not known, no run of this sweep has been measured yet\n");
    else
        fprintf(stream, "expected time: %s with %d worker%s (%.0f tokens/s each so far)\n", time, workers,
                plural_s(workers), plan->tokens_per_second);
}

/* --- for programs ------------------------------------------------------------------------------ */

static json_t *run_json(const struct plan *plan, const struct spec *spec, int index) {
    const struct planned_run *run = &plan->runs[index];
    struct config config;
    spec_run(spec, index, &config);
    return json_pack("{s:i, s:s, s:b, s:o, s:b, s:o, s:I, s:I, s:I, s:o, s:o, s:o}", "run", index + 1, "id",
                     run->id, "complete", run->complete, "fault",
                     run->fault ? json_file_text(run->fault) : json_null(), "is_parent", run->is_parent,
                     "parent", run->parent < 0 ? json_null() : json_string(plan->runs[run->parent].id),
                     "tokens", (json_int_t)run->tokens, "rollouts", (json_int_t)run->rollouts, "problems",
                     (json_int_t)run->problems, "label", json_file_text(run->label), "directory",
                     json_file_text(run->directory), "config", config_json(&config));
}

/* Run by run, since a list may be long. */
enum err plan_listing_json(const struct plan *plan, const struct spec *spec, int workers, FILE *stream,
                           struct error *error) {
    double seconds = plan_seconds(plan, workers);
    json_t *json = json_pack("{s:o, s:i, s:o}", "directory", json_file_text(plan->root), "workers", workers,
                             "seconds", isnan(seconds) ? json_null() : json_real(seconds));
    char *text = json_file_dump(json, JSON_REAL_PRECISION(10));
    json_decref(json);
    if (!text) return err_memory(error, "the list of runs");
    fprintf(stream, "%.*s, \"runs\": [", (int)strlen(text) - 1, text); /* without its last brace */
    free(text);
    for (int i = 0; i < plan->count; i++) {
        json = run_json(plan, spec, i);
        text = json_file_dump(json, JSON_REAL_PRECISION(10));
        json_decref(json);
        if (!text) return err_memory(error, "the list of runs");
        fprintf(stream, "%s\n%s", i ? "," : "", text);
        free(text);
    }
    fprintf(stream, "\n]}\n");
    return ERR_OK;
}
