/* One run's directory. See run_record.h. */
#include "record/run_record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json_file.h"
#include "base/memory.h"
#include "base/openblas.h"
#include "base/plural.h"
#include "nn/levels.h"
#include "nn/linear.h"
#include "record/columns.h"
#include "record/layout.h"
#include "record/machine.h"
#include "spec/config_json.h"
#include "spec/identity.h"
#include "spec/options.h"

enum { RESULT_BYTES_MAX = 1 << 20, CONFIG_BYTES_MAX = 1 << 22, ASIDE_MAX = 1000 };

/* --- what it is: config.json ----------------------------------------------------------------------- */

/* The same of what was said of the parent, {"data.samples": 40000, ...}. */
static enum err take_unknown_start(json_t *start, struct record *record, struct error *error) {
    const char *key;
    json_t *value;
    void *next;
    enum err code = ERR_OK;
    json_object_foreach_safe(start, next, key, value) {
        char name[OPTION_NAME_MAX];
        struct option_ref option;
        if (code || option_find(key, &option)) continue;
        snprintf(name, sizeof name, "start.%s", key);
        code = record_add_json(record, name, value, true, error);
        json_object_del(start, key);
    }
    return code;
}

/* Takes the options that this program does not know out of `json` and keeps them as extras: what is left can
 * be read as any configuration. `path` is the dotted name of `json`. */
static enum err take_unknown(json_t *json, const char *path, struct record *record, struct error *error);

/* Of a mix of tasks each by its number. */
static enum err take_unknown_items(json_t *list, const char *path, struct record *record,
                                   struct error *error) {
    size_t index;
    json_t *item;
    enum err code = ERR_OK;
    json_array_foreach(list, index, item) {
        char name[OPTION_NAME_MAX];
        int length = snprintf(name, sizeof name, "%s.%zu", path, index + 1);
        if (!code && length < OPTION_NAME_MAX) code = take_unknown(item, name, record, error);
    }
    return code;
}

static enum err take_unknown(json_t *json, const char *path, struct record *record, struct error *error) {
    const char *key;
    json_t *value;
    void *next;
    enum err code = ERR_OK;
    json_object_foreach_safe(json, next, key, value) {
        char name[OPTION_NAME_MAX], below[OPTION_NAME_MAX];
        struct option_ref option;
        int length = snprintf(name, sizeof name, "%s%s%s", path, *path ? "." : "", key);
        bool known = length < OPTION_NAME_MAX && option_find(name, &option);
        bool section = length < OPTION_NAME_MAX && options_below(name, 0, below);
        bool of_parent = !*path && (!strcmp(key, "start") || !strcmp(key, "parent"));
        if (code || known || of_parent) continue;
        if (section && json_is_array(value))
            code = take_unknown_items(value, name, record, error);
        else if (json_is_object(value) && length < OPTION_NAME_MAX)
            code = take_unknown(value, name, record, error);
        else
            code = record_add_json(record, name, value, true, error);
        if (!section) json_object_del(json, key);
    }
    return code;
}

static void describe_machine(const json_t *machine, struct record *record) {
    const char *cpu = json_string_value(json_object_get(machine, "cpu"));
    const char *level = json_string_value(json_object_get(machine, "level"));
    const char *core = json_string_value(json_object_get(machine, "openblas_core"));
    json_int_t threads = json_integer_value(json_object_get(machine, "threads"));
    struct buffer text = {0};
    if (cpu) buffer_text(&text, cpu);
    if (level) buffer_printf(&text, "%skernels for %s", text.length ? ", " : "", level);
    if (core) buffer_printf(&text, "%sOpenBLAS core %s", text.length ? ", " : "", core);
    if (threads > 0)
        buffer_printf(&text, "%s%lld thread%s a run", text.length ? ", " : "", (long long)threads,
                      plural_s(threads));
    snprintf(record->machine, sizeof record->machine, "%s", text.bytes ? text.bytes : "");
    buffer_free(&text);
}

