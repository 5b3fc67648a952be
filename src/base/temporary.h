/* Files in the making: PATH.tmp.NUMBER beside PATH, to be renamed when whole. Their writer keeps them locked,
 * on whatever machine it runs, so that what a killed one left can be told from what is being written. */
#ifndef COTNOISE_BASE_TEMPORARY_H
#define COTNOISE_BASE_TEMPORARY_H

#include <stdio.h>

#include "base/err.h"

/* Makes one that nobody else has. *name is the caller's to free and *stream to close, which unlocks it.
 * ERR_RUNTIME as `PATH: cannot write: ...`. */
enum err temporary_create(const char *path, char **name, FILE **stream, struct error *error);

/* Removes those that killed writers of PATH left. Where a file system has no locks: those that nobody wrote
 * to for a day. */
void temporary_clear(const char *path);

/* The same of several `files` in a directory, NULL at their end. Of others nothing is touched, whatever it is
 * called: the directory may be a person's own. */
void temporary_clear_in(const char *directory, const char *const files[]);

/* How much of NAME, a name without a directory, is that of the file of which it is a temporary one; all of it
 * when it is none. */
size_t temporary_stem(const char *name);

#endif
