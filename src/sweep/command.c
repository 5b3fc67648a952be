/* Another program run to its end. See command.h. */
#define _GNU_SOURCE 1 /* pipe2 */
#include "sweep/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"

enum { OUTPUT_BYTES_MAX = 16 << 20 };

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

static void become(const char *const argv[], int ends[PIPES][2]) {
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(ends[OUTPUT][1], STDOUT_FILENO);
    dup2(ends[COMPLAINT][1], STDERR_FILENO);
    /* exec wants pointers to char that it does not write through. */
    union {
        const char *const *given;
        char *const *wanted;
    } arguments = {argv};
    execvp(argv[0], arguments.wanted);
    int reason = errno;
    if (write(ends[FAILURE][1], &reason, sizeof reason) < 0) _exit(126);
    _exit(127);
}

/* Reads all pipes until the child has closed them. */
static void collect(int ends[PIPES][2], struct buffer read_bytes[PIPES]) {
    int open_pipes = PIPES;
    while (open_pipes > 0) {
        struct pollfd polled[PIPES];
        for (int p = 0; p < PIPES; p++) polled[p] = (struct pollfd){.fd = ends[p][0], .events = POLLIN};
        if (poll(polled, PIPES, -1) < 0) continue; /* a signal: it changes nothing here */
        for (int p = 0; p < PIPES; p++) {
            char block[4096];
            if (!polled[p].revents) continue;
            ssize_t length = read(ends[p][0], block, sizeof block);
            if (length < 0 && errno == EINTR) continue;
            if (length > 0 && read_bytes[p].length < OUTPUT_BYTES_MAX)
                buffer_append(&read_bytes[p], block, (size_t)length);
            if (length > 0) continue;
            close(ends[p][0]);
            ends[p][0] = -1;
            open_pipes--;
        }
    }
}

static void make_one_line(char *text) {
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1])) text[--length] = 0;
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = ' ';
}

static enum err conclude(const char *name, int status, struct buffer read_bytes[PIPES],
                         struct command_result *result, struct error *error) {
    int reason = 0;
    for (int p = 0; p < PIPES; p++) buffer_text(&read_bytes[p], "");
    if (read_bytes[OUTPUT].failed || read_bytes[COMPLAINT].failed) return err_memory(error, name);
    if (read_bytes[FAILURE].length == sizeof reason) {
        memcpy(&reason, read_bytes[FAILURE].bytes, sizeof reason);
        return err_set(error, ERR_RUNTIME, "%s: cannot be run: %s", name,
                       reason == ENOENT ? "no such program in PATH" : strerror(reason));
    }
    make_one_line(read_bytes[COMPLAINT].bytes);
    *result =
        (struct command_result){.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
                                .text = read_bytes[OUTPUT].bytes,
                                .complaint = read_bytes[COMPLAINT].bytes};
    read_bytes[OUTPUT] = read_bytes[COMPLAINT] = (struct buffer){0};
    return ERR_OK;
}

enum err command_run(const char *const argv[], struct command_result *result, struct error *error) {
    int ends[PIPES][2], status = 0;
    pid_t process = open_pipes(ends) ? fork() : -1;
    if (!process) become(argv, ends);
    int reason = errno;
    close_ends(ends, 1);
    if (process < 0) {
        close_ends(ends, 0);
        return err_set(error, ERR_RUNTIME, "%s: cannot be run: %s", argv[0], strerror(reason));
    }
    struct buffer read_bytes[PIPES] = {{0}};
    collect(ends, read_bytes);
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
    enum err code = conclude(argv[0], status, read_bytes, result, error);
    for (int p = 0; p < PIPES; p++) buffer_free(&read_bytes[p]);
    return code;
}

void command_free(struct command_result *result) {
    free(result->text);
    free(result->complaint);
    *result = (struct command_result){0};
}
