/* A polite stop: a signal sets a flag that long work looks at between its pieces.
 *
 * The signals are SIGINT (Ctrl-C), SIGTERM (kill, schedulers), SIGHUP (a terminal that closes), SIGXCPU
 * (the soft limit of processor time) and SIGUSR1, with which batch systems announce the end of a job's time.
 * Without interrupt_install they do what they always do. */
#ifndef COTNOISE_BASE_INTERRUPT_H
#define COTNOISE_BASE_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

#include "base/err.h"

/* Installs the handlers; a second signal, of whatever kind, ends the process at once, but for one within half
 * a second, which is of the same event, and for SIGXCPU and SIGUSR1, which only announce what will come. A
 * SIGHUP that was ignored before, as by nohup, still is. */
void interrupt_install(void);

/* The same in a worker, whose parent decides: SIGINT and SIGHUP, which a terminal sends to both, are ignored,
 * and SIGTERM stops politely however often it comes. */
void interrupt_install_worker(void);

/* Gives the signals back what they do by default: for what has nothing to save. */
void interrupt_remove(void);

/* Blocks the signals until sigprocmask restores what it puts into *before (a sigset_t). */
void interrupt_block(void *before);

/* Whether a stop was asked for since interrupt_install. */
bool interrupt_requested(void);

/* Whether it was SIGUSR1 that asked, and nothing after it. */
bool interrupt_is_time_limit(void);

/* ERR_INTERRUPTED with the message "interrupted" when it was. */
enum err interrupt_check(struct error *error);

#endif
