/* Values as comma-separated text (RFC 4180) and numbers with as many digits as they need. */
#ifndef COTNOISE_BASE_CSV_H
#define COTNOISE_BASE_CSV_H

#include "base/buffer.h"

/* One field: quoted when it holds a comma, a quote or a line break. */
void csv_text(struct buffer *csv, const char *text);

/* The shortest decimal that reads back as the same number; nothing for NaN, "inf" for infinity. */
void csv_number(struct buffer *csv, double number);

#endif
