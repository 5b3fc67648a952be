/* Runs gnuplot. See gnuplot.h. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include "plot/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS_MAX = 8 };

extern char **environ;

void gnuplot_string(struct buffer *script, const char *text) {
    buffer_char(script, '\'');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7f) continue;
        if (c == '\'') buffer_char(script, '\'');
        buffer_char(script, *text);
    }
    buffer_char(script, '\'');
}

struct child {
    pid_t pid;
    int complaints; /* its standard error */
    const char *script;
};

/* The file actions of a child: in `directory`, nothing to read, only `complaints` to write to. */
static int prepare(posix_spawn_file_actions_t *actions, const char *directory, int complaints) {
    return posix_spawn_file_actions_addchdir_np(actions, directory) ||
           posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ||
           posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) ||
           posix_spawn_file_actions_adddup2(actions, complaints, STDERR_FILENO);
}

static enum err start(const char *directory, const char *script, struct child *child, struct error *error) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return err_set(error, ERR_RUNTIME, "gnuplot: %s", strerror(errno));
    posix_spawn_file_actions_t actions;
    int reason = posix_spawn_file_actions_init(&actions);
    if (!reason) {
        char program[] = "gnuplot", plain[] = "-d"; /* -d: no settings of the user's own */
        char name[64];
        snprintf(name, sizeof name, "%s", script);
        char *const arguments[] = {program, plain, name, NULL};
        reason = prepare(&actions, directory, ends[1]) ? ENOMEM : 0;
        if (!reason) reason = posix_spawnp(&child->pid, program, &actions, NULL, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    child->complaints = ends[0];
    child->script = script;
    if (!reason) return ERR_OK;
    close(ends[0]);
    if (reason == ENOENT)
        return err_set(error, ERR_RUNTIME,
                       "gnuplot is not installed: plots need it (Debian: apt-get install gnuplot-nox)");
    return err_set(error, ERR_RUNTIME, "gnuplot: cannot start: %s", strerror(reason));
}

/* What the child complained of, on one line; reads to the end so that it never blocks. */
static void read_complaints(int descriptor, char text[512]) {
    size_t length = 0;
    char block[4096];
    ssize_t got;
    while ((got = read(descriptor, block, sizeof block)) > 0 || (got < 0 && errno == EINTR))
        for (ssize_t i = 0; i < got && length < 511; i++) {
            char c = block[i] == '\n' || block[i] == '\t' ? ' ' : block[i];
            if (c == ' ' && (length == 0 || text[length - 1] == ' ')) continue;
            text[length++] = c;
        }
    text[length] = 0;
    close(descriptor);
}

static enum err finish(const struct child *child, struct error *error) {
    char complaints[512];
    int status;
    read_complaints(child->complaints, complaints);
    while (waitpid(child->pid, &status, 0) < 0)
        if (errno != EINTR) return err_set(error, ERR_RUNTIME, "gnuplot: %s", strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return ERR_OK;
    if (WIFSIGNALED(status))
        return err_set(error, ERR_RUNTIME, "gnuplot %s: killed by signal %d", child->script,
                       WTERMSIG(status));
    return err_set(error, ERR_RUNTIME, "gnuplot %s: exit status %d: %s", child->script, WEXITSTATUS(status),
                   complaints);
}

enum err gnuplot_run(const char *directory, const char *const scripts[], size_t count, int jobs,
                     struct error *error) {
    struct child children[JOBS_MAX];
    size_t started = 0, finished = 0;
    if (jobs > JOBS_MAX) jobs = JOBS_MAX;
    enum err code = ERR_OK;
    while (finished < started || (started < count && !code)) {
        if (!code && started < count && started - finished < (size_t)jobs) {
            code = start(directory, scripts[started], &children[started % JOBS_MAX], error);
            if (!code) started++;
            continue;
        }
        enum err ended = finish(&children[finished++ % JOBS_MAX], code ? NULL : error);
        if (!code) code = ended;
    }
    return code;
}
