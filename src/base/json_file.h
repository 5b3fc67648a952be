/* JSON objects in files of their own, read with mistrust and written whole. */
#ifndef COTNOISE_BASE_JSON_FILE_H
#define COTNOISE_BASE_JSON_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Has Jansson's allocations watched, so that a text for which it had no memory is not taken for a wrong one:
 * it often says the same of both. Once, at the start of a program. */
void json_file_watch_memory(void);

/* Terms of reading, to be joined with |; 0 for none of them. */
enum json_file_terms {
    JSON_FILE_MAY_LACK = 1, /* no such file is no error */
    JSON_FILE_LINKED = 2,   /* a symbolic link to the file will do: for what a user points at */
};

/* Reads the JSON object in a regular file of at most `limit` bytes: *json is a new reference, or NULL when
 * there is no such file and the terms allow that. Never waits for a pipe. ERR_INPUT with one of
 *
 *   PATH: cannot open: ...             (not there, no permission, its directory is none)
 *   PATH: is a symbolic link / is not a regular file / larger than the allowed N bytes
 *   PATH:1:1: is empty
 *   PATH:LINE:COLUMN: is cut off: ...  (the text ends in the middle)
 *   PATH:LINE:COLUMN: not JSON: ...    (a key that stands there twice included)
 *   PATH:1:1: not a JSON object
 *
 * and ERR_RUNTIME without memory. */
enum err json_file_read(const char *path, size_t limit, unsigned terms, json_t **json, struct error *error);

/* The same of a text in memory that begins in line `line` of PATH. */
enum err json_file_parse(const char *path, long line, const char *bytes, size_t length, json_t **json,
                         struct error *error);

/* The text of `json` with the flags of json_dumps, to be freed; NULL without memory, also for a `json` that
 * is NULL. To be used instead of Jansson's own, which leaves out a key for which it has no room, and says
 * nothing. */
char *json_file_dump(const json_t *json, size_t flags);

/* Writes `json` to PATH as file_write_plain does and takes over the reference, also on failure. `json` may be
 * NULL, as json_pack leaves it without memory: ERR_RUNTIME that says so. */
enum err json_file_write(const char *path, json_t *json, struct error *error);

/* DIRECTORY/NAME for both; the path is also what messages say. */
enum err json_file_read_in(const char *directory, const char *name, size_t limit, unsigned terms,
                           json_t **json, struct error *error);
enum err json_file_write_in(const char *directory, const char *name, json_t *json, struct error *error);

/* A count from outside, which is damaged unless it is an integer from 0 to `most`. */
bool json_file_count(const json_t *value, int64_t most, int64_t *count);

/* Text from outside (a path, an error message) as a JSON string. Of text that is not UTF-8, which cannot
 * stand in JSON, every byte beyond ASCII becomes '?'. NULL without memory. */
json_t *json_file_text(const char *text);

#endif
