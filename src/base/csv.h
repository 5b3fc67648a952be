/* Comma-separated text (RFC 4180): values written, numbers with as many digits as they need, and tables read.
 */
#ifndef COTNOISE_BASE_CSV_H
#define COTNOISE_BASE_CSV_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/err.h"

/* One field: quoted when it holds a comma, a quote or a line break. */
void csv_text(struct buffer *csv, const char *text);

/* The shortest decimal that reads back as the same number; nothing for NaN, "inf" for infinity. */
void csv_number(struct buffer *csv, double number);

/* Several of them, each behind a comma: fields that follow others. */
void csv_numbers(struct buffer *csv, const double *numbers, size_t count);

enum { CSV_FIELDS_MAX = 512 };

/* A table that is read line by line; the text is cut up as it is. */
struct csv_table {
    const char *path; /* borrowed: for messages */
    char *at;         /* the next line, in NUL-terminated text of the caller's */
    long line;        /* number of the line read last */
    char *field[CSV_FIELDS_MAX];
    int fields; /* of the line read last */
};

/* Reads a line into field[]; *more is false at the end. No line breaks in quotes. ERR_INPUT with PATH:LINE
 * for a line that is none. */
enum err csv_next(struct csv_table *table, bool *more, struct error *error);

#endif
