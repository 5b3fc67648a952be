/* A sweep as one Slurm job array: each task runs a share of the spec's runs on the shared file system, as
 * 'cotnoise sweep --share K/N' does, and whoever asked follows from outside. */
#ifndef COTNOISE_SWEEP_ARRAY_H
#define COTNOISE_SWEEP_ARRAY_H

#include "base/err.h"
#include "base/words.h"
#include "sweep/sweep.h"

struct array_options {
    struct sweep_options sweep; /* workers: of each task. share, run: not used. invocation: required */
    const struct words *more;   /* further arguments of sbatch */
    int throttle;               /* tasks at the same time; 0: as many as Slurm has room for */
};

/* Submits the array unless one is at work for this sweep already, then shows how it goes until it is over.
 * ROOT/slurm.json holds the job's number meanwhile; ROOT/slurm/ the script, the spec and what tasks print.
 *
 * ERR_INTERRUPTED on SIGINT and SIGTERM: the job goes on, and the next call attaches to it. ERR_RUNTIME when
 * runs failed or are still missing after the job, when Slurm does not answer, or when the job at work is
 * of another form of the spec. *outcome as for sweep_run. */
enum err array_sweep(const struct spec *spec, const struct array_options *options,
                     struct sweep_outcome *outcome, struct error *error);

/* ERR_RUNTIME with the way out when a Slurm job works on the sweep in ROOT. */
enum err array_check_free(const char *root, struct error *error);

#endif
