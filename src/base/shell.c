/* A command of the user's under watch. See shell.h; start reading at shell_run. */
#define _GNU_SOURCE 1 /* pipe2 */
#include "base/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/interrupt.h"

enum { LOOK_MILLISECONDS = 20 };

static void become(const char *command, const char *directory, int log, pid_t parent) {
    static const int numbers[] = {SIGINT, SIGHUP, SIGPIPE, SIGXFSZ}; /* which may be ignored here */
    sigset_t none;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1); /* it died before that took hold */
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) signal(numbers[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    if (!chdir(directory)) execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* The death of this process takes the shell along (become), but not what the shell has started: a process
 * that waits for it, by a pipe that it holds open, ends that. Locks are its too, as it is a copy of this one.
 */
static pid_t start_guard(pid_t group, int *pipe) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return -1;
    pid_t guard = fork();
    if (!guard) {
        char byte;
        setpgid(0, 0); /* what ends all of this process's group is survived */
        interrupt_block(&(sigset_t){{0}});
        close(ends[1]);
        while (read(ends[0], &byte, 1) < 0 && errno == EINTR) continue;
        kill(-group, SIGKILL);
        _exit(0);
    }
    close(ends[0]);
    if (guard < 0) close(ends[1]);
    *pipe = ends[1];
    return guard;
}

static void end_guard(pid_t guard, int pipe) {
    kill(guard, SIGKILL);
    while (waitpid(guard, NULL, 0) < 0 && errno == EINTR) continue;
    close(pipe);
}

/* Waits until nobody is left of the group: its orphans are this process's children (see shell_run). *stopped:
 * a stop was asked for before the shell had ended. */
static void wait_for(pid_t group, int *status, bool *stopped) {
    bool ended = false;
    for (int one;;) {
        pid_t process = waitpid(-group, &one, WNOHANG);
        if (process == group) {
            *status = WIFSIGNALED(one) ? 128 + WTERMSIG(one) : WEXITSTATUS(one);
            ended = true;
            if (!*stopped) kill(-group, SIGKILL);
        }
        if (process < 0 && errno == ECHILD) return;
        if (interrupt_requested() && !ended && !*stopped) {
            *stopped = true;
            kill(-group, SIGTERM);
        }
        if (process <= 0) poll(NULL, 0, LOOK_MILLISECONDS);
    }
}

enum err shell_run(const char *command, const char *directory, int log, int *status, struct error *error) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t parent = getpid(), process = fork();
    if (!process) become(command, directory, log, parent);
    if (process < 0) return err_set(error, ERR_RUNTIME, "cannot start a shell: %s", strerror(errno));
    setpgid(process, process); /* here too, as it may be told to end before it comes to that */
    bool stopped = false;
    int pipe;
    pid_t guard = start_guard(process, &pipe);
    if (guard < 0) {
        int reason = errno;
        kill(-process, SIGKILL);
        wait_for(process, status, &stopped);
        return err_set(error, ERR_RUNTIME, "cannot watch over a shell: %s", strerror(reason));
    }
    wait_for(process, status, &stopped);
    end_guard(guard, pipe);
    return stopped ? err_set(error, ERR_INTERRUPTED, "interrupted") : ERR_OK;
}
