/* How the runs of a sweep stand, from what is in their directories: for those who did not start them. */
#ifndef COTNOISE_SWEEP_OBSERVE_H
#define COTNOISE_SWEEP_OBSERVE_H

#include "record/failure.h"
#include "sweep/plan.h"
#include "train/run.h"

/* Waiting: nobody works on it, whether it was begun or not. Failed: the last attempt did, and nobody tries
 * again at this moment. */
enum observed_state { RUN_COMPLETE, RUN_RUNNING, RUN_FAILED, RUN_WAITING };
extern const char *const observe_state_names[];

struct observation {
    enum observed_state state;
    /* What the last lines of metrics.jsonl say; steps is an estimate. All 0 and accuracy NaN without them. */
    struct run_progress now;
    char reason[FAILURE_REASON_LENGTH]; /* why the last attempt failed; "" without */
    int attempts;
};

struct observations {
    struct observation *runs; /* as in the plan */
    int count[RUN_WAITING + 1];
};

/* Looks at every run of the plan. End with observe_free. */
enum err observe_runs(const struct plan *plan, struct observations *all, struct error *error);
void observe_free(struct observations *all);

/* Seconds until all is complete at the pace of the runs that are running now; NaN when none says its speed.
 */
double observe_seconds_left(const struct plan *plan, const struct observations *all);

#endif