/* Whether the options are those that the ID was made from. A run of another version, or of one that kept no
 * hashes of what else is in an ID, is believed. */
static enum err check_options(const json_t *ours, const char *where, const struct record *record,
                              struct error *error) {
    const char *version = json_string_value(json_object_get(ours, "version"));
    char id[CONFIG_ID_LENGTH + 1];
    if (!version || strcmp(version, machine_version()) || !json_object_get(ours, "behaviour")) return ERR_OK;
    enum err code = identity_recorded(&record->config, ours, id, error);
    if (code) return err_prefix(error, code, "%s", where);
    if (!strcmp(id, record->run)) return ERR_OK;
    return err_set(error, ERR_INPUT, "%s: the options in it are of run %s, not of this run", where, id);
}

static enum err read_config(const char *directory, struct record *record, struct error *error) {
    json_t *json, *options = NULL;
    char where[CONFIG_PATH_MAX];
    enum err code = json_file_read_in(directory, LAYOUT_CONFIG, CONFIG_BYTES_MAX, 0, &json, error);
    if (code) return code;
    json_t *ours = json_object_get(json, "cotnoise");
    const char *id = json_string_value(json_object_get(ours, "id"));
    snprintf(where, sizeof where, "%s/" LAYOUT_CONFIG, directory);
    options = json_object_get(ours, "options");
    if (!json_is_object(options))
        code = err_set(error, ERR_INPUT, "%s: the options of the run (\"cotnoise\") are missing", where);
    else if (!id || strcmp(id, record->run))
        code = err_set(error, ERR_INPUT, "%s: is of %s%s, not of this run", where,
                       id ? "run " : "something else", id ? id : "");
    if (!code) code = take_unknown_start(json_object_get(options, "start"), record, error);
    if (!code) code = take_unknown(options, "", record, error);
    if (!code) code = config_from_json(options, where, &record->config, error);
    if (!code) code = check_options(ours, where, record, error);
    if (!code) {
        describe_machine(json_object_get(ours, "machine"), record);
        code = record_describe(record, error);
    }
    json_decref(json);
    return code;
}

/* --- what came out: result.json -------------------------------------------------------------------- */

static enum err check_directory(const char *directory, bool *exists, struct error *error) {
    struct stat status;
    *exists = !lstat(directory, &status);
    if (!*exists && (errno == ENOENT || errno == ENOTDIR)) return ERR_OK;
    if (!*exists) return err_set(error, ERR_INPUT, "%s: %s", directory, strerror(errno));
    if (S_ISLNK(status.st_mode))
        return err_set(error, ERR_INPUT, "%s: is a link, not a directory", directory);
    if (!S_ISDIR(status.st_mode)) return err_set(error, ERR_INPUT, "%s: is not a directory", directory);
    return ERR_OK;
}

static enum err read_result(const char *directory, const char *id, json_t *json, struct record *record,
                            struct error *error) {
    const char *said = json_string_value(json_object_get(json, "run"));
    if (said && id && strcmp(said, id))
        return err_set(error, ERR_INPUT, "%s/" LAYOUT_RESULT ": is of run %s, not of this run (%s)",
                       directory, said, id);
    enum err code = columns_read(json, record, error);
    if (code) return err_prefix(error, code, "%s/" LAYOUT_RESULT, directory);
    if (!said) return err_set(error, ERR_INPUT, "%s/" LAYOUT_RESULT ": \"run\" is not text", directory);
    record->run = memory_string(said);
    return record->run ? read_config(directory, record, error) : err_memory(error, "results");
}

enum err run_record_read(const char *directory, const char *id, bool *complete, struct record *out,
                         struct error *error) {
    json_t *json = NULL;
    bool exists;
    *complete = false;
    enum err code = check_directory(directory, &exists, error);
    if (!code && exists)
        code =
            json_file_read_in(directory, LAYOUT_RESULT, RESULT_BYTES_MAX, JSON_FILE_MAY_LACK, &json, error);
    if (code || !json) return code;
    struct record *record = memory_array(1, sizeof *record);
    if (!record) {
        json_decref(json);
        return err_memory(error, "results");
    }
    code = read_result(directory, id, json, record, error);
    json_decref(json);
    *complete = !code;
    if (!code && out)
        *out = *record;
    else
        record_free(record);
    free(record);
    return code;
}

