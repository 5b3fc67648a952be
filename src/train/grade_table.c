/* A grid of graded files. See grade_table.h. */
#include "train/grade_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonl.h"
#include "base/memory.h"
#include "record/collection.h"
#include "record/columns.h"
#include "record/layout.h"
#include "record/results_csv.h"
#include "spec/config_json.h"
#include "tasks/tasks.h"

/* A line that is being read. */
struct table_row {
    char where[CONFIG_PATH_MAX]; /* PATH:LINE, for messages */
    const char *file;            /* borrowed from the line */
    char model[RECORD_MODEL_MAX + 1];
    json_t *options; /* nested as in a spec; owned */
};

static enum err refuse(const struct table_row *row, const char *what, const char *about,
                       struct error *error) {
    return err_set(error, ERR_INPUT, "%s: %s%.80s", row->where, what, about);
}

/* --- what a line says --- */

/* Puts a member at its dotted path. ERR_INPUT where something else than a section is in its way. */
static enum err put(json_t *object, const char *path, json_t *value) {
    for (const char *dot; (dot = strchr(path, '.')); path = dot + 1) {
        json_t *section = json_object_getn(object, path, (size_t)(dot - path));
        if (section && !json_is_object(section)) return ERR_INPUT;
        if (!section && (json_object_setn_new(object, path, (size_t)(dot - path), json_object()) ||
                         !(section = json_object_getn(object, path, (size_t)(dot - path)))))
            return ERR_RUNTIME;
        object = section;
    }
    if (json_object_get(object, path)) return ERR_INPUT;
    return json_object_set(object, path, value) ? ERR_RUNTIME : ERR_OK;
}

static enum err take_member(struct table_row *row, const char *name, json_t *value, struct error *error) {
    const char *text = json_string_value(value);
    bool is_model = !strcmp(name, "model") && text;
    if (!strcmp(name, "file")) {
        row->file = text;
        return ERR_OK;
    }
    if (is_model && strlen(text) > RECORD_MODEL_MAX)
        return refuse(row, "the model's name is too long: ", text, error);
    if (is_model) return strcpy(row->model, text), ERR_OK;
    if (!strcmp(name, "seed")) name = "seeds";
    if (!strcmp(name, "task") && text) name = "task.name";
    enum err code = put(row->options, name, value);
    if (code == ERR_INPUT) return refuse(row, "is said twice, or is no section: ", name, error);
    return code ? err_memory(error, row->where) : ERR_OK;
}

