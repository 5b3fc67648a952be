/* A child process of the sweep that tells it something through a pipe and does not outlive it. */
#ifndef COTNOISE_SWEEP_CHILD_H
#define COTNOISE_SWEEP_CHILD_H

#include <sys/types.h>

#include "base/err.h"

/* Forks this process, which must have one thread only. In the parent *process is the child's and *pipe is
 * what it says, readable without waiting; in the child *process is 0 and *pipe is where to say it, and of
 * the files that were open only it and the standard ones still are. The child dies with its parent, ignores
 * Ctrl-C (its parent decides), stops politely on SIGTERM (interrupt.h), however often that comes, and ends
 * with _exit: the parent's buffered output is not its to write. ERR_RUNTIME when there can be no child. */
enum err child_fork(pid_t *process, int *pipe, struct error *error);

#endif
