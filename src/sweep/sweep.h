/* Runs everything that a spec describes and that is not there yet, on several workers, whatever happens to
 * some of them. */
#ifndef COTNOISE_SWEEP_SWEEP_H
#define COTNOISE_SWEEP_SWEEP_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "record/invocation.h"
#include "spec/spec.h"
#include "sweep/calibration.h"
#include "sweep/plan.h"
#include "sweep/worker.h"

enum { SWEEP_WORKERS_MAX = 1024, SWEEP_RETRIES_MAX = 100 };

struct sweep_options {
    const char *results; /* the sweep goes to RESULTS/NAME */
    int workers;         /* runs at the same time, 1 ... SWEEP_WORKERS_MAX */
    int retries;         /* further attempts in this call at a run that crashed, 0 ... SWEEP_RETRIES_MAX */
    int share, shares;   /* only every shares-th run, from the share-th (1 ... shares) on; 0, 0: all */
    bool tensorboard;    /* each run writes a TensorBoard event file */
    FILE *display;       /* where progress is shown; NULL: nowhere */
    run_function *run;   /* learn_execute */
    rehearsal_function *rehearse; /* rehearsal_run; NULL: no time is told before it is known from runs */
    /* levels_check: whether runs can be run here, asked before anything is written where there is one to run.
     * NULL: they can. */
    enum err (*check)(struct error *error);
    const struct invocation *invocation; /* kept in RESULTS/NAME/sweep.json; NULL: not known */
};

struct sweep_outcome {
    int runs;      /* of the spec, or of the share of it */
    int complete;  /* of them, in the end */
    int needed;    /* of other shares and not complete at the beginning: runs of this one start from them */
    int executed;  /* completed by this call, needed ones too */
    int failed;    /* of runs and needed */
    int orphaned;  /* not run: what they start from failed */
    int elsewhere; /* left to another process that works on them */
    bool advanced; /* this call completed a run or saved a later state of one: another call has less to do */
};

/* Checks all of the spec, measures how fast this machine is and says how long it will take, then starts the
 * runs cell by cell (cells.h), each in a process of its own with the directory RESULTS/NAME/runs/ID; of each
 * cell that becomes complete the result is shown. Runs with a result.json are left alone, others go on from
 * what they saved. A run that fails leaves failed.json with its reason; the others go on, and the next call
 * tries it again.
 * A run that starts from another one waits until that is complete, and is not run when that has failed.
 *
 * Processes that do different shares of the same spec work side by side in RESULTS/NAME, on one machine or
 * on several with a shared file system; one without a share has it for itself. What a share's runs start from
 * and is not complete, it runs itself, wherever it belongs, unless another process is at it: then it waits
 * for that one.
 *
 * The calling process must have one thread only. SIGINT and SIGTERM (interrupt.h; installed here) stop the
 * workers politely; a second one ends the process and them at once.
 *
 * *outcome is set whenever runs may have been executed. ERR_INTERRUPTED after a polite stop, ERR_RUNTIME
 * when runs failed or another sweep works in RESULTS/NAME, ERR_INPUT when the spec asks for the impossible.
 */
enum err sweep_run(const struct spec *spec, const struct sweep_options *options,
                   struct sweep_outcome *outcome, struct error *error);

#endif
