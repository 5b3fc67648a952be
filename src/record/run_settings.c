/* The options of a run that are no axis of a curve. See settings.h. */
#include "record/run_settings.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/memory.h"
#include "curve/labels.h"

enum { DEPTH_MAX = 8 };

/* Options that are axes of curves, are columns already, or change no result. */
static bool is_left_out(const char *name) {
    static const char *const whole[] = {"name",
                                        "seed",
                                        "seeds",
                                        "format",
                                        "data.samples",
                                        "data.epochs",
                                        "data.contamination",
                                        "train.threads",
                                        "train.checkpoint_every",
                                        "model.preset"};
    static const char *const families[] = {"noise.", "report."};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (!strcmp(name, whole[i])) return true;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (!strncmp(name, families[i], strlen(families[i]))) return true;
    return false;
}

static void value_text(const json_t *value, struct buffer *text) {
    if (json_is_string(value))
        buffer_text(text, json_string_value(value));
    else if (json_is_number(value))
        csv_number(text, json_number_value(value));
    else
        buffer_text(text, json_is_true(value) ? "true" : json_is_false(value) ? "false" : "null");
}

/* A name or value must not look like two settings, nor a name like its value. */
static void add_clean(struct buffer *lines, const char *text, bool is_name) {
    for (; *text; text++) {
        bool bad = (unsigned char)*text < 0x20 || (is_name && (*text == '=' || *text == ' '));
        buffer_char(lines, bad ? '?' : *text);
    }
}

static void add_line(struct buffer *lines, const char *name, const char *value) {
    add_clean(lines, name, true);
    buffer_text(lines, " = ");
    add_clean(lines, value, false);
    buffer_char(lines, '\n');
}

struct flattening {
    struct row *row;
    struct buffer *settings, *noise_settings;
};

/* Whether `kind` (of `length` bytes) is one of "digit+line". */
static bool is_in_use(const char *kinds, const char *kind, size_t length) {
    for (; *kinds; kinds += strcspn(kinds, "+") + (kinds[strcspn(kinds, "+")] == '+'))
        if (strcspn(kinds, "+") == length && !strncmp(kinds, kind, length)) return true;
    return false;
}

/* noise.answer, and noise.KIND.x of a kind in use where x is not its rate. A contamination of its own
 * (negative: it has none) takes the place of the general one where no other kind is in use. */
static void add_noise_option(struct flattening *to, const char *name, const json_t *value, const char *text) {
    struct row *row = to->row;
    const char *kind = name + strlen("noise."), *dot = strchr(kind, '.');
    double number = json_number_value(value);
    if (row_is_clean(row)) return;
    if (!dot) {
        if (!json_is_number(value)) add_line(to->noise_settings, name, text);
    } else if (is_in_use(row->noise, kind, (size_t)(dot - kind)) && strcmp(dot, ".rate")) {
        bool is_contamination = !strcmp(dot, ".contamination") && json_is_number(value);
        if (is_contamination && (number < 0 || number > 1 || number == row->contamination)) return;
        if (is_contamination && !strchr(row->noise, '+'))
            row->contaminated = number;
        else
            add_line(to->noise_settings, name, text);
    }
}

static void add_option(struct flattening *to, const char *name, const json_t *value) {
    struct buffer text = {0};
    buffer_text(&text, "");
    value_text(value, &text);
    if (text.failed)
        to->settings->failed = true;
    else if (!strncmp(name, "noise.", strlen("noise.")))
        add_noise_option(to, name, value, text.bytes);
    else if (!is_left_out(name))
        add_line(to->settings, name, text.bytes);
    buffer_free(&text);
}

static void cut(struct buffer *name, size_t length) {
    name->length = length;
    if (name->bytes) name->bytes[length] = 0;
}

/* Calls add_option for every leaf of `json`; `name` holds the dotted name so far and is restored. */
static void flatten(struct flattening *to, struct buffer *name, json_t *json, int depth) {
    size_t length = name->length, index;
    const char *key, *dot = length ? "." : "";
    json_t *value;
    if (depth > DEPTH_MAX || name->failed) return;
    if (json_is_object(json)) {
        json_object_foreach(json, key, value) {
            buffer_printf(name, "%s%s", dot, key);
            flatten(to, name, value, depth + 1);
            cut(name, length);
        }
    } else if (json_is_array(json)) {
        json_array_foreach(json, index, value) {
            buffer_printf(name, "%s%zu", dot, index + 1);
            flatten(to, name, value, depth + 1);
            cut(name, length);
        }
    } else if (length) {
        add_option(to, name->bytes, json);
    }
}