static enum err read_row(const struct jsonl *jsonl, json_t *line, struct table_row *row,
                         struct error *error) {
    const char *name;
    json_t *value;
    *row = (struct table_row){.options = json_object()};
    snprintf(row->where, sizeof row->where, "%.*s:%ld", CONFIG_PATH_MAX - 32, jsonl->path, jsonl->line);
    enum err code = row->options ? ERR_OK : err_memory(error, row->where);
    json_object_foreach(line, name, value) {
        if (!code) code = take_member(row, name, value, error);
    }
    if (code) return code;
    if (!row->file || !*row->file) return refuse(row, "\"file\" must be there and name a file", "", error);
    for (const char *c = row->file; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            return refuse(row, "\"file\" has a control character in its name", "", error);
    return ERR_OK;
}

/* --- its record --- */

/* How true completions are written, before the task is known. */
static enum err read_form(const struct table_row *row, struct config *config, struct error *error) {
    json_t *options = json_copy(row->options), *task = json_pack("{s:s}", "name", task_list[0]->name);
    /* Without memory Jansson leaves members out of a copy. */
    bool whole = options && json_object_size(options) == json_object_size(row->options);
    enum err code =
        json_object_set_new(options, "task", task) || !whole ? err_memory(error, row->where) : ERR_OK;
    if (!code) code = config_from_json(options, row->where, config, error);
    json_decref(options);
    return code;
}

/* Adds the tasks that the lines of the file have. */
static enum err set_tasks(struct table_row *row, const struct graded *graded, struct error *error) {
    json_t *told = json_object_get(row->options, "task");
    const char *name = json_string_value(json_object_get(told, "name")), *first = graded->tasks[0]->name;
    if (name && (strcmp(name, first) || graded->task_count > 1))
        return err_set(error, ERR_INPUT, "%s: the task is not '%.80s': %s has lines of %s", row->where, name,
                       row->file, strcmp(name, first) ? first : graded->tasks[1]->name);
    if (told && graded->task_count > 1)
        return refuse(row, "sizes can be told of one task alone; there are several in ", row->file, error);
    json_t *tasks = graded->task_count > 1 ? json_array() : NULL;
    int failed = graded->task_count > 1 && !tasks;
    for (int i = 0; tasks && i < graded->task_count; i++)
        failed |= json_array_append_new(tasks, json_pack("{s:s}", "name", graded->tasks[i]->name));
    if (tasks)
        failed |= json_object_set_new(row->options, "task", tasks);
    else if (told)
        failed |= json_object_set_new(told, "name", json_string(first));
    else
        failed |= json_object_set_new(row->options, "task", json_pack("{s:s}", "name", first));
    return failed ? err_memory(error, row->where) : ERR_OK;
}

static enum err make_record(struct table_row *row, const struct graded *graded, struct record *record,
                            struct error *error) {
    columns_begin(record);
    enum err code = set_tasks(row, graded, error);
    if (!code) code = config_from_json(row->options, row->where, &record->config, error);
    if (!code && !(record->run = memory_string(row->file))) code = err_memory(error, row->where);
    if (!code) code = record_describe(record, error);
    if (code) return code;
    if (*row->model || !json_object_get(row->options, "model")) /* none of ours, which a name might say */
        strcpy(record->model, *row->model ? row->model : "outside");
    record->outcome.samples = record->config.data.samples;
    record->outcome.evaluation = graded->evaluation;
    record->outcome.parameters = record->outcome.steps = record->outcome.tokens = OUTCOME_UNKNOWN;
    record->outcome.seconds = record->outcome.tokens_per_second = NAN;
    return ERR_OK;
}

static enum err add_row(struct table_row *row, const struct grade_options *options,
                        struct collection *collection, struct error *error) {
    struct record *record = memory_array(1, sizeof *record);
    struct config *config = memory_array(1, sizeof *config);
    struct graded graded = {0};
    enum err code = record && config ? ERR_OK : err_memory(error, row->where);
    for (size_t r = 0; r < collection->count && !code; r++)
        if (!strcmp(collection->records[r]->run, row->file))
            code = refuse(row, "\"file\" was there before: ", row->file, error);
    if (!code) code = read_form(row, config, error);
    if (!code) {
        struct grade_options shaped = *options;
        shaped.mix = &config->mix;
        code = grade_file(row->file, &shaped, &graded, error);
        if (code) err_prefix(error, code, "%s", row->where);
    }
    if (!code) code = make_record(row, &graded, record, error);
    if (!code) code = collection_add(collection, record, error);
    if (record) record_free(record);
    graded_free(&graded);
    free(record);
    free(config);
    return code;
}

/* --- the table --- */

static enum err read_rows(const char *path, const struct grade_options *options,
                          struct collection *collection, struct error *error) {
    struct jsonl jsonl = {0};
    enum err code = jsonl_open(&jsonl, path, error);
    while (!code) {
        json_t *line = NULL;
        struct table_row row = {0};
        code = jsonl_next(&jsonl, &line, error);
        if (code || !line) break;
        code = read_row(&jsonl, line, &row, error);
        if (!code) code = add_row(&row, options, collection, error);
        json_decref(row.options);
        json_decref(line);
    }
    if (!code && !collection->count) code = err_set(error, ERR_INPUT, "%s: lists no file", jsonl.path);
    jsonl_close(&jsonl);
    return code;
}

/* A sweep's results.csv is made of its run directories, and a spec beside it would be taken for this one's.
 */
static enum err check_directory(const char *directory, struct error *error) {
    static const char *const of_a_sweep[] = {LAYOUT_RUNS, LAYOUT_SPEC};
    for (size_t i = 0; i < sizeof of_a_sweep / sizeof *of_a_sweep; i++) {
        char *path = file_join(directory, of_a_sweep[i]);
        if (!path) return err_memory(error, directory);
        bool missing = file_is_missing(path);
        free(path);
        if (!missing)
            return err_set(error, ERR_INPUT, "%s: holds a sweep (%s); give a directory of its own", directory,
                           of_a_sweep[i]);
    }
    return ERR_OK;
}

enum err grade_table(const char *path, const struct grade_options *options, const char *directory,
                     struct error *error) {
    struct collection collection = {0};
    char *results = file_join(directory, LAYOUT_RESULTS);
    enum err code = results ? check_directory(directory, error) : err_memory(error, directory);
    if (!code) code = read_rows(path, options, &collection, error);
    if (!code) code = collection_finish(&collection, error);
    if (!code) code = file_make_directories(directory, error);
    if (!code) code = results_csv_write(&collection, results, error);
    collection_free(&collection);
    free(results);
    return code;
}
