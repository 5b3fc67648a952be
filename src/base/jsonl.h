/* JSONL files, one object a line, from wherever they come. */
#ifndef COTNOISE_BASE_JSONL_H
#define COTNOISE_BASE_JSONL_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

enum { JSONL_LINE_MAX = 1 << 20 };

struct jsonl {
    FILE *stream;
    const char *path; /* borrowed */
    long line;        /* number of the line read last, from 1 */
    char *text;
    size_t capacity;
};

/* Opens PATH ("-": standard input). ERR_INPUT when that fails. End with jsonl_close. */
enum err jsonl_open(struct jsonl *jsonl, const char *path, struct error *error);

/* The next line as an object (a new reference); *object is NULL at the end of the file. Empty lines are
 * passed over. ERR_INPUT with `FILE:LINE:` for a line that is not an object, has a key twice, or is longer
 * than JSONL_LINE_MAX; the next call goes on behind it. */
enum err jsonl_next(struct jsonl *jsonl, json_t **object, struct error *error);

/* The string at `key`, borrowed from the object. ERR_INPUT with `FILE:LINE:` when there is none. */
enum err jsonl_string(const struct jsonl *jsonl, json_t *object, const char *key, const char **text,
                      size_t *length, struct error *error);

void jsonl_close(struct jsonl *jsonl);

#endif
