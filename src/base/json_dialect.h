/* JSON as other programs write it. Python's json and many after it write NaN, Infinity, integers of any size
 * and lone halves of surrogate pairs, which Jansson cannot hold: one of them, in a member that nobody looks
 * at, would make a line unusable. */
#ifndef COTNOISE_BASE_JSON_DIALECT_H
#define COTNOISE_BASE_JSON_DIALECT_H

#include <jansson.h>
#include <stddef.h>

#include "base/err.h"

/* json_file_parse, of which a text that it cannot read gets a second try with these instead, as they stand
 * outside of strings or, the last, inside:
 *
 *   NaN, Infinity, -Infinity, reals beyond a double    null, as JavaScript writes them
 *   integers beyond 64 bits                            the string of their digits
 *   \u0000 and lone halves of surrogate pairs          \ufffd, the replacement character
 *
 * Columns in messages are then those of the text so changed. */
enum err json_dialect_parse(const char *path, long line, const char *bytes, size_t length, json_t **json,
                            struct error *error);

#endif
