/* A configuration as JSON. See config_json.h. */
#include "spec/config_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_file.h"
#include "base/memory.h"
#include "spec/partial.h"
#include "spec/start.h"

static json_t *value_json(const struct option_row *row, struct option_value value) {
    switch (row->type) {
    case OPTION_INTEGER: return json_integer(value.integer);
    case OPTION_NUMBER: return json_real(value.number);
    case OPTION_STRING: return json_file_text(value.text); /* a path need not be UTF-8 */
    default: return json_string(row->choice((int)value.integer));
    }
}

/* The object or list member that a path's next component leads to, made when missing. */
static json_t *descend(json_t *parent, const char *key) {
    json_t *child = json_object_get(parent, key);
    if (!child && !json_object_set_new(parent, key, json_object())) child = json_object_get(parent, key);
    return child;
}

/* Puts a value at a dotted path. Takes the reference. */
static enum err put(json_t *object, const char *path, json_t *value) {
    char key[OPTION_NAME_MAX];
    const char *dot;
    while (object && (dot = strchr(path, '.'))) {
        snprintf(key, sizeof key, "%.*s", (int)(dot - path), path);
        object = descend(object, key);
        path = dot + 1;
    }
    return json_object_set_new(object, path, value) ? ERR_RUNTIME : ERR_OK;
}

static enum err put_option(json_t *json, json_t *tasks, struct option_ref option,
                           const struct config *config) {
    char name[OPTION_NAME_MAX];
    if (option.row->typed && !option_has_effect(option, config)) return ERR_OK; /* it is seldom there */
    json_t *value = value_json(option.row, option_get(option, config));
    option_path(option, name);
    if (option.row->counts != COUNTS_TASKS) return put(json, name, value);
    if (option.index >= config->mix.entries) return json_decref(value), ERR_OK;
    return put(json_array_get(tasks, (size_t)option.index), strchr(name, '.') + 1, value);
}

/* What is known of the run's parent. */
static int put_parent(json_t *json, const struct config *config) {
    json_t *start = NULL;
    int failed = start_json(config, &start, NULL) != ERR_OK;
    if (start) failed |= json_object_set_new(json, "start", start);
    if (*config->parent) failed |= json_object_set_new(json, "parent", json_string(config->parent));
    return failed;
}

json_t *config_json(const struct config *config) {
    json_t *json = json_object(), *tasks = json_array();
    int failed = !json || !tasks;
    for (int t = 0; t < config->mix.entries && !failed; t++)
        failed = json_array_append_new(tasks, json_object());
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; i < option_count(row) && !failed; i++)
            failed = put_option(json, tasks, (struct option_ref){.row = row, .index = i}, config);
    /* A single task is a mapping, as people write it. The tasks take the place of their family's name. */
    if (!failed && config->mix.entries)
        failed = json_object_set(json, "task", config->mix.entries == 1 ? json_array_get(tasks, 0) : tasks);
    json_decref(tasks);
    if (!failed) failed = put_parent(json, config);
    if (!failed) return json;
    json_decref(json);
    return NULL;
}

static enum err read_parent(const json_t *json, const char *where, char parent[CONFIG_ID_LENGTH + 1],
                            struct error *error) {
    const json_t *said = json_object_get(json, "parent");
    const char *id = json_string_value(said);
    if (!said) return ERR_OK;
    if (!id || strlen(id) != CONFIG_ID_LENGTH || strspn(id, "0123456789abcdef") != CONFIG_ID_LENGTH)
        return err_set(error, ERR_INPUT, "%s: parent: not the ID of a run", where);
    strcpy(parent, id);
    return ERR_OK;
}

enum err config_from_json(json_t *json, const char *where, struct config *config, struct error *error) {
    struct tree tree = {0};
    struct settings settings = {0};
    struct partial *partial = memory_array(1, sizeof *partial);
    json_t *options = json_copy(json), *start = json_object_get(json, "start");
    /* Without memory Jansson leaves members out. */
    bool whole = options && json_object_size(options) == json_object_size(json);
    enum err code = partial && whole ? ERR_OK : err_memory(error, where);
    if (!code) json_object_del(options, "parent");
    if (!code) code = tree_from_json(&tree, where, options, error);
    if (!code) code = settings_collect(&settings, &tree, 1, "", error);
    if (!code) {
        partial_begin(partial);
        partial_apply(partial, &settings);
        code = partial_finish(partial, where, error);
    }
    char *said = NULL;
    int64_t samples = json_integer_value(json_object_get(start, "data.samples"));
    if (!code && start) code = start_describe(partial, samples, where, &said, error);
    if (said) strcpy(partial->config.start, said);
    free(said);
    if (!code) code = read_parent(json, where, partial->config.parent, error);
    if (!code) *config = partial->config;
    json_decref(options);
    settings_free(&settings);
    tree_free(&tree);
    free(partial);
    return code;
}

enum err config_json_set(json_t *json, struct option_ref option, const char *text, struct error *error) {
    struct option_value value;
    const char *problem;
    char path[OPTION_NAME_MAX];
    json_t *task = json_object_get(json, "task");
    bool of_mix = option.row->counts == COUNTS_TASKS && json_is_array(task);
    option_path(option, path);
    if (option_parse(option.row, text, false, &value, &problem))
        return err_set(error, ERR_INPUT, "'%.40s' %s", text, problem);
    int failed = of_mix ? put(json_array_get(task, (size_t)option.index), strchr(path, '.') + 1,
                              value_json(option.row, value))
                        : put(json, path, value_json(option.row, value));
    return failed ? err_memory(error, path) : ERR_OK;
}
