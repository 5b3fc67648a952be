/* The TensorBoard event file of a run that was made without one, or whose file lacks something: written from
 * its metrics.jsonl, which says the same. */
#ifndef COTNOISE_RECORD_EVENT_FILE_H
#define COTNOISE_RECORD_EVENT_FILE_H

#include <stdint.h>

#include "base/err.h"
#include "spec/config.h"

/* Writes the event file of the run in `directory`, in place of one that is there, from the first `bytes` of
 * its metrics.jsonl. All events have the time of the last change of that file, which knows none. *size: bytes
 * of the event file. ERR_INPUT when metrics.jsonl cannot be read, ERR_RUNTIME when the event file cannot be
 * written. */
enum err event_file_write(const char *directory, const struct config *config, int64_t bytes, int64_t *size,
                          struct error *error);

/* The same for a complete run, from all of metrics.jsonl, unless its event file is whole; *written says
 * whether. */
enum err event_file_ensure(const char *directory, const struct config *config, bool *written,
                           struct error *error);

#endif
