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

void csv_numbers(struct buffer *csv, const double *numbers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        buffer_char(csv, ',');
        csv_number(csv, numbers[i]);
    }
}

/* --- reading ----------------------------------------------------------------------------------------- */

/* Takes a field and moves behind it; NULL when it is not one. */
static char *take_field(char **at, bool *last) {
    char *from = *at, *to = *at, *start = *at;
    bool quoted = *from == '"';
    if (quoted) from++;
    while (quoted ? *from && *from != '\n' : *from && !strchr(",\r\n", *from)) {
        if (quoted && *from == '"' && *++from != '"') {
            quoted = false;
            break;
        }
        *to++ = *from++;
    }
    if (quoted) return NULL;
    if (*from == '\r' && from[1] == '\n') from++;
    if (*from && *from != ',' && *from != '\n') return NULL;
    *last = *from != ',';
    *at = *from ? from + 1 : from;
    *to = 0;
    return start;
}

enum err csv_next(struct csv_table *table, bool *more, struct error *error) {
    *more = *table->at;
    table->fields = 0;
    table->line++;
    for (bool last = !*more; !last;) {
        char *field = table->fields < CSV_FIELDS_MAX ? take_field(&table->at, &last) : NULL;
        if (!field)
            return err_set(error, ERR_INPUT, "%s:%ld: not a line of comma-separated values", table->path,
                           table->line);
        table->field[table->fields++] = field;
    }
    return ERR_OK;
}
