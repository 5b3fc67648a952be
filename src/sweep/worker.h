/* One run in a process of its own, so that whatever becomes of it costs that run alone. */
#ifndef COTNOISE_SWEEP_WORKER_H
#define COTNOISE_SWEEP_WORKER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "spec/config.h"
#include "train/run.h"

/* learn_execute, or a stand-in in the tests. */
typedef enum err run_function(const struct config *config, const char *directory,
                              const struct run_hooks *hooks, struct error *error);

struct worker_job {
    run_function *run;
    const struct config *config;
    const char *directory;
    const char *parent; /* directory of the run that it starts from; NULL: none */
    bool tensorboard;
};

struct worker {
    pid_t process;
    int pipe; /* its progress; readable when there is something to take */
    bool spoke_last;
    bool found_busy;    /* it did nothing: another process works in the directory */
    bool warned;        /* `error` is a warning; the caller of worker_listen sets it to false again */
    enum err code;      /* what the run returned, once spoke_last */
    struct error error; /* and its message */
};

/* Starts a job in a child of this process, which must have one thread only. The child holds DIRECTORY/lock
 * while it lives, dies with its parent, ignores Ctrl-C (its parent decides) and stops politely on SIGTERM,
 * however often that comes. */
enum err worker_start(struct worker *worker, const struct worker_job *job, struct error *error);

/* Takes what the worker said since, up to a warning; *progress is its latest, untouched without news. False
 * when it has ended: call worker_end then. */
bool worker_listen(struct worker *worker, struct run_progress *progress);

/* Waits for the end of the process and says how the run went: what run() returned, or ERR_RUNTIME for a
 * crash or kill with its reason. *status is the exit status, 128 + the signal for a killed one. */
enum err worker_end(struct worker *worker, int *status, struct error *error);

/* Asks for a polite stop; ends it at once. */
void worker_stop(const struct worker *worker);
void worker_kill(const struct worker *worker);

#endif
