/* What a sweep at work knows, for sweep.c and sweep_runs.c alone. */
#ifndef COTNOISE_SWEEP_SWEEP_WORK_H
#define COTNOISE_SWEEP_SWEEP_WORK_H

#include <stdint.h>

#include "sweep/cells.h"
#include "sweep/forecast.h"
#include "sweep/progress.h"
#include "sweep/queue.h"
#include "sweep/sweep.h"

enum { SWEEP_WARNINGS = 64 };

/* A worker at work. */
struct sweep_slot {
    struct planned_run *run;
    struct worker worker;
    struct run_progress now;
    struct forecast_worker pace;
    int64_t saved; /* training tokens of the state that it started from */
};

struct sweep_state {
    const struct spec *spec;
    const struct sweep_options *options;
    struct plan plan;
    struct cells cells;
    struct forecast forecast;
    struct queue queue; /* retries are added at the end */
    int *attempts;      /* in this call, by run */
    int *failures; /* by run, when another process was first seen at it: how often it had failed, plus 1 */
    int workers;   /* that will have something to do, at least 1 */
    struct sweep_slot *slots;
    int running;
    bool stopping;
    double stop_at; /* monotonic seconds at which workers that still run are ended; once stopping */
    struct progress progress;
    struct {
        uint64_t text[SWEEP_WARNINGS]; /* hashes of them */
        int count;
    } said; /* warnings that some run has given already */
    struct sweep_outcome outcome;
    char share[48];   /* "share 2 of 8: "; "" for the whole */
    bool headed;      /* the table of results has begun */
    int already;      /* complete before this call */
    enum err failure; /* of the failed runs: ERR_INPUT when of all of them */
    struct error first_failure;
};

/* Of all runs of the plan, whoever does them, how many are complete by now. */
int sweep_work_count_all(struct sweep_state *sweep);

/* Whether a run is of this process's share; what its runs start from need not be. */
bool sweep_work_is_own(const struct sweep_state *sweep, int run);

/* Starts what is in the queue, follows it, and stops it when interrupted, until nothing is left to do
 * (sweep_runs.c). ERR_RUNTIME when no worker can be started at all. */
enum err sweep_work(struct sweep_state *sweep, struct error *error);

#endif
