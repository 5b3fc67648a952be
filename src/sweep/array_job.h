/* The job array of a sweep: its submission, and the note of it (record/array_note.h). */
#ifndef COTNOISE_SWEEP_ARRAY_JOB_H
#define COTNOISE_SWEEP_ARRAY_JOB_H

#include "record/array_note.h"
#include "sweep/array.h"
#include "sweep/plan.h"
#include "sweep/slurm.h"

enum { ARRAY_DIGEST_LENGTH = ARRAY_NOTE_DIGEST };

struct array_job {
    struct slurm_job slurm;
    int tasks;
    char digest[ARRAY_DIGEST_LENGTH + 1]; /* of the spec and the options that were set */
};

/* The note. One that cannot be read counts as none: *found is false. ERR_RUNTIME without memory. */
enum err array_job_read(const char *root, bool *found, struct array_job *job, struct error *error);
enum err array_job_write(const char *root, const struct array_job *job, struct error *error);

/* The digest of what the caller asks for. ERR_RUNTIME without memory. */
enum err array_job_digest(const struct spec *spec, const struct invocation *invocation,
                          char digest[ARRAY_DIGEST_LENGTH + 1], struct error *error);

/* Appends the tasks, "0-3,7", that have something to do when run i belongs to task i % shares. Returns how
 * many. */
int array_job_tasks(const struct plan *plan, int shares, struct buffer *tasks);

/* Writes ROOT/slurm/ and submits. `results`: an absolute path; options->sweep.results is not used. */
enum err array_job_submit(const struct spec *spec, const struct plan *plan, const char *results,
                          const struct array_options *options, struct array_job *job, struct error *error);

/* What becomes of the task "123_4" of the array of the sweep in `root` that has stopped because its time is
 * nearly over: Slurm is asked to start it again, but not when it has not `advanced`, because then it would
 * not the next time either. ERR_INTERRUPTED when it will be started again, ERR_RUNTIME with what to type when
 * not. */
enum err array_job_requeue(const char *root, const char *task, bool advanced, struct error *error);

#endif
