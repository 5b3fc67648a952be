/* How the runs of a sweep stand. See observe.h. */
#include "sweep/observe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/memory.h"
#include "record/failure.h"
#include "record/layout.h"
#include "record/metrics.h"
#include "record/run_record.h"
#include "sweep/progress.h"

const char *const observe_state_names[] = {"complete", "running", "failed", "waiting"};

/* A number from outside as a count. */
static int64_t count_of(double value) { return value >= 0 && value < 1e15 ? (int64_t)value : 0; }

static enum err read_metrics(const struct planned_run *run, struct run_progress *progress,
                             struct error *error) {
    struct metrics_latest latest;
    enum err code = metrics_read_latest(run->directory, &latest, error);
    if (code) return code;
    progress->step = latest.step;
    progress->tokens = latest.tokens;
    progress->loss = latest.loss;
    progress->accuracy = latest.accuracy;
    progress->tokens_per_second = latest.tokens_per_second;
    progress->rollouts = latest.rollouts;
    progress->of_rollouts = run->rollouts;
    progress->reward = latest.reward;
    if (latest.tokens > 0)
        progress->steps = count_of((double)latest.step * (double)run->tokens / (double)latest.tokens);
    return ERR_OK;
}

/* Whether the last attempt failed, and why. A note that cannot be read says nothing: the run waits. */
static enum err read_failure(const struct planned_run *run, struct observation *seen, struct error *error) {
    struct failure failure;
    bool exists;
    enum err code = failure_read(run->directory, &exists, &failure, error);
    if (code || !exists) return code == ERR_RUNTIME ? code : ERR_OK;
    seen->state = RUN_FAILED;
    seen->attempts = failure.attempts;
    memcpy(seen->reason, failure.reason, sizeof seen->reason);
    return ERR_OK;
}

static enum err observe_run(const struct planned_run *run, struct observation *seen, struct error *error) {
    bool complete;
    *seen = (struct observation){.state = RUN_WAITING, .now = {.accuracy = NAN, .loss = NAN}};
    char *lock = file_join(run->directory, LAYOUT_LOCK);
    if (!lock) return err_memory(error, "the runs");
    enum err code = run_record_read(run->directory, run->id, &complete, NULL, error);
    if (code != ERR_RUNTIME) {
        code = ERR_OK; /* what is in the way of a run, it sets aside */
        if (complete)
            seen->state = RUN_COMPLETE;
        else if (lock_is_held(lock))
            seen->state = RUN_RUNNING;
        else
            code = read_failure(run, seen, error);
    }
    free(lock);
    if (!code && !complete) code = read_metrics(run, &seen->now, error);
    return code;
}

enum err observe_runs(const struct plan *plan, struct observations *all, struct error *error) {
    struct observations made = {.runs = memory_array((size_t)plan->count, sizeof *made.runs)};
    if (!made.runs) return err_memory(error, "the runs");
    enum err code = ERR_OK;
    for (int i = 0; i < plan->count && !code; i++) {
        code = observe_run(&plan->runs[i], &made.runs[i], error);
        if (!code) made.count[made.runs[i].state]++;
    }
    if (code)
        observe_free(&made);
    else
        *all = made;
    return code;
}

void observe_free(struct observations *all) {
    free(all->runs);
    *all = (struct observations){0};
}

double observe_seconds_left(const struct plan *plan, const struct observations *all) {
    double work = 0, pace = 0, longest = 0;
    int telling = 0;
    for (int i = 0; i < plan->count; i++) {
        const struct planned_run *run = &plan->runs[i];
        const struct observation *seen = &all->runs[i];
        if (seen->state == RUN_COMPLETE) continue;
        double left = (1 - progress_share(&seen->now)) * run->work;
        work += left;
        if (left > longest) longest = left;
        if (seen->state != RUN_RUNNING || seen->now.tokens_per_second <= 0 || run->tokens <= 0) continue;
        pace += seen->now.tokens_per_second * run->work / (double)run->tokens;
        telling++;
    }
    if (work <= 0) return 0;
    if (pace <= 0) return NAN;
    double shared = work / pace, alone = longest * telling / pace;
    return shared > alone ? shared : alone;
}
