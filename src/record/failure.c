/* The note that a failed run leaves in its directory. See failure.h. */
#include "record/failure.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { NOTE_BYTES = 1 << 16, ATTEMPTS_MOST = 1000000 };

static json_int_t earlier_attempts(const char *path) {
    char *bytes;
    size_t length;
    if (!file_exists(path) || file_read(path, NOTE_BYTES, &bytes, &length, NULL)) return 0;
    json_t *json = json_loadb(bytes, length, 0, NULL);
    json_int_t attempts = json_integer_value(json_object_get(json, "attempts"));
    json_decref(json);
    free(bytes);
    return attempts < 0 || attempts > ATTEMPTS_MOST ? 0 : attempts;
}

/* Text that is not UTF-8 (a path in an error message) cannot stand in JSON. */
static json_t *printable(const char *text) {
    json_t *json = json_string(text);
    return json ? json : json_string("(not UTF-8)");
}

enum err failure_write(const char *directory, const char *reason, int exit_status, const char *cell,
                       struct error *error) {
    char *path = file_join(directory, "failed.json");
    if (!path) return err_memory(error, "failed.json");
    json_t *json = json_pack("{s:o, s:i, s:I, s:o}", "reason", printable(reason), "exit", exit_status,
                             "attempts", earlier_attempts(path) + 1, "cell", printable(cell));
    char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
    enum err code = ERR_OK;
    if (!text) code = err_memory(error, path);
    if (!code) code = file_write(path, text, strlen(text), error);
    free(text);
    json_decref(json);
    free(path);
    return code;
}

void failure_clear(const char *directory) {
    char *path = file_join(directory, "failed.json");
    if (path) unlink(path);
    free(path);
}
