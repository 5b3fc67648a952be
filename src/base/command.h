/* Another program run to its end, or to the end of its time, without a shell. */
#ifndef COTNOISE_BASE_COMMAND_H
#define COTNOISE_BASE_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct command_result {
    int status;      /* exit status; 128 + the signal when one ended it */
    char *text;      /* its standard output, cut off after 16 MiB */
    char *complaint; /* its standard error as one line */
};

/* A program at work. */
struct command {
    const char *name;    /* borrowed: argv[0] */
    pid_t process;       /* and its group, to which its own children belong */
    int pipes[3];        /* what it writes: output, complaints, and why it could not be run */
    double seconds, end; /* how long it may take, and the time (clock_seconds) when that is over */
    bool late, missing;  /* set by command_finish: it took longer; there is no such program in PATH */
};

/* Finds argv[0] in PATH and runs it in `directory` (NULL: where we are) with the arguments up to a NULL, with
 * nothing to read and out of reach of the terminal's Ctrl-C; it ends with this process. ERR_RUNTIME when the
 * machine has no room for it. To be ended with command_finish. */
enum err command_start(const char *directory, const char *const argv[], double seconds,
                       struct command *command, struct error *error);

/* Waits for its end. When its time is over, it and its children are ended: SIGTERM, a second later SIGKILL.
 * A status other than 0 is not an error here. ERR_RUNTIME when it could not be run or took too long: the
 * message says so of argv[0]. command_free releases *result. */
enum err command_finish(struct command *command, struct command_result *result, struct error *error);

/* Both, for a program that is asked something and has five minutes to answer. */
enum err command_run(const char *const argv[], struct command_result *result, struct error *error);

void command_free(struct command_result *result);

#endif
