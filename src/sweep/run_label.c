/* What tells a run from the others of its spec. See run_label.h. */
#include "sweep/run_label.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_file.h"
#include "base/terminal.h"
#include "spec/options.h"
#include "spec/start.h"

static bool is_rate(struct option_ref option) {
    return option.row->counts == COUNTS_NOISES && strstr(option.row->name, ".rate");
}

/* Whether an option says something about this run: the rate of a noise that is off does not. */
static bool is_telling(struct option_ref option, const struct config *config, enum run_label which) {
    if (which >= RUN_LABEL_CELL && !strcmp(option.row->name, "seeds")) return false;
    if (which >= RUN_LABEL_SETTING && is_rate(option)) return false;
    if (option.row->counts == COUNTS_TASKS && option.index >= config->mix.entries) return false;
    if (!strcmp(option.row->name, "data.contamination")) return mix_is_noisy(&config->mix);
    if (option.row->type == OPTION_TASK && config->family) return false; /* its name stands for theirs */
    return option_is_felt(option, config);
}

static void add_name(const char *name, struct buffer *label) {
    buffer_printf(label, "%s%s=", label->length ? " " : "", name);
}

static void add_option(struct option_ref option, const struct config *config, struct buffer *label) {
    char name[OPTION_NAME_MAX];
    struct option_value value = option_get(option, config);
    option_name(option, config->family && !option.index ? 1 : config->mix.entries, name);
    add_name(name, label);
    if (option.row->type == OPTION_STRING)
        buffer_text(label, value.text);
    else if (option.row->choice)
        buffer_text(label, option.row->choice((int)value.integer));
    else
        option_print(option.row, value, label);
}

/* What tells the parents of runs apart: "start.data.samples=40000". */
static enum err add_start(const struct spec *spec, const struct config *config, struct buffer *label) {
    json_t *start, *value;
    const char *name;
    enum err code = start_json(config, &start, NULL);
    if (code) return code;
    json_object_foreach(start, name, value) {
        struct option_ref said = {0}, varied;
        bool known = option_find(name, &said), differs = false;
        for (int n = 0; known && spec_start_varied(spec, n, &varied); n++)
            differs |= option_slot(varied) == option_slot(said);
        if (!differs) continue;
        char full[OPTION_NAME_MAX + 8];
        snprintf(full, sizeof full, "start.%s", name);
        add_name(full, label);
        char *text =
            json_is_string(value) ? NULL : json_file_dump(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(10));
        buffer_text(label, json_is_string(value) ? json_string_value(value) : text ? text : "");
        label->failed |= !json_is_string(value) && !text;
        free(text);
    }
    json_decref(start);
    return ERR_OK;
}

/* A parent is named by how many samples it has, and by what else tells it from other parents. */
static void add_parent(const struct spec *spec, const struct config *config, enum run_label which,
                       struct buffer *label) {
    struct option_ref option;
    buffer_text(label, "parent:");
    option_find("data.samples", &option);
    add_option(option, config, label);
    for (int n = 0; spec_parents_varied(spec, n, &option); n++) {
        bool is_seed = !strcmp(option.row->name, "seeds");
        if (!strcmp(option.row->name, "data.samples") || (is_seed && which >= RUN_LABEL_CELL)) continue;
        if (is_seed || option_has_effect(option, config)) add_option(option, config, label);
    }
}

static void add_run(const struct spec *spec, const struct config *config, enum run_label which,
                    struct buffer *label) {
    struct option_ref option;
    bool varies_noise = false;
    for (int n = 0; spec_varied(spec, n, &option); n++)
        varies_noise |=
            option.row->counts == COUNTS_NOISES || !strcmp(option.row->name, "data.contamination");
    if (varies_noise && !mix_is_noisy(&config->mix) && which < RUN_LABEL_SETTING) buffer_text(label, "clean");
    for (int n = 0; spec_varied(spec, n, &option); n++)
        if (is_telling(option, config, which)) add_option(option, config, label);
    if (add_start(spec, config, label)) label->failed = true;
}

char *run_label_text(const struct spec *spec, int run, enum run_label which) {
    struct buffer label = {0};
    struct config config;
    spec_run(spec, run, &config);
    buffer_text(&label, "");
    if (spec_run_is_parent(spec, run))
        add_parent(spec, &config, which, &label);
    else
        add_run(spec, &config, which, &label);
    struct buffer shown = {0}; /* paths are anybody's text */
    if (!label.failed) terminal_show(label.bytes, label.length, &shown);
    if (label.failed || shown.failed) buffer_free(&shown);
    buffer_free(&label);
    return shown.bytes;
}
