/* What identifies a run. See identity.h; start reading at identity_of. */
#define _GNU_SOURCE /* tdestroy, twalk_r */
#include "spec/identity.h"

#include <assert.h>
#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "base/buffer.h"
#include "base/content.h"
#include "base/json_file.h"
#include "base/memory.h"
#include "data/behaviour.h"
#include "nn/checkpoint.h"
#include "noise/noises.h"
#include "spec/options.h"
#include "tasks/tasks.h"

enum { DIGITS = CONFIG_ID_LENGTH + 1 }; /* of any hash, with the NUL */

static void print_hash(uint64_t hash, char text[DIGITS]) { snprintf(text, DIGITS, "%016" PRIx64, hash); }

/* --- files ----------------------------------------------------------------------------------------- */

/* What came of a look at a path. */
struct content {
    enum option_content kind; /* as what it was looked at */
    const char *path;
    uint64_t hash;
    char *fault; /* why it has none; NULL: it has */
    char text[]; /* the path */
};

static int compare_contents(const void *a, const void *b) {
    const struct content *first = a, *second = b;
    return first->kind != second->kind ? (int)first->kind - (int)second->kind
                                       : strcmp(first->path, second->path);
}

static void content_free(void *node) {
    struct content *content = node;
    free(content->fault);
    free(content);
}

void identity_free(struct identity *identity) {
    tdestroy(identity->contents, content_free);
    *identity = (struct identity){0};
}

static const struct content *find_content(const struct identity *identity, enum option_content kind,
                                          const char *path) {
    const struct content key = {.kind = kind, .path = path};
    struct content *const *found = tfind(&key, &identity->contents, compare_contents);
    return found ? *found : NULL;
}

/* Keeps what is not there yet. NULL without memory. */
static const struct content *add_content(struct identity *identity, enum option_content kind,
                                         const char *path, uint64_t hash, const char *fault) {
    size_t length = strlen(path);
    struct content *content = memory_array(1, sizeof *content + length + 1);
    if (!content) return NULL;
    memcpy(content->text, path, length + 1);
    content->kind = kind;
    content->path = content->text;
    content->hash = hash;
    content->fault = fault ? memory_string(fault) : NULL;
    if ((content->fault || !fault) && tsearch(content, &identity->contents, compare_contents)) return content;
    content_free(content);
    return NULL;
}

/* Whether only the run itself can read it: standard input, a pipe. */
static bool is_stream(const char *path) {
    struct stat status;
    return !strcmp(path, "-") ||
           (!stat(path, &status) && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode));
}

static const char *content_name(enum option_content kind) { return kind == CONTENT_MODEL ? "init" : "data"; }

/* 16 hexadecimal digits. */
static bool read_hash(const json_t *json, uint64_t *hash) {
    const char *digits = json_string_value(json);
    if (!digits || strlen(digits) != CONFIG_ID_LENGTH ||
        strspn(digits, "0123456789abcdef") != CONFIG_ID_LENGTH)
        return false;
    *hash = strtoull(digits, NULL, 16);
    return true;
}

/* What a file held that is not found now: it is taken to be elsewhere, unchanged. */
static bool is_remembered(const struct identity *identity, enum option_content kind, const char *path,
                          uint64_t *hash) {
    const json_t *paths = json_object_get(identity->remembered, content_name(kind));
    struct stat status;
    return read_hash(json_object_get(paths, path), hash) && stat(path, &status);
}

/* A hash that stands in a record; `section` is NULL for a member of the record itself. */
static enum err read_recorded(const json_t *recorded, const char *section, const char *name, uint64_t *hash,
                              struct error *error) {
    const json_t *from =
        section ? json_object_get(json_object_get(recorded, "behaviour"), section) : recorded;
    return read_hash(json_object_get(from, name), hash)
               ? ERR_OK
               : err_set(error, ERR_INPUT, "the hash of %s is missing", name);
}

/* What the option's path leads to; *content is NULL where the option has none or says nothing. */
static enum err look_at(struct identity *identity, const struct option_row *row, const char *path,
                        const struct content **content, struct error *error) {
    *content = NULL;
    if (!row->content || !*path || (*content = find_content(identity, row->content, path))) return ERR_OK;
    struct error fault;
    uint64_t hash = 0;
    enum err code;
    if (is_remembered(identity, row->content, path, &hash))
        code = ERR_OK;
    else if (identity->recorded)
        code = read_recorded(identity->recorded, NULL, content_name(row->content), &hash, &fault);
    else if (row->content == CONTENT_MODEL)
        code = checkpoint_content(path, &hash, &fault);
    else if (is_stream(path))
        code = err_set(&fault, ERR_INPUT, "'%s' can be read once only; a sweep needs a file", path);
    else
        code = content_of_file(path, &hash, &fault);
    if (code == ERR_INPUT)
        err_prefix(&fault, code, "%s", row->name);
    else if (code)
        return err_set(error, code, "%s", fault.message);
    *content = add_content(identity, row->content, path, hash, code ? fault.message : NULL);
    return *content ? ERR_OK : err_memory(error, "the identity of a run");
}

