/* One run in a process of its own. See worker.h; the child's side is run_child. */
#include "sweep/worker.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/temporary.h"
#include "record/layout.h"
#include "record/run_record.h"
#include "sweep/child.h"

/* How long a worker waits for a predecessor that is still dying in its directory. */
#define LOCK_SECONDS 10

/* What goes through the pipe. A write of at most PIPE_BUF bytes is never mixed with another nor cut. */
struct word {
    bool last, found_busy, warns;
    struct run_progress progress; /* unless last or warns */
    enum err code;                /* when last */
    struct error error;           /* when last or warns */
};
static_assert(sizeof(struct word) <= PIPE_BUF, "a word is written whole");

/* --- the child --------------------------------------------------------------------------------- */

/* Progress that finds the pipe full is dropped: more will follow. */
static void tell(void *context, const struct run_progress *progress) {
    struct word word = {.progress = *progress};
    if (write(*(int *)context, &word, sizeof word) < 0) return;
}

static void pass_warning(void *context, const char *message) {
    struct word word = {.warns = true};
    err_set(&word.error, ERR_OK, "%s", message);
    if (write(*(int *)context, &word, sizeof word) < 0) return;
}

static void run_child(const struct worker_job *job, int pipe) {
    struct word last = {.last = true};
    struct run_hooks hooks = {.progress = tell,
                              .context = &pipe,
                              .tensorboard = job->tensorboard,
                              .parent = job->parent,
                              .warn = pass_warning,
                              .owns_directory = true};
    int lock = -1;
    char *path = file_join(job->directory, LAYOUT_LOCK);
    last.code =
        path ? file_make_directories(job->directory, &last.error) : err_memory(&last.error, job->directory);
    if (!last.code)
        last.code = run_record_clear(job->directory, RUN_RECORD_LOCK, pass_warning, &pipe, &last.error);
    if (!last.code) {
        last.code = lock_acquire(path, "another worker", LOCK_SECONDS, &lock, &last.error);
        last.found_busy = last.code && lock_is_held(path);
    }
    if (!last.code) {
        temporary_clear_in(job->directory, layout_run_files);
        last.code = run_record_clear(job->directory, RUN_RECORD_WRITTEN, pass_warning, &pipe, &last.error);
    }
    if (!last.code) last.code = job->run(job->config, job->directory, &hooks, &last.error);
    free(path);
    fcntl(pipe, F_SETFL, 0); /* this one must arrive */
    bool heard = write(pipe, &last, sizeof last) == (ssize_t)sizeof last;
    /* The parent's buffered output is not this process's to write. The lock goes with the process. */
    _exit(heard ? err_exit_status(last.code) : 1);
}

/* --- the parent -------------------------------------------------------------------------------- */

enum err worker_start(struct worker *worker, const struct worker_job *job, struct error *error) {
    pid_t process;
    int pipe;
    enum err code = child_fork(&process, &pipe, error);
    if (code) return code;
    if (!process) run_child(job, pipe);
    *worker = (struct worker){.process = process, .pipe = pipe};
    return ERR_OK;
}

bool worker_listen(struct worker *worker, struct run_progress *progress) {
    struct word word;
    for (;;) {
        ssize_t length = read(worker->pipe, &word, sizeof word);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0 && errno == EAGAIN) return true;
        if (length != (ssize_t)sizeof word) return false;
        if (word.last) {
            worker->spoke_last = true;
            worker->found_busy = word.found_busy;
            worker->code = word.code;
            worker->error = word.error;
        } else if (word.warns) {
            worker->warned = true;
            worker->error = word.error;
            return true;
        } else {
            *progress = word.progress;
        }
    }
}

static enum err explain(int status, struct error *error) {
    if (!WIFSIGNALED(status))
        return err_set(error, ERR_RUNTIME, "the process left with status %d and no reason",
                       WEXITSTATUS(status));
    int number = WTERMSIG(status);
    if (number == SIGKILL)
        return err_set(error, ERR_RUNTIME, "killed (signal 9), as happens when memory runs out");
    return err_set(error, ERR_RUNTIME, "crashed (signal %d, %s)", number, strsignal(number));
}

enum err worker_end(struct worker *worker, int *status, struct error *error) {
    int wait_status = 0;
    while (waitpid(worker->process, &wait_status, 0) < 0 && errno == EINTR) continue;
    close(worker->pipe);
    *status = WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
    if (!worker->spoke_last) return explain(wait_status, error);
    if (error) *error = worker->error;
    return worker->code;
}

void worker_stop(const struct worker *worker) { kill(worker->process, SIGTERM); }

void worker_kill(const struct worker *worker) { kill(worker->process, SIGKILL); }