int run_settings_of_row(struct row *row, json_t *options) {
    struct buffer settings = {0}, noise_settings = {0}, name = {0}, epochs = {0};
    buffer_text(&noise_settings, "");
    buffer_text(&epochs, "");
    csv_number(&epochs, row->epochs);
    add_line(&settings, "task", row->task);
    add_line(&settings, "format", row->format);
    add_line(&settings, "model", row->model);
    buffer_printf(&settings, "samples = %" PRId64 "\n", row->samples);
    add_line(&settings, "epochs", epochs.failed ? "" : epochs.bytes);
    flatten(&(struct flattening){row, &settings, &noise_settings}, &name, options, 0);
    bool failed = settings.failed || noise_settings.failed || name.failed || epochs.failed;
    buffer_free(&name);
    buffer_free(&epochs);
    if (failed) {
        buffer_free(&settings);
        buffer_free(&noise_settings);
        return -1;
    }
    row->settings = settings.bytes;
    row->noise_settings = noise_settings.bytes;
    return 0;
}

/* The line of setting `name` ("task") in `settings`, at its value; NULL when it has none. */
static const char *find_value(const char *settings, const char *name, size_t length) {
    for (const char *line = settings; *line; line += strcspn(line, "\n") + 1) {
        if (!strncmp(line, name, length) && !strncmp(line + length, " = ", 3)) return line + length + 3;
        if (!line[strcspn(line, "\n")]) break;
    }
    return NULL;
}

struct setting_entry {
    size_t index;      /* of the settings string */
    size_t part;       /* settings that the names kept so far do not tell apart share a part */
    const char *value; /* of the name under consideration */
};

static int by_part_and_value(const void *left, const void *right) {
    const struct setting_entry *a = left, *b = right;
    if (a->part != b->part) return a->part < b->part ? -1 : 1;
    if (!a->value || !b->value) return (a->value != NULL) - (b->value != NULL);
    size_t length = strcspn(a->value, "\n"), other = strcspn(b->value, "\n");
    int order = memcmp(a->value, b->value, length < other ? length : other);
    return order ? order : (length > other) - (length < other);
}

/* Splits parts further by the value of a name. Returns the number of parts. */
static size_t refine(struct setting_entry *entries, size_t count, const char *const all[], const char *name,
                     size_t length) {
    for (size_t i = 0; i < count; i++) entries[i].value = find_value(all[entries[i].index], name, length);
    qsort(entries, count, sizeof *entries, by_part_and_value);
    size_t part = 0;
    struct setting_entry previous = entries[0];
    for (size_t i = 0; i < count; i++) {
        struct setting_entry here = entries[i];
        if (by_part_and_value(&previous, &here)) part++;
        previous = here;
        entries[i].part = part;
    }
    return part + 1;
}

int run_settings_telling(const char *const all[], size_t count, struct buffer *names) {
    struct setting_entry *entries = memory_array(count, sizeof *entries);
    if (!entries) return -1;
    const char *longest = "";
    for (size_t i = 0; i < count; i++) {
        entries[i].index = i;
        if (strlen(all[i]) > strlen(longest)) longest = all[i];
    }
    size_t parts = 1;
    buffer_text(names, "");
    for (const char *line = longest; *line; line += strcspn(line, "\n") + 1) {
        size_t length = strcspn(line, "=") - 1, refined = refine(entries, count, all, line, length);
        if (refined == parts) continue;
        parts = refined;
        buffer_append(names, line, length);
        buffer_char(names, '\n');
    }
    free(entries);
    return names->failed ? -1 : 0;
}

void run_settings_describe(const char *settings, const char *names, struct buffer *text) {
    size_t start = text->length;
    for (const char *name = names; *name; name += strcspn(name, "\n") + 1) {
        size_t length = strcspn(name, "\n");
        const char *value = find_value(settings, name, length);
        if (!value) continue;
        if (text->length > start) buffer_text(text, ", ");
        label_setting(name, length, value, strcspn(value, "\n"), text);
    }
}

char *run_settings_without(const char *settings, const char *name) {
    struct buffer rest = {0};
    const char *value = find_value(settings, name, strlen(name));
    buffer_text(&rest, "");
    for (const char *line = settings; *line; line += strcspn(line, "\n") + 1)
        if (value < line || value > line + strcspn(line, "\n"))
            buffer_append(&rest, line, strcspn(line, "\n") + 1);
    if (rest.failed) buffer_free(&rest);
    return rest.bytes;
}

int run_settings_begin_with(char **settings, const char *name, const char *value) {
    struct buffer lines = {0};
    add_line(&lines, name, value);
    buffer_text(&lines, *settings);
    if (lines.failed) {
        buffer_free(&lines);
        return -1;
    }
    free(*settings);
    *settings = lines.bytes;
    return 0;
}

bool run_settings_has(const char *settings, const char *name, const char *value) {
    const char *found = find_value(settings, name, strlen(name));
    size_t length = strlen(value);
    return found && !strncmp(found, value, length) && (found[length] == '\n' || !found[length]);
}
