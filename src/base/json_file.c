/* JSON objects in files of their own. See json_file.h. */
#include "base/json_file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "base/file.h"
#include "base/memory.h"

static thread_local bool no_memory; /* since this thread last began with a text */

static void *allocate(size_t size) {
    void *block = malloc(size);
    if (!block) no_memory = true;
    return block;
}

void json_file_watch_memory(void) { json_set_alloc_funcs(allocate, free); }

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

enum err json_file_parse(const char *path, long line, const char *bytes, size_t length, json_t **json,
                         struct error *error) {
    /* Spaces alone are as empty as nothing: an interrupted write may leave either. */
    size_t spaces = 0;
    while (spaces < length && is_space(bytes[spaces])) spaces++;
    if (spaces == length) return err_set(error, ERR_INPUT, "%s:%ld:1: is empty", path, line);
    json_error_t fault = {0};
    no_memory = false;
    json_t *made = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &fault);
    enum json_error_code reason = json_error_code(&fault);
    /* Also of a text that it could read: characters for which there was no room are then missing. */
    if (no_memory || (!made && (!*fault.text || reason == json_error_out_of_memory))) {
        json_decref(made);
        return err_memory(error, path);
    }
    if (!made)
        return err_set(error, ERR_INPUT, "%s:%ld:%d: %s: %s", path, line + fault.line - 1, fault.column,
                       reason == json_error_premature_end_of_input ? "is cut off" : "not JSON", fault.text);
    if (!json_is_object(made)) {
        json_decref(made);
        return err_set(error, ERR_INPUT, "%s:%ld:1: not a JSON object", path, line);
    }
    *json = made;
    return ERR_OK;
}

enum err json_file_read(const char *path, size_t limit, unsigned terms, json_t **json, struct error *error) {
    char *bytes;
    size_t length;
    enum err code = terms & JSON_FILE_LINKED ? file_read_regular(path, limit, &bytes, &length, error)
                                             : file_read_plain(path, limit, &bytes, &length, error);
    /* Asked after the failure, so that a file which vanishes meanwhile counts as one that is not there. */
    if (code == ERR_INPUT && terms & JSON_FILE_MAY_LACK && file_is_missing(path)) {
        *json = NULL;
        return ERR_OK;
    }
    if (code) return code;
    code = json_file_parse(path, 1, bytes, length, json, error);
    free(bytes);
    return code;
}

char *json_file_dump(const json_t *json, size_t flags) {
    no_memory = false;
    char *text = json ? json_dumps(json, flags) : NULL;
    if (!no_memory) return text;
    free(text);
    return NULL;
}

enum err json_file_write(const char *path, json_t *json, struct error *error) {
    char *text = json_file_dump(json, JSON_INDENT(1));
    enum err code = text ? file_write_plain(path, text, strlen(text), error) : err_memory(error, path);
    free(text);
    json_decref(json);
    return code;
}

enum err json_file_read_in(const char *directory, const char *name, size_t limit, unsigned terms,
                           json_t **json, struct error *error) {
    char *path = file_join(directory, name);
    enum err code = path ? json_file_read(path, limit, terms, json, error) : err_memory(error, name);
    free(path);
    return code;
}

enum err json_file_write_in(const char *directory, const char *name, json_t *json, struct error *error) {
    char *path = file_join(directory, name);
    if (!path) json_decref(json);
    enum err code = path ? json_file_write(path, json, error) : err_memory(error, name);
    free(path);
    return code;
}

bool json_file_count(const json_t *value, int64_t most, int64_t *count) {
    *count = json_integer_value(value);
    return json_is_integer(value) && *count >= 0 && *count <= most;
}

json_t *json_file_text(const char *text) {
    json_t *json = json_string(text);
    char *copy = json ? NULL : memory_string(text);
    if (!copy) return json;
    for (char *c = copy; *c; c++)
        if ((unsigned char)*c > 0x7f) *c = '?';
    json = json_string(copy);
    free(copy);
    return json;
}