enum err identity_give(struct identity *identity, const char *path, uint64_t content, struct error *error) {
    assert(!find_content(identity, CONTENT_FILE, path));
    return add_content(identity, CONTENT_FILE, path, content, NULL)
               ? ERR_OK
               : err_memory(error, "the identity of a run");
}

/* --- behaviour ------------------------------------------------------------------------------------- */

static int number_of(const struct task *task) {
    int number = 0;
    while (task_list[number] && task_list[number] != task) number++;
    assert(task_list[number]);
    return number;
}

/* Looks at a task once. */
static enum err behaviour(const struct task *task, int kind, uint64_t *known, struct error *error) {
    return *known ? ERR_OK : behaviour_of(task, kind, known, error);
}

enum err identity_task(struct identity *identity, const struct task *task, uint64_t *hash,
                       struct error *error) {
    if (identity->recorded) return read_recorded(identity->recorded, "tasks", task->name, hash, error);
    uint64_t *known = &identity->task[number_of(task)];
    enum err code = behaviour(task, BEHAVIOUR_CLEAN, known, error);
    if (!code) *hash = *known;
    return code;
}

enum err identity_noise(struct identity *identity, const struct mix *mix, int kind, uint64_t *hash,
                        struct error *error) {
    uint64_t sum = 0;
    if (identity->recorded)
        return read_recorded(identity->recorded, "noises", noise_list[kind]->name, hash, error);
    for (int i = 0; i < mix->entries; i++) {
        const struct task *task = mix->entry[i].task;
        uint64_t *known = &identity->noised[number_of(task)][kind];
        enum err code = behaviour(task, kind, known, error);
        if (code) return code;
        sum = XXH64(known, sizeof *known, sum);
    }
    *hash = sum;
    return ERR_OK;
}

/* --- the ID ---------------------------------------------------------------------------------------- */

/* Appends an option, with what is in a file instead of its path. Where that is not known, *fault says why. */
static enum err add_option(struct identity *identity, const struct config *config, struct option_ref option,
                           const struct content **fault, struct buffer *text, struct error *error) {
    char name[OPTION_NAME_MAX], digits[DIGITS];
    struct option_value value = option_get(option, config);
    const struct content *content = NULL;
    if (option.row->content) {
        enum err code = look_at(identity, option.row, value.text, &content, error);
        if (code) return code;
    }
    if (content && content->fault && !*fault) *fault = content;
    if (content && !content->fault) {
        print_hash(content->hash, digits);
        value.text = digits;
    }
    option_name(option, config->mix.entries, name);
    buffer_printf(text, ",\"%s\":", name);
    option_print(option.row, value, text);
    return ERR_OK;
}

static enum err add_options(struct identity *identity, const struct config *config,
                            const struct content **fault, struct buffer *text, struct error *error) {
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; row->matters && i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            if (!option_has_effect(option, config)) continue;
            enum err code = add_option(identity, config, option, fault, text, error);
            if (code) return code;
        }
    return ERR_OK;
}

static enum err add_behaviours(struct identity *identity, const struct mix *mix, struct buffer *text,
                               struct error *error) {
    char digits[DIGITS];
    uint64_t hash;
    for (int i = 0; i < mix->entries; i++) {
        enum err code = identity_task(identity, mix->entry[i].task, &hash, error);
        if (code) return code;
        print_hash(hash, digits);
        buffer_printf(text, ",\"%s\":\"%s\"", mix->entry[i].task->name, digits);
    }
    for (int kind = 0; noise_list[kind]; kind++) {
        if (!mix_noise_acts(mix, kind)) continue;
        enum err code = identity_noise(identity, mix, kind, &hash, error);
        if (code) return code;
        print_hash(hash, digits);
        buffer_printf(text, ",\"noise %s\":\"%s\"", noise_list[kind]->name, digits);
    }
    return ERR_OK;
}

