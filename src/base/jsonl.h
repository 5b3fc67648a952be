/* JSONL, one object a line: read from a stream, as others write it, where a wrong line is an error; walked
 * through in memory, where a damaged line is passed over; and written. */
#ifndef COTNOISE_BASE_JSONL_H
#define COTNOISE_BASE_JSONL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum { JSONL_LINE_MAX = 1 << 20, JSONL_PENDING = 4096, JSONL_HEAD = 8 };

struct XXH64_state_s;

struct jsonl {
    FILE *stream;
    const char *path; /* borrowed */
    long line;        /* number of the line read last, from 1 */
    char *text;
    size_t capacity;
    char head[JSONL_HEAD]; /* the file's first bytes, of which head_at have been taken */
    size_t head_count, head_at;
    struct XXH64_state_s *content; /* of the bytes read so far, less those that are pending */
    unsigned char pending[JSONL_PENDING];
    size_t pending_count;
};

/* Opens PATH ("-": standard input), a file or a pipe. ERR_INPUT when that fails, for a device, or when the
 * file begins as one in UTF-16, a compressed one or one JSON array does; ERR_INTERRUPTED
 * when a stop is asked for while it waits, as below. End with jsonl_close. */
enum err jsonl_open(struct jsonl *jsonl, const char *path, struct error *error);

/* The next line as an object (a new reference); *object is NULL at the end of the file. Empty lines and byte
 * order marks are passed over, and what only dialects of JSON have is read as json_dialect.h says. ERR_INPUT
 * with `FILE:LINE:` for a line that is not an object, has a key twice, or is longer than JSONL_LINE_MAX; the
 * next call goes on behind it. ERR_INTERRUPTED when a stop is asked for while it waits for the file, or
 * passes over what is too long. */
enum err jsonl_next(struct jsonl *jsonl, json_t **object, struct error *error);

/* The string at `key`, borrowed from the object. ERR_INPUT with `FILE:LINE:` when there is none. */
enum err jsonl_string(const struct jsonl *jsonl, json_t *object, const char *key, const char **text,
                      size_t *length, struct error *error);

/* XXH64 over the raw bytes read so far: of the whole file (content_of_file) once jsonl_next has met its end.
 */
uint64_t jsonl_content(struct jsonl *jsonl);

void jsonl_close(struct jsonl *jsonl);

/* --- in memory: records that a program which may have been killed has left ------------------------ */

/* A walk through the lines of a text. A line that lost its beginning (at the start of a file's tail) or its
 * end (where the writer was stopped) is never an object, so it needs no care: it counts as damaged. */
struct jsonl_scan {
    const char *at, *end; /* what is left; borrowed */
    const char *line;     /* the line taken last, without its newline */
    size_t length;        /* of it */
    size_t limit;         /* lines longer than this many bytes are damaged, unseen */
    long number;          /* lines taken, empty and damaged ones included */
    long damaged; /* lines that were passed over: too long, or not an object; empty ones are neither */
    bool failed;  /* no memory for some line, which was passed over */
};

struct jsonl_scan jsonl_scan(const char *bytes, size_t length, size_t limit);

/* Takes the next line, whatever it holds. False at the end. */
bool jsonl_scan_line(struct jsonl_scan *scan);

/* The line taken last as an object, a new reference; NULL when it is none, which is then counted. */
json_t *jsonl_scan_object(struct jsonl_scan *scan);

/* The next object, a new reference; NULL at the end. */
json_t *jsonl_scan_next(struct jsonl_scan *scan);

/* --- writing -------------------------------------------------------------------------------------- */

/* Appends `json` to the stream as one line and takes over the reference, also on failure. Reals have `digits`
 * significant digits, or as many as they need for 0. ERR_RUNTIME without memory, also where `json` is NULL,
 * as json_pack leaves it then: nothing is written. Errors of the stream stay in the stream. */
enum err jsonl_write(FILE *stream, json_t *json, int digits, struct error *error);

#endif
