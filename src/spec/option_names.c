/* Names of options: written, found, listed. See options.h. */
#include <stdlib.h>
#include <string.h>

#include "noise/noises.h"
#include "spec/options.h"
#include "tasks/tasks.h"

void option_path(struct option_ref option, char name[OPTION_NAME_MAX]) {
    const char *star = strchr(option.row->name, '*');
    const char *index = option.row->counts == COUNTS_NOISES   ? noise_list[option.index]->name
                        : option.row->counts == COUNTS_CALLED ? task_list[option.index]->name
                                                              : NULL;
    int before = star ? (int)(star - option.row->name) : (int)strlen(option.row->name);
    const char *after = !star ? "" : index ? star + 1 : star + 2;
    snprintf(name, OPTION_NAME_MAX, "%.*s%s%s", before, option.row->name, index ? index : "", after);
}

void option_name(struct option_ref option, int tasks, char name[OPTION_NAME_MAX]) {
    option_path(option, name);
    if (option.row->counts == COUNTS_TASKS && tasks > 1)
        snprintf(name, OPTION_NAME_MAX, "task.%d%s", option.index + 1, strchr(option.row->name, '*') + 1);
    size_t rate = strlen(name) - strlen(".rate"); /* noise.digit is the rate of `digit` */
    if (option.row->counts == COUNTS_NOISES && !strcmp(name + rate, ".rate")) name[rate] = 0;
}

/* The index at the start of `text`, and how long it is; -1 when there is none. */
static int parse_index(enum option_counts counts, const char *text, size_t *length) {
    *length = strcspn(text, ".");
    if (counts == COUNTS_TASKS) {
        char *end;
        if (*text < '1' || *text > '9') return *length = 0, 0;
        long number = strtol(text, &end, 10);
        return end == text + *length && number <= MIX_TASKS ? (int)number - 1 : -1;
    }
    for (int i = 0;; i++) {
        const char *name = counts == COUNTS_NOISES ? (noise_list[i] ? noise_list[i]->name : NULL)
                                                   : (task_list[i] ? task_list[i]->name : NULL);
        if (!name) return -1;
        if (strlen(name) == *length && !strncmp(name, text, *length)) return i;
    }
}

bool option_find(const char *name, struct option_ref *option) {
    for (const struct option_row *row = options_table(); row->name; row++) {
        const char *star = strchr(row->name, '*');
        if (!star) {
            if (strcmp(row->name, name)) continue;
            *option = (struct option_ref){.row = row};
            return true;
        }
        size_t before = (size_t)(star - row->name), length;
        if (strncmp(row->name, name, before)) continue;
        int index = parse_index(row->counts, name + before, &length);
        const char *rest = name + before + length, *wanted = star + (length ? 1 : 2);
        if (index < 0 || (strcmp(rest, wanted) && (*rest || strcmp(wanted, ".rate")))) continue;
        *option = (struct option_ref){.row = row, .index = index};
        return true;
    }
    return false;
}

/* "task.2" */
static bool is_task_number(const char *section) {
    size_t length;
    return !strncmp(section, "task.", 5) && parse_index(COUNTS_TASKS, section + 5, &length) >= 0 && length &&
           !section[5 + length];
}

/* The part of an option's path that follows a section: "samples" of data.samples under "data". */
static bool below(struct option_ref option, const char *section, char name[OPTION_NAME_MAX]) {
    char path[OPTION_NAME_MAX];
    size_t length = strlen(section);
    option_path(option, path);
    if (option.row->counts == COUNTS_TASKS && is_task_number(section)) length = 4; /* as "task" */
    if (strncmp(path, section, length) || (length && path[length] != '.')) return false;
    const char *start = path + (length ? length + 1 : 0);
    snprintf(name, OPTION_NAME_MAX, "%.*s", (int)strcspn(start, "."), start);
    return true;
}

bool options_below(const char *section, int n, char name[OPTION_NAME_MAX]) {
    char seen[OPTION_NAME_MAX * 8] = " ";
    for (const struct option_row *row = options_table(); row->name; row++) {
        int count = row->typed ? 0 : row->counts == COUNTS_TASKS ? 1 : option_count(row);
        for (int i = 0; i < count; i++) {
            char candidate[OPTION_NAME_MAX], spaced[OPTION_NAME_MAX + 2];
            if (!below((struct option_ref){.row = row, .index = i}, section, candidate)) continue;
            snprintf(spaced, sizeof spaced, " %s ", candidate);
            if (strstr(seen, spaced)) continue;
            if (n-- == 0) return strcpy(name, candidate), true;
            strncat(seen, spaced + 1, sizeof seen - strlen(seen) - 1);
        }
    }
    return false;
}

void options_print(FILE *stream) {
    for (const struct option_row *row = options_table(); row->name; row++) {
        struct buffer allowed = {0};
        option_allowed(row, &allowed);
        char name[OPTION_NAME_MAX];
        const char *kind = row->counts == COUNTS_NOISES ? "KIND" : row->counts == COUNTS_CALLED ? "TASK" : "";
        const char *star = strchr(row->name, '*');
        int before = star ? (int)(star - row->name) : (int)strlen(row->name);
        snprintf(name, sizeof name, "%.*s%s%s", before, row->name, kind, star ? star + (*kind ? 1 : 2) : "");
        fprintf(stream, "  %-24s %s\n  %-24s %s%s%s\n", name, row->doc, "",
                allowed.bytes ? allowed.bytes : "", row->initial && *row->initial ? "; default " : "",
                row->initial ? row->initial : "");
        buffer_free(&allowed);
    }
}
