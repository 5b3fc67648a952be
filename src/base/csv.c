/* Comma-separated values. See csv.h. */
#include "base/csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void csv_text(struct buffer *csv, const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        buffer_text(csv, text);
        return;
    }
    buffer_char(csv, '"');
    for (; *text; text++) {
        if (*text == '"') buffer_char(csv, '"');
        buffer_char(csv, *text);
    }
    buffer_char(csv, '"');
}

void csv_number(struct buffer *csv, double number) {
    if (isnan(number)) return;
    char digits[40];
    for (int precision = 6; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number) break;
    }
    buffer_text(csv, digits);
}
