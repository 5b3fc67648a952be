/* What things are called in a report. See labels.h. */
#include "curve/labels.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noise/noises.h"
#include "spec/start.h"

void label_noise(int kind, struct buffer *text) {
    bool is_static = noise_list[kind]->stage != NOISE_DYNAMIC;
    const char *name = noise_list[kind]->name;
    if (is_static) buffer_text(text, "static: ");
    buffer_text(text, is_static && !strcmp(name, "line") ? "line deletion" : name);
}

const char *label_format(const char *format) {
    if (!strcmp(format, "trace")) return "chain of thought";
    if (!strcmp(format, "direct")) return "direct answer";
    return format;
}

static void add_spaced(const char *name, struct buffer *text) {
    for (; *name; name++) buffer_char(text, *name == '_' ? ' ' : *name);
}

static void add_counted(const char *value, const char *one, const char *many, struct buffer *text) {
    char *end;
    long long count = strtoll(value, &end, 10);
    if (*end)
        buffer_text(text, value);
    else
        label_count(count, text);
    buffer_printf(text, " %s", count == 1 && !*end ? one : many);
}

/* Names of values that speak for themselves. */
static bool is_silent(const char *name) {
    static const char *const silent[] = {"task", "name", "model", "preset"};
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        if (!strcmp(name, silent[i])) return true;
    return false;
}

/* "RL clip 0.3", for training has one of its own; the method by its name. */
static bool label_reinforcement(const char *name, const char *value, struct buffer *text) {
    bool is_method = !strcmp(name, "method");
    if (!is_method && strncmp(name, "rl.", strlen("rl."))) return false;
    if (!is_method) {
        buffer_text(text, "RL ");
        add_spaced(name + strlen("rl."), text);
        buffer_char(text, ' ');
    }
    add_spaced(is_method && !strcmp(value, "none") ? "no RL" : value, text);
    return true;
}

void label_setting(const char *name, const char *value, struct buffer *text) {
    const char *dot = strrchr(name, '.'), *last = dot ? dot + 1 : name;
    if (label_reinforcement(name, value, text)) return;
    if (!strcmp(name, "start.data.samples")) {
        buffer_text(text, strcmp(value, "0") ? "parent of " : "no parent");
        if (strcmp(value, "0")) add_counted(value, "sample", "samples", text);
    } else if (start_option(name)) {
        buffer_text(text, strcmp(name, "start.task.name") ? "parent's " : "parent's task ");
        label_setting(start_option(name), value, text);
    } else if (!strcmp(name, "samples") || !strcmp(name, "data.samples")) {
        add_counted(value, "sample", "samples", text);
    } else if (!strcmp(last, "epochs")) {
        add_counted(value, "epoch", "epochs", text);
    } else if (!strcmp(last, "format")) {
        buffer_text(text, label_format(value));
    } else if (!strcmp(name, "data.fixed_noise")) {
        buffer_printf(text, "%s noise in each epoch", strcmp(value, "false") ? "the same" : "fresh");
    } else if (!strcmp(name, "noise.names")) {
        buffer_printf(text, "on %s", value);
    } else {
        if (!is_silent(last)) {
            add_spaced(last, text);
            buffer_char(text, ' ');
        }
        buffer_text(text, value);
    }
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
