/* A lock that its holder cannot leave behind: the kernel drops it when the process ends, however it ends. */
#ifndef COTNOISE_SWEEP_LOCK_H
#define COTNOISE_SWEEP_LOCK_H

#include "base/err.h"

/* Locks the file PATH (made when missing) for this process, trying for `seconds`. *descriptor is the
 * caller's (lock_release). ERR_RUNTIME when another process keeps it: the message names that process and says
 * what it is (`holder`, "another sweep"). */
enum err lock_acquire(const char *path, const char *holder, double seconds, int *descriptor,
                      struct error *error);

void lock_release(int descriptor);

#endif
