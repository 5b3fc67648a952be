/* How long a sweep will take: first from the measured speed of this machine, then more and more from the work
 * that this call has finished.
 *
 * Each run is expected to take some seconds, from its tokens, its model's size and the calibration. What has
 * been observed since corrects all of them by one factor,
 *
 *     (trust + taken) / (trust + expected)
 *
 * in worker-seconds: `taken` for work that was expected to take `expected`, and `trust` for the calibration.
 * So an estimate is there from the start and moves as smoothly as the work does. Observed are whole runs that
 * ended, and of a running one its training once that has gone on for some seconds. Without a calibration the
 * trust is 0, and there is no estimate until every worker has some seconds of such work behind it. */
#ifndef COTNOISE_SWEEP_FORECAST_H
#define COTNOISE_SWEEP_FORECAST_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/err.h"
#include "sweep/plan.h"
#include "train/rehearsal.h"
#include "train/run.h"

/* Seconds that a worker needs for each part of a run: before its first step, until its last, after it. */
struct forecast_run {
    double making, training, testing;
};

struct forecast {
    struct forecast_run *runs; /* as in the plan */
    bool known;                /* in seconds; else in units of nobody knows how many */
    int workers;               /* that will have something to do */
    double speed;              /* training tokens a second on all of them; 0: not measured */
    double taken, expected;    /* worker-seconds of the runs that ended, and what was expected of them */
};

/* One run at work. Moments are seconds of the monotonic clock, 0 where it has not come to that. */
struct forecast_worker {
    int run;                /* in the plan */
    double share;           /* of its training */
    double first_share;     /* that an earlier process had done */
    double started;         /* the process */
    double trained, tested; /* its first step; its test */
};

/* Of the waiting runs, the first of those with the most work, which decides how long it all takes; NULL of
 * none. */
const struct planned_run *forecast_largest(struct planned_run *const *waiting, int count);

/* `measured`, if not NULL, is what a worker does at runs like `like`. Without it earlier runs of the sweep
 * tell, if there are any. *forecast is to be freed with forecast_free. ERR_RUNTIME without memory. */
enum err forecast_make(const struct plan *plan, int workers, const struct rehearsal *measured,
                       const struct planned_run *like, struct forecast *forecast, struct error *error);
void forecast_free(struct forecast *forecast);

/* What becomes of a worker. */
struct forecast_worker forecast_start(int run, double now);
void forecast_hear(struct forecast_worker *worker, const struct run_progress *progress, double now);
void forecast_end(struct forecast *forecast, const struct forecast_worker *worker, double now);

/* Seconds until the `running` workers and then the waiting runs, in their order, are through; NaN as long as
 * that is not settled. */
double forecast_left(const struct forecast *forecast, const struct forecast_worker *worker, int running,
                     struct planned_run *const *waiting, int count, double now);

/* Appends "13 runs: 28.6M tokens at 231k tokens/s (x86-64-v3), about 2.3 min (0.2 testing)" of the runs that
 * wait when a measured sweep begins; `level` (of the kernels) may be NULL. */
void forecast_say(const struct forecast *forecast, struct planned_run *const *waiting, int count,
                  const char *level, struct buffer *line);

#endif
