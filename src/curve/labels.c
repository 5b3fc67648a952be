/* What things are called in a report. See labels.h. */
#include "curve/labels.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noise/noises.h"

void label_noise(const char *kind, struct buffer *text) {
    int index = noise_find(kind);
    bool is_static = index >= 0 && noise_list[index]->stage != NOISE_DYNAMIC;
    if (is_static) buffer_text(text, "static: ");
    buffer_text(text, is_static && !strcmp(kind, "line") ? "line deletion" : kind);
}

const char *label_format(const char *format) {
    if (!strcmp(format, "trace")) return "chain of thought";
    if (!strcmp(format, "direct")) return "direct answer";
    return format;
}

static void add_spaced(const char *name, size_t length, struct buffer *text) {
    for (size_t i = 0; i < length; i++) buffer_char(text, name[i] == '_' ? ' ' : name[i]);
}

static void add_counted(const char *value, const char *one, const char *many, struct buffer *text) {
    char *end;
    long long count = strtoll(value, &end, 10);
    if (*end == '.' || *end == 'e')
        buffer_append(text, value, strcspn(value, "\n"));
    else
        label_count(count, text);
    buffer_printf(text, " %s", count == 1 && *end != '.' ? one : many);
}

void label_setting(const char *name, size_t name_length, const char *value, size_t value_length,
                   struct buffer *text) {
    struct buffer known = {0};
    buffer_append(&known, name, name_length);
    if (known.failed) {
        text->failed = true;
    } else if (!strcmp(known.bytes, "samples")) {
        add_counted(value, "sample", "samples", text);
    } else if (!strcmp(known.bytes, "epochs")) {
        add_counted(value, "epoch", "epochs", text);
    } else if (!strcmp(known.bytes, "format")) {
        struct buffer format = {0};
        buffer_append(&format, value, value_length);
        if (!format.failed) buffer_text(text, label_format(format.bytes));
        buffer_free(&format);
    } else {
        const char *dot = strrchr(known.bytes, '.');
        const char *last = dot ? dot + 1 : known.bytes;
        if (strcmp(last, "task") && strcmp(last, "sweep") && strcmp(last, "model") &&
            strcmp(last, "preset")) {
            add_spaced(last, strlen(last), text);
            buffer_char(text, ' ');
        }
        buffer_append(text, value, value_length);
    }
    buffer_free(&known);
}

void label_count(int64_t count, struct buffer *text) {
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%" PRId64, count);
    for (int i = 0; i < length; i++) {
        buffer_char(text, digits[i]);
        int left = length - 1 - i;
        if (left > 0 && left % 3 == 0 && digits[i] != '-') buffer_char(text, ',');
    }
}

void label_percent(double share, struct buffer *text) {
    char digits[40];
    double percent = share * 100;
    snprintf(digits, sizeof digits, "%.*f", fabs(percent) < 1 ? 2 : fabs(percent) < 10 ? 1 : 0, percent);
    if (strchr(digits, '.')) {
        char *end = digits + strlen(digits);
        while (end[-1] == '0') *--end = 0;
        if (end[-1] == '.') end[-1] = 0;
    }
    buffer_printf(text, "%s %%", digits);
}
