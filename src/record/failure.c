/* The note that a failed run leaves in its directory. See failure.h. */
#include "record/failure.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_file.h"
#include "base/utf8.h"
#include "record/layout.h"

enum { NOTE_BYTES = 1 << 16, ATTEMPTS_MOST = 1000000 };

enum err failure_read(const char *directory, bool *exists, struct failure *failure, struct error *error) {
    json_t *json;
    enum err code = json_file_read_in(directory, LAYOUT_FAILED, NOTE_BYTES, JSON_FILE_MAY_LACK, &json, error);
    if (code) return code;
    *exists = json != NULL;
    if (!json) return ERR_OK;
    const char *reason = json_string_value(json_object_get(json, "reason"));
    double attempts = json_number_value(json_object_get(json, "attempts"));
    struct error line; /* made harmless */
    err_set(&line, ERR_OK, "%s", reason ? reason : "no reason was recorded");
    utf8_cut(line.message, FAILURE_REASON_LENGTH - 1);
    strcpy(failure->reason, line.message);
    failure->attempts = attempts >= 1 && attempts <= ATTEMPTS_MOST ? (int)attempts : 0;
    json_decref(json);
    return ERR_OK;
}

enum err failure_write(const char *directory, const char *reason, int exit_status, const char *cell,
                       struct error *error) {
    struct failure before = {.attempts = 0};
    bool exists;
    if (failure_read(directory, &exists, &before, NULL)) before.attempts = 0;
    return json_file_write_in(directory, LAYOUT_FAILED,
                              json_pack("{s:o, s:i, s:i, s:o}", "reason", json_file_text(reason), "exit",
                                        exit_status, "attempts", before.attempts + 1, "cell",
                                        json_file_text(cell)),
                              error);
}

void failure_clear(const char *directory) {
    char *path = file_join(directory, LAYOUT_FAILED);
    if (path) unlink(path);
    free(path);
}