enum err run_record_write(const char *directory, const struct record *record, struct error *error) {
    return json_file_write_in(directory, LAYOUT_RESULT, columns_json(record), error);
}

enum err run_record_write_config(const char *directory, json_t *provenance, struct error *error) {
    json_t *json = NULL;
    enum err code =
        json_file_read_in(directory, LAYOUT_CONFIG, CONFIG_BYTES_MAX, JSON_FILE_MAY_LACK, &json, error);
    if (code == ERR_RUNTIME) {
        json_decref(provenance);
        return code;
    }
    if (!json) json = json_object(); /* what cannot be read is no model's */
    if (!provenance || !json || json_object_set_new(json, "cotnoise", provenance)) {
        if (!json) json_decref(provenance);
        json_decref(json);
        return err_memory(error, "the record of a run");
    }
    return json_file_write_in(directory, LAYOUT_CONFIG, json, error);
}

json_t *run_record_provenance(const struct config *config, const char *id, json_t *identity) {
    char processor[128];
    const char *products = config->model.width > LINEAR_PORTABLE_WIDTH ? "openblas" : "portable";
    machine_processor(processor, sizeof processor);
    json_t *made = json_pack(
        "{s:s, s:s, s:s, s:I, s:s, s:o, s:{s:s, s:s?, s:s?, s:i}}", "version", machine_version(), "commit",
        machine_commit(), "id", id, "seed", (json_int_t)config->seed, "arithmetic",
        *config->trainer ? "trainer" : products, "options", config_json(config), "machine", "cpu", processor,
        "level", levels_name(), "openblas_core", openblas_core(), "threads", config->train.threads);
    if (!made || !identity || !json_object_update(made, identity)) return made;
    json_decref(made);
    return NULL;
}

/* --- out of the way -------------------------------------------------------------------------------- */

enum err run_record_set_aside(const char *path, struct error *error) {
    struct buffer aside = {0};
    enum err code = ERR_OK;
    struct stat status;
    for (int n = 1; n <= ASIDE_MAX; n++) {
        buffer_clear(&aside);
        buffer_printf(&aside, n > 1 ? "%s" LAYOUT_ASIDE "-%d" : "%s" LAYOUT_ASIDE, path, n);
        if (aside.failed || lstat(aside.bytes, &status)) break;
    }
    if (aside.failed)
        code = err_memory(error, path);
    else if (rename(path, aside.bytes))
        code = err_set(error, ERR_RUNTIME, "%s: cannot be set aside: %s", path, strerror(errno));
    buffer_free(&aside);
    return code;
}

static const char *const lock[] = {LAYOUT_LOCK, NULL};

static enum err clear_one(const char *path, void (*tell)(void *context, const char *message), void *context,
                          struct error *error) {
    struct stat status;
    if (lstat(path, &status) || S_ISREG(status.st_mode)) return ERR_OK;
    enum err code = run_record_set_aside(path, error);
    if (code) return code;
    struct error message;
    err_set(&message, ERR_OK, "%s: is %s; it is set aside", path,
            S_ISLNK(status.st_mode) ? "a link" : "not a plain file");
    tell(context, message.message);
    return ERR_OK;
}

enum err run_record_clear(const char *directory, enum run_record_names which,
                          void (*tell)(void *context, const char *message), void *context,
                          struct error *error) {
    enum err code = ERR_OK;
    for (const char *const *name = which == RUN_RECORD_LOCK ? lock : layout_run_files; *name && !code;
         name++) {
        if (!strcmp(*name, LAYOUT_RESULT)) continue; /* the run itself says what is wrong with it */
        char *path = file_join(directory, *name);
        code = path ? clear_one(path, tell, context, error) : err_memory(error, directory);
        free(path);
    }
    return code;
}
