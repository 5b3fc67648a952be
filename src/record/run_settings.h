/* The options of a run that are no axis of a curve, as one string, and what tells several such strings apart.
 *
 * A settings string has one `name = value` line for each setting, in a fixed order: task, format, model,
 * samples, epochs, then the options recorded in the run's config.json by dotted name. The noise, its rate,
 * the contamination and the seed are left out, and so are options that change no result. */
#ifndef COTNOISE_RECORD_RUN_SETTINGS_H
#define COTNOISE_RECORD_RUN_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "record/row.h"

/* Sets row->settings, row->noise_settings and, where the noise has its own, row->contaminated from the row's
 * columns and from `options`, the "cotnoise"."options" member of its config.json (NULL: there is none).
 * Returns 0, or -1 without memory. */
int run_settings_of_row(struct row *row, json_t *options);

/* Appends to *names the names, one a line, that are needed to tell the `count` strings apart: a name whose
 * value follows from those before it is left out. Nothing when all are equal. Returns 0, or -1 without
 * memory. */
int run_settings_telling(const char *const all[], size_t count, struct buffer *names);

/* Appends the values of these names in plain words: "add, direct answer, 20,000 samples". */
void run_settings_describe(const char *settings, const char *names, struct buffer *text);

/* A copy of `settings` without the line of `name`, to be freed; NULL without memory. Settings that differ
 * only in that have the same. */
char *run_settings_without(const char *settings, const char *name);

/* Puts a line before the others, in place. Returns 0, or -1 without memory and with *settings as it was. */
int run_settings_begin_with(char **settings, const char *name, const char *value);

/* Whether `name` has this value. */
bool run_settings_has(const char *settings, const char *name, const char *value);

#endif
