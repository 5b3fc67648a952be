/* How a sweep was asked for. See invocation.h. */
#include "record/invocation.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/machine.h"

#define FILE_NAME "sweep.json"

enum { FILE_BYTES_MAX = 1 << 22 };

/* Text that is not UTF-8 (a path) cannot stand in JSON. */
static json_t *printable(const char *text) {
    json_t *json = json_string(text);
    return json ? json : json_string("(not UTF-8)");
}

enum err invocation_write(const char *root, const struct invocation *invocation, struct error *error) {
    json_t *overrides = json_array();
    for (int i = 0; overrides && i < invocation->count; i++)
        json_array_append_new(overrides, printable(invocation->overrides[i]));
    json_t *json = json_pack("{s:o, s:o, s:s, s:s}", "command", printable(invocation->command), "overrides",
                             overrides, "version", machine_version(), "commit", machine_commit());
    char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL, *path = file_join(root, FILE_NAME);
    enum err code = text && path ? file_write(path, text, strlen(text), error) : err_memory(error, FILE_NAME);
    free(path);
    free(text);
    json_decref(json);
    return code;
}

/* *json is NULL when there is no such file. */
static enum err read_json(const char *root, json_t **json, struct error *error) {
    char *path = file_join(root, FILE_NAME), *bytes = NULL;
    size_t length;
    *json = NULL;
    if (!path) return err_memory(error, FILE_NAME);
    enum err code = ERR_OK;
    if (file_exists(path)) {
        code = file_read(path, FILE_BYTES_MAX, &bytes, &length, error);
        if (!code) *json = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
        if (!code && !json_is_object(*json)) code = err_set(error, ERR_INPUT, "%s: not a JSON object", path);
    }
    if (code) {
        json_decref(*json);
        *json = NULL;
    }
    free(bytes);
    free(path);
    return code;
}

char *invocation_command(const char *root) {
    json_t *json;
    if (read_json(root, &json, NULL)) return NULL;
    const char *command = json_string_value(json_object_get(json, "command"));
    char *copy = command ? memory_string(command) : NULL;
    json_decref(json);
    return copy;
}

enum err invocation_spec(const char *root, struct spec **spec, struct error *error) {
    json_t *json;
    enum err code = read_json(root, &json, error);
    if (code) return code;
    json_t *overrides = json_object_get(json, "overrides");
    size_t count = json_array_size(overrides);
    const char **words = memory_array(count, sizeof *words);
    char *path = file_join(root, "spec.yaml");
    if (!words || !path) code = err_memory(error, "the spec");
    for (size_t i = 0; i < count && !code; i++) {
        words[i] = json_string_value(json_array_get(overrides, i));
        if (!words[i]) code = err_set(error, ERR_INPUT, "%s/" FILE_NAME ": overrides must be text", root);
    }
    if (!code) code = spec_read(path, words, (int)count, spec, error);
    free(path);
    free(words);
    json_decref(json);
    return code;
}
