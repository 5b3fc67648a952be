/* The note of a job array. See array_note.h. */
#include "record/array_note.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_file.h"
#include "record/layout.h"

enum { NOTE_BYTES = 4096 };

enum err array_note_read(const char *root, bool *found, struct array_note *note, struct error *error) {
    json_t *json;
    *found = false;
    enum err code = json_file_read_in(root, LAYOUT_JOB, NOTE_BYTES, JSON_FILE_MAY_LACK, &json, error);
    if (code) return code == ERR_RUNTIME ? code : ERR_OK;
    if (!json) return ERR_OK;
    const char *job = json_string_value(json_object_get(json, "job")),
               *cluster = json_string_value(json_object_get(json, "cluster")),
               *digest = json_string_value(json_object_get(json, "spec"));
    const json_t *tasks = json_object_get(json, "tasks");
    *found =
        job && cluster && digest && json_integer_value(tasks) > 0 && json_integer_value(tasks) <= INT_MAX;
    if (*found) {
        note->tasks = (int)json_integer_value(tasks);
        snprintf(note->job, sizeof note->job, "%s", job);
        snprintf(note->cluster, sizeof note->cluster, "%s", cluster);
        snprintf(note->digest, sizeof note->digest, "%s", digest);
    }
    json_decref(json);
    return ERR_OK;
}

enum err array_note_write(const char *root, const struct array_note *note, struct error *error) {
    return json_file_write_in(root, LAYOUT_JOB,
                              json_pack("{s:s, s:s, s:i, s:s}", "job", note->job, "cluster", note->cluster,
                                        "tasks", note->tasks, "spec", note->digest),
                              error);
}

void array_note_forget(const char *root) {
    char *path = file_join(root, LAYOUT_JOB);
    if (path) unlink(path);
    free(path);
}
