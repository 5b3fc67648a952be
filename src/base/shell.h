/* A command of the user's, run by the shell to its end, however long that takes. */
#ifndef COTNOISE_BASE_SHELL_H
#define COTNOISE_BASE_SHELL_H

#include "base/err.h"

/* Has /bin/sh run `command` in `directory`, with nothing to read and both its outputs going to the end of the
 * file `log`, which is open for writing there. It and its children are a process group of their own, out of
 * reach of the terminal. A stop that is asked for (interrupt.h) reaches the whole group as SIGTERM, and its
 * end is waited for; what it left running when it ended by itself is ended. When this process dies, in
 * whatever way, so does the group, and locks that this process held are held until then.
 *
 * *status is the exit status, 128 + the signal when one ended it; other than 0 it is no error here.
 * ERR_INTERRUPTED after a stop, whatever the status; ERR_RUNTIME when the machine has no room for it. */
enum err shell_run(const char *command, const char *directory, int log, int *status, struct error *error);

#endif
