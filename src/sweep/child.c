/* A child process that does not outlive the sweep. See child.h. */
#define _GNU_SOURCE 1 /* pipe2, close_range */
#include "sweep/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/interrupt.h"

/* When memory runs out, this process goes before the one that watches over the sweep. */
static void offer_to_oom_killer(void) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    if (write(fd, "500", 3) < 0) errno = 0;
    close(fd);
}

static void leave_parent_behind(int pipe, pid_t parent, const sigset_t *mask) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1); /* it died before that took hold */
    /* Among what is open here are the sweep's lock and the other workers' pipes. */
    if (pipe > 3) close_range(3, (unsigned)pipe - 1, 0);
    close_range((unsigned)pipe + 1, ~0U, 0);
    interrupt_install();
    signal(SIGINT, SIG_IGN);
    /* Where a whole group or job is stopped, SIGTERM comes from there and from the parent: the second one
     * must not end what the first one asked to save. */
    static const int repeated[] = {SIGTERM, SIGUSR1};
    for (size_t i = 0; i < sizeof repeated / sizeof *repeated; i++) {
        struct sigaction stop;
        sigaction(repeated[i], NULL, &stop);
        stop.sa_flags &= ~(int)SA_RESETHAND;
        sigaction(repeated[i], &stop, NULL);
    }
    sigprocmask(SIG_SETMASK, mask, NULL);
    offer_to_oom_killer();
}

enum err child_fork(pid_t *process, int *pipe, struct error *error) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
        return err_set(error, ERR_RUNTIME, "cannot start a worker: %s", strerror(errno));
    sigset_t stops, before;
    interrupt_signals(&stops);
    sigprocmask(SIG_BLOCK, &stops, &before); /* a stop that comes now waits for the child's own handler */
    pid_t parent = getpid(), forked = fork();
    if (!forked) {
        leave_parent_behind(ends[1], parent, &before);
        *process = 0;
        *pipe = ends[1];
        return ERR_OK;
    }
    int reason = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (forked < 0) {
        close(ends[0]);
        return err_set(error, ERR_RUNTIME, "cannot start a worker: %s", strerror(reason));
    }
    *process = forked;
    *pipe = ends[0];
    return ERR_OK;
}
