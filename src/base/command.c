/* Another program run to its end, or to the end of its time. See command.h. */
#define _GNU_SOURCE 1 /* pipe2 */
#include "base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"

enum { OUTPUT_BYTES_MAX = 16 << 20, LATE_READS = 64 };

/* How long a program that is asked may think (Slurm's wait for a busy controller by themselves), and how long
 * one that is told to end may take. */
static const double answer_seconds = 300, grace_seconds = 1;

/* The streams of the child, and one that carries errno when exec fails. */
enum { OUTPUT, COMPLAINT, FAILURE, PIPES };

static void close_ends(int ends[PIPES][2], int which) {
    for (int p = 0; p < PIPES; p++)
        if (ends[p][which] >= 0) close(ends[p][which]);
}

/* False, with errno set, when the machine has no more of them. */
static bool open_pipes(int ends[PIPES][2]) {
    for (int p = 0; p < PIPES; p++) ends[p][0] = ends[p][1] = -1;
    for (int p = 0; p < PIPES; p++)
        if (pipe2(ends[p], O_CLOEXEC)) return false;
    return true;
}

static void become(const char *directory, const char *const argv[], int ends[PIPES][2]) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(ends[OUTPUT][1], STDOUT_FILENO);
    dup2(ends[COMPLAINT][1], STDERR_FILENO);
    /* exec wants pointers to char that it does not write through. */
    union {
        const char *const *given;
        char *const *wanted;
    } arguments = {argv};
    if (!directory || !chdir(directory)) execvp(argv[0], arguments.wanted);
    int reason = errno;
    if (write(ends[FAILURE][1], &reason, sizeof reason) < 0) _exit(126);
    _exit(127);
}

enum err command_start(const char *directory, const char *const argv[], double seconds,
                       struct command *command, struct error *error) {
    int ends[PIPES][2];
    pid_t process = open_pipes(ends) ? fork() : -1;
    if (!process) become(directory, argv, ends);
    int reason = errno;
    close_ends(ends, 1);
    if (process < 0) {
        close_ends(ends, 0);
        return err_set(error, ERR_RUNTIME, "%s: cannot be run: %s", argv[0], strerror(reason));
    }
    setpgid(process, process); /* here too, as it may be told to end before it comes to that */
    *command = (struct command){
        .name = argv[0], .process = process, .seconds = seconds, .end = clock_seconds() + seconds};
    for (int p = 0; p < PIPES; p++) command->pipes[p] = ends[p][0];
    return ERR_OK;
}

static void close_pipe(int *pipe) {
    close(*pipe);
    *pipe = -1;
}

/* Reads what has come through the pipes; closes those at whose other end nobody is left. */
static void take(struct command *command, const struct pollfd polled[PIPES],
                 struct buffer read_bytes[PIPES]) {
    for (int p = 0; p < PIPES; p++) {
        char block[4096];
        if (!polled[p].revents) continue;
        ssize_t length = read(command->pipes[p], block, sizeof block);
        if (length < 0 && errno == EINTR) continue;
        if (length > 0 && read_bytes[p].length < OUTPUT_BYTES_MAX)
            buffer_append(&read_bytes[p], block, (size_t)length);
        if (length <= 0) close_pipe(&command->pipes[p]);
    }
}

/* Reads all pipes until the child, and whoever has them from it, has closed them. False when that takes
 * longer than until `end`. */
static bool collect(struct command *command, double end, struct buffer read_bytes[PIPES]) {
    for (int late = 0;;) {
        struct pollfd polled[PIPES];
        int open_pipes = 0;
        for (int p = 0; p < PIPES; p++) {
            polled[p] = (struct pollfd){.fd = command->pipes[p], .events = POLLIN};
            open_pipes += command->pipes[p] >= 0;
        }
        double left = end - clock_seconds();
        if (!open_pipes) return true;
        int events = poll(polled, PIPES, left > 0 ? (int)(left * 1000) + 1 : 0);
        if (events > 0) take(command, polled, read_bytes);
        /* What ended in time may be heard late: as much as fits into the pipes. */
        if (left <= 0 && (events <= 0 || ++late > LATE_READS)) return false;
    }
}

/* Whether the program has ended, waiting for it until `end`: it may live on with its pipes closed. */
static bool has_ended(struct command *command, double end, int *status) {
    for (;;) {
        pid_t ended = waitpid(command->process, status, WNOHANG);
        if (ended == command->process || (ended < 0 && errno != EINTR)) return true;
        if (clock_seconds() >= end) return false;
        poll(NULL, 0, 2);
    }
}

/* The program and its children are ended, with a moment to end by themselves. */
static void end_group(struct command *command, int *status, struct buffer read_bytes[PIPES]) {
    double end = clock_seconds() + grace_seconds;
    command->late = true;
    kill(-command->process, SIGTERM);
    bool gone = collect(command, end, read_bytes) && has_ended(command, end, status);
    if (gone) return;
    kill(-command->process, SIGKILL);
    while (waitpid(command->process, status, 0) < 0 && errno == EINTR) continue;
}

static void make_one_line(char *text) {
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1])) text[--length] = 0;
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = ' ';
}

static enum err conclude(struct command *command, int status, struct buffer read_bytes[PIPES],
                         struct command_result *result, struct error *error) {
    int reason = 0;
    for (int p = 0; p < PIPES; p++) buffer_text(&read_bytes[p], "");
    if (read_bytes[OUTPUT].failed || read_bytes[COMPLAINT].failed) return err_memory(error, command->name);
    if (read_bytes[FAILURE].length == sizeof reason) {
        memcpy(&reason, read_bytes[FAILURE].bytes, sizeof reason);
        command->missing = reason == ENOENT;
        return err_set(error, ERR_RUNTIME, "%s: cannot be run: %s", command->name,
                       command->missing ? "no such program in PATH" : strerror(reason));
    }
    make_one_line(read_bytes[COMPLAINT].bytes);
    *result =
        (struct command_result){.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
                                .text = read_bytes[OUTPUT].bytes,
                                .complaint = read_bytes[COMPLAINT].bytes};
    read_bytes[OUTPUT] = read_bytes[COMPLAINT] = (struct buffer){0};
    return ERR_OK;
}

enum err command_finish(struct command *command, struct command_result *result, struct error *error) {
    struct buffer read_bytes[PIPES] = {{0}};
    int status = 0;
    if (!collect(command, command->end, read_bytes) || !has_ended(command, command->end, &status))
        end_group(command, &status, read_bytes);
    enum err code = command->late ? err_set(error, ERR_RUNTIME,
                                            "%s: was ended, for it did not come to an end within %g seconds",
                                            command->name, command->seconds)
                                  : conclude(command, status, read_bytes, result, error);
    for (int p = 0; p < PIPES; p++) {
        if (command->pipes[p] >= 0) close_pipe(&command->pipes[p]);
        buffer_free(&read_bytes[p]);
    }
    return code;
}

enum err command_run(const char *const argv[], struct command_result *result, struct error *error) {
    struct command command;
    enum err code = command_start(NULL, argv, answer_seconds, &command, error);
    return code ? code : command_finish(&command, result, error);
}

void command_free(struct command_result *result) {
    free(result->text);
    free(result->complaint);
    *result = (struct command_result){0};
}
