/* The note of a job array. See array_note.h. */
#include "record/array_note.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_file.h"
#include "record/layout.h"

enum { NOTE_BYTES = 4096 };

bool array_note_read(const char *root, struct array_note *note) {
    json_t *json;
    const char *job, *cluster, *digest;
    struct array_note made;
    if (json_file_read_in(root, LAYOUT_JOB, NOTE_BYTES, 0, &json, NULL)) return false;
    bool found = !json_unpack(json, "{s:s, s:s, s:i, s:s}", "job", &job, "cluster", &cluster, "tasks",
                              &made.tasks, "spec", &digest);
    if (found) {
        snprintf(made.job, sizeof made.job, "%s", job);
        snprintf(made.cluster, sizeof made.cluster, "%s", cluster);
        snprintf(made.digest, sizeof made.digest, "%s", digest);
        *note = made;
    }
    json_decref(json);
    return found;
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
