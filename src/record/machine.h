/* What a result was made with: program version, commit, processor. */
#ifndef COTNOISE_RECORD_MACHINE_H
#define COTNOISE_RECORD_MACHINE_H

#include <stddef.h>

/* COTNOISE_VERSION, and the git commit that the program was built from ("unknown" outside a checkout,
 * "-dirty" at its end when sources differed from the commit). */
const char *machine_version(void);
const char *machine_commit(void);

/* The processor's name as the kernel gives it, or "unknown". `size` counts the NUL. */
void machine_processor(char *name, size_t size);

#endif
