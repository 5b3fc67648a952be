/* Slurm's programs: what of them is needed, run without a shell and their answers checked. */
#ifndef COTNOISE_SWEEP_SLURM_H
#define COTNOISE_SWEEP_SLURM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/err.h"
#include "base/words.h"

enum { SLURM_JOB_LENGTH = 32, SLURM_CLUSTER_LENGTH = 64, SLURM_REASON_LENGTH = 64 };

struct slurm_job {
    char id[SLURM_JOB_LENGTH];          /* decimal digits */
    char cluster[SLURM_CLUSTER_LENGTH]; /* "" for the only one */
};

/* Tasks that one array may have: MaxArraySize of 'scontrol show config'. ERR_RUNTIME when Slurm's programs
 * or its controller do not answer. */
enum err slurm_array_limit(int *tasks, struct error *error);

/* What sbatch is asked. */
struct slurm_batch {
    const char *script, *name, *output; /* paths of script and output; `output` is a pattern of Slurm's */
    const char *tasks;                  /* "0-3,7%2" */
    int processors;                     /* a task */
    const struct words *more;           /* the user's own arguments, which go over these */
};

enum err slurm_submit(const struct slurm_batch *batch, struct slurm_job *job, struct error *error);

/* Puts a task that runs, "123_4", back among those that wait: Slurm ends it, now or soon, and starts it
 * again. ERR_RUNTIME with Slurm's reason where that is not allowed. */
enum err slurm_requeue(const char *task, struct error *error);

struct slurm_queue {
    int pending, running;             /* tasks; 0 and 0: the job is over */
    char reason[SLURM_REASON_LENGTH]; /* why a pending task does not run, in Slurm's word; "" */
};

/* How a job stands, when Slurm says so within `seconds`. ERR_RUNTIME when that cannot be found out at this
 * moment. */
enum err slurm_look(const struct slurm_job *job, double seconds, struct slurm_queue *queue,
                    struct error *error);

/* Whether this is the form of a job's number: it comes from a file. */
bool slurm_job_is_valid(const struct slurm_job *job);

/* Appends a path as the start of a file name pattern of Slurm's, in which % is special. */
void slurm_pattern(const char *path, struct buffer *pattern);

#endif
