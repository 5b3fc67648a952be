/* A polite stop: Ctrl-C (SIGINT) and SIGTERM set a flag that long work looks at between steps. */
#ifndef COTNOISE_BASE_INTERRUPT_H
#define COTNOISE_BASE_INTERRUPT_H

#include <stdbool.h>

/* Installs the handlers; a second signal ends the process at once. */
void interrupt_install(void);

/* Whether a stop was asked for since interrupt_install. */
bool interrupt_requested(void);

#endif
