/* A lock that its holder cannot leave behind: the kernel drops it when the process ends, however it ends.
 * On a shared file system it holds between machines as well (Linux turns flock into its locks there). Where
 * that does not work, files stand for it (claim.h): then a holder whose machine went down has it for two
 * minutes more. */
#ifndef COTNOISE_BASE_LOCK_H
#define COTNOISE_BASE_LOCK_H

#include <stdbool.h>

#include "base/err.h"

/* Locks the file PATH (made when missing; a link or a pipe is refused) for this process, trying for
 * `seconds`. *descriptor is the caller's (lock_release). ERR_RUNTIME when another process keeps it: the
 * message names that process and says what it is (`holder`, "another sweep"). */
enum err lock_acquire(const char *path, const char *holder, double seconds, int *descriptor,
                      struct error *error);

/* The same lock, held together with others that share it. */
enum err lock_share(const char *path, const char *holder, double seconds, int *descriptor,
                    struct error *error);

void lock_release(int descriptor);

/* Whether some process has the lock at this moment, alone or shared. Asking takes it for an instant, so
 * lock_acquire should be given a second. False for a file that is missing or cannot be opened. */
bool lock_is_held(const char *path);

#endif
