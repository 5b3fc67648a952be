/* One run's directory: its record read back with mistrust, or written at the end of the run.
 *
 * Whether a run is complete is decided here alone, for the sweep that would run it as for the report that
 * would count it: a real directory (no link) under the run's ID, with a result.json and a config.json that
 * are plain files, readable, of this run, and in which nothing is missing. */
#ifndef COTNOISE_RECORD_RUN_RECORD_H
#define COTNOISE_RECORD_RUN_RECORD_H

#include <jansson.h>

#include "record/record.h"

/* Reads the run that lies in `directory` and shall be run `id` (NULL: whichever it says it is). *complete is
 * false where there is no result yet, which is nothing wrong. Otherwise fills *record (record_free), which
 * may be NULL. ERR_INPUT: what lies there is not the result of this run; the message names file and fault.
 * ERR_RUNTIME without memory. */
enum err run_record_read(const char *directory, const char *id, bool *complete, struct record *record,
                         struct error *error);

/* Writes result.json, whole or not at all: with it the run is complete. */
enum err run_record_write(const char *directory, const struct record *record, struct error *error);

/* Puts `provenance` (run_record_provenance, taken over, also on failure) into config.json of a run that has
 * no model of ours, beside what else stands there: the program that trained it may have written a model's. */
enum err run_record_write_config(const char *directory, json_t *provenance, struct error *error);

/* The member "cotnoise" of config.json: version, commit, id, seed, every option, the machine, and the members
 * of `identity` (identity_json; NULL: none). A new reference, NULL without memory. */
json_t *run_record_provenance(const struct config *config, const char *id, json_t *identity);

/* Moves what is in the way of a run out of it: PATH becomes PATH.aside, or PATH.aside-2 and so on where there
 * is one already. Nothing is followed, nothing is lost. ERR_RUNTIME when that fails. */
enum err run_record_set_aside(const char *path, struct error *error);

/* Which names in a run's directory: the lock, which comes before all else, or what the run writes. */
enum run_record_names { RUN_RECORD_LOCK, RUN_RECORD_WRITTEN };

/* Sets aside what has one of these names but is no plain file (a link would be written through, a pipe waited
 * for, a directory in the way for ever), and tells of each in a line. The directory must be the run's own. */
enum err run_record_clear(const char *directory, enum run_record_names which,
                          void (*tell)(void *context, const char *message), void *context,
                          struct error *error);

#endif
