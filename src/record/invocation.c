/* How a sweep was asked for. See invocation.h. */
#include "record/invocation.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json_file.h"
#include "base/memory.h"
#include "record/layout.h"
#include "record/machine.h"

enum { FILE_BYTES_MAX = 1 << 22 };

enum err invocation_write(const char *root, const struct invocation *invocation, const struct spec *spec,
                          struct error *error) {
    json_t *contents;
    enum err code = spec_contents(spec, &contents, error);
    if (code) return code;
    json_t *overrides = json_array();
    for (int i = 0; overrides && i < invocation->count; i++)
        json_array_append_new(overrides, json_file_text(invocation->overrides[i]));
    json_t *json =
        json_pack("{s:o, s:o, s:s, s:s, s:o}", "command", json_file_text(invocation->command), "overrides",
                  overrides, "version", machine_version(), "commit", machine_commit(), "contents", contents);
    return json_file_write_in(root, LAYOUT_SWEEP, json, error);
}

/* *json is NULL when there is no such file. */
static enum err read_json(const char *root, json_t **json, struct error *error) {
    return json_file_read_in(root, LAYOUT_SWEEP, FILE_BYTES_MAX, JSON_FILE_MAY_LACK, json, error);
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
    char *path = file_join(root, LAYOUT_SPEC);
    if (!words || !path) code = err_memory(error, "the spec");
    for (size_t i = 0; i < count && !code; i++) {
        words[i] = json_string_value(json_array_get(overrides, i));
        if (!words[i]) code = err_set(error, ERR_INPUT, "%s/" LAYOUT_SWEEP ": overrides must be text", root);
    }
    if (!code) code = spec_read_kept(path, words, (int)count, json_object_get(json, "contents"), spec, error);
    free(path);
    free(words);
    json_decref(json);
    return code;
}