enum err identity_of(struct identity *identity, const struct config *config, char id[CONFIG_ID_LENGTH + 1],
                     struct error *error) {
    struct buffer text = {0};
    const struct content *fault = NULL;
    buffer_text(&text, "{\"version\":\"" COTNOISE_VERSION "\"");
    enum err code = add_options(identity, config, &fault, &text, error);
    if (!code) code = add_behaviours(identity, &config->mix, &text, error);
    if (*config->parent) buffer_printf(&text, ",\"parent\":\"%s\"", config->parent);
    buffer_char(&text, '}');
    if (!code && text.failed) code = err_memory(error, "the identity of a run");
    if (!code) print_hash(XXH64(text.bytes, text.length, 0), id);
    if (!code && fault) code = err_set(error, ERR_INPUT, "%s", fault->fault);
    buffer_free(&text);
    return code;
}

enum err identity_check_files(const struct config *config, struct error *error) {
    struct identity *identity = memory_array(1, sizeof *identity);
    char id[CONFIG_ID_LENGTH + 1];
    enum err code = identity ? ERR_OK : err_memory(error, "the identity of a run");
    if (!code && is_stream(config->data.file)) code = identity_give(identity, config->data.file, 0, error);
    if (!code) code = identity_of(identity, config, id, error);
    if (identity) identity_free(identity);
    free(identity);
    return code;
}

struct contents_walk {
    json_t *json;
    bool failed;
};

/* A path that is not UTF-8 cannot stand in JSON and is left out. */
static void add_to_contents(const void *node, VISIT visit, void *context) {
    const struct content *content = *(struct content *const *)node;
    struct contents_walk *walk = context;
    if (visit == preorder || visit == endorder || content->fault || walk->failed) return;
    json_t *path = json_file_text(content->path);
    json_t *paths = json_object_get(walk->json, content_name(content->kind));
    char digits[DIGITS];
    print_hash(content->hash, digits);
    walk->failed = !path || !paths;
    if (!walk->failed && !strcmp(json_string_value(path), content->path))
        walk->failed = json_object_set_new(paths, content->path, json_string(digits));
    json_decref(path);
}

enum err identity_contents(const struct identity *identity, json_t **json, struct error *error) {
    struct contents_walk walk = {.json = json_pack("{s:{}, s:{}}", "data", "init")};
    if (walk.json) twalk_r(identity->contents, add_to_contents, &walk);
    if (!walk.json || walk.failed) {
        json_decref(walk.json);
        return err_memory(error, "the contents of files");
    }
    *json = walk.json;
    return ERR_OK;
}

enum err identity_recorded(const struct config *config, const json_t *recorded, char id[CONFIG_ID_LENGTH + 1],
                           struct error *error) {
    struct identity identity = {.recorded = recorded};
    enum err code = identity_of(&identity, config, id, error);
    identity_free(&identity);
    return code;
}

/* --- the record ------------------------------------------------------------------------------------ */

static enum err put_hash(json_t *object, const char *name, uint64_t hash, struct error *error) {
    char digits[DIGITS];
    print_hash(hash, digits);
    return json_object_set_new(object, name, json_string(digits)) ? err_memory(error, "the record of a run")
                                                                  : ERR_OK;
}

/* Nothing where there is no such file. */
static enum err put_content(const struct identity *identity, json_t *object, const char *name,
                            enum option_content kind, const char *path, struct error *error) {
    const struct content *content = *path ? find_content(identity, kind, path) : NULL;
    return content && !content->fault ? put_hash(object, name, content->hash, error) : ERR_OK;
}

static enum err put_behaviours(struct identity *identity, const struct mix *mix, json_t *tasks,
                               json_t *noises, struct error *error) {
    uint64_t hash;
    enum err code = ERR_OK;
    for (int i = 0; i < mix->entries && !code; i++) {
        code = identity_task(identity, mix->entry[i].task, &hash, error);
        if (!code) code = put_hash(tasks, mix->entry[i].task->name, hash, error);
    }
    for (int kind = 0; noise_list[kind] && !code; kind++) {
        if (!mix_noise_acts(mix, kind)) continue;
        code = identity_noise(identity, mix, kind, &hash, error);
        if (!code) code = put_hash(noises, noise_list[kind]->name, hash, error);
    }
    return code;
}

enum err identity_json(struct identity *identity, const struct config *config, json_t **json,
                       struct error *error) {
    json_t *tasks = json_object(), *noises = json_object();
    enum err code = put_behaviours(identity, &config->mix, tasks, noises, error);
    json_t *made = json_pack("{s:{s:o, s:o}}", "behaviour", "tasks", tasks, "noises", noises);
    if (!code && !made) code = err_memory(error, "the record of a run");
    if (!code) code = put_content(identity, made, "data", CONTENT_FILE, config->data.file, error);
    if (!code) code = put_content(identity, made, "init", CONTENT_MODEL, config->model.init, error);
    if (code)
        json_decref(made);
    else
        *json = made;
    return code;
}
