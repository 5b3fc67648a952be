/* Reads a results directory: its finished runs as typed rows, and what is wrong with the others. */
#ifndef COTNOISE_RECORD_COLLECT_H
#define COTNOISE_RECORD_COLLECT_H

#include <stddef.h>

#include "base/err.h"
#include "record/collection.h"

/* Reads DIRECTORY/runs/. What is wrong with one run is noted in `unreadable` and stops nothing.
 * ERR_INPUT when `directory` is not a results directory. Release with collection_free. */
enum err collect_directory(const char *directory, struct collection *collection, struct error *error);

/* DIRECTORY/NAME (or DIRECTORY/runs/RUN/NAME where run is not NULL) into *bytes, to be freed, when it is a
 * regular file of at most `limit` bytes: no device, no pipe, no link out of the results directory. */
enum err collect_file(const char *directory, const char *run, const char *name, size_t limit, char **bytes,
                      size_t *length, struct error *error);

#endif
