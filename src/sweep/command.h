/* Another program run to its end, without a shell. */
#ifndef COTNOISE_SWEEP_COMMAND_H
#define COTNOISE_SWEEP_COMMAND_H

#include "base/err.h"

struct command_result {
    int status;      /* exit status; 128 + the signal when one ended it */
    char *text;      /* its standard output, cut off after 16 MiB */
    char *complaint; /* its standard error as one line */
};

/* Finds argv[0] in PATH and runs it with the arguments up to a NULL, with nothing to read and out of reach of
 * the terminal's Ctrl-C. A status other than 0 is not an error here. ERR_RUNTIME when it cannot be run: the
 * message says so of argv[0]. command_free releases *result. */
enum err command_run(const char *const argv[], struct command_result *result, struct error *error);
void command_free(struct command_result *result);

#endif
