/* The note that a failed run leaves in its directory. See failure.h. */
#include "record/failure.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_file.h"

#define FILE_NAME "failed.json"

enum { NOTE_BYTES = 1 << 16, ATTEMPTS_MOST = 1000000 };

static json_int_t earlier_attempts(const char *directory) {
    json_t *json;
    if (json_file_read_in(directory, FILE_NAME, NOTE_BYTES, 0, &json, NULL)) return 0;
    json_int_t attempts = json_integer_value(json_object_get(json, "attempts"));
    json_decref(json);
    return attempts < 0 || attempts > ATTEMPTS_MOST ? 0 : attempts;
}

enum err failure_write(const char *directory, const char *reason, int exit_status, const char *cell,
                       struct error *error) {
    json_t *json = json_pack("{s:o, s:i, s:I, s:o}", "reason", json_file_text(reason), "exit", exit_status,
                             "attempts", earlier_attempts(directory) + 1, "cell", json_file_text(cell));
    return json_file_write_in(directory, FILE_NAME, json, error);
}

void failure_clear(const char *directory) {
    char *path = file_join(directory, FILE_NAME);
    if (path) unlink(path);
    free(path);
}
