/* A polite stop: Ctrl-C (SIGINT), SIGTERM, and SIGUSR1, with which batch systems announce the end of a job's
 * time, set a flag that long work looks at between steps. */
#ifndef COTNOISE_BASE_INTERRUPT_H
#define COTNOISE_BASE_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

/* Installs the handlers; a second signal ends the process at once. */
void interrupt_install(void);

/* Whether a stop was asked for since interrupt_install. */
bool interrupt_requested(void);

/* Whether it was SIGUSR1 that asked, and nothing after it. */
bool interrupt_is_time_limit(void);

/* The signals that ask. */
void interrupt_signals(sigset_t *signals);

#endif
