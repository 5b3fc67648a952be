/* The note that a failed run leaves in its directory: failed.json. */
#ifndef COTNOISE_RECORD_FAILURE_H
#define COTNOISE_RECORD_FAILURE_H

#include "base/err.h"

/* Writes {"reason", "exit", "attempts", "cell"}; `attempts` counts on from a note that is there already.
 * `cell` says in words which run it was. */
enum err failure_write(const char *directory, const char *reason, int exit_status, const char *cell,
                       struct error *error);

/* After a success. */
void failure_clear(const char *directory);

#endif
