/* The note that a failed run leaves in its directory: failed.json. */
#ifndef COTNOISE_RECORD_FAILURE_H
#define COTNOISE_RECORD_FAILURE_H

#include <stdbool.h>

#include "base/err.h"

enum { FAILURE_REASON_LENGTH = 512 };

struct failure {
    char reason[FAILURE_REASON_LENGTH]; /* one harmless line */
    int attempts;                       /* over all calls; 0 when unknown */
};

/* Writes {"reason", "exit", "attempts", "cell"}; `attempts` counts on from a note that is there already.
 * `cell` says in words which run it was. */
enum err failure_write(const char *directory, const char *reason, int exit_status, const char *cell,
                       struct error *error);

/* Reads it; *exists is false where there is none. A note that says nothing useful is one all the same.
 * ERR_INPUT when it is no JSON object in a plain file. */
enum err failure_read(const char *directory, bool *exists, struct failure *failure, struct error *error);

/* After a success. */
void failure_clear(const char *directory);

#endif
