/* The note of a run that a program of the user's trains. See trainer_note.h. */
#define _GNU_SOURCE 1 /* dirfd, fstatat */
#include "record/trainer_note.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json_file.h"
#include "base/temporary.h"
#include "record/layout.h"

enum { NOTE_BYTES = 4096, STATUS_MOST = 255 };

enum err trainer_note_read(const char *directory, const char *id, struct trainer_note *note,
                           struct error *error) {
    json_t *json = NULL;
    *note = (struct trainer_note){.status = TRAINER_UNFINISHED};
    snprintf(note->run, sizeof note->run, "%s", id);
    enum err code =
        json_file_read_in(directory, LAYOUT_TRAINER, NOTE_BYTES, JSON_FILE_MAY_LACK, &json, error);
    if (code) return code == ERR_RUNTIME ? code : ERR_OK;
    const char *run = json_string_value(json_object_get(json, "run"));
    const json_t *status = json_object_get(json, "status");
    double seconds = json_number_value(json_object_get(json, "seconds"));
    if (run && !strcmp(run, id)) {
        json_int_t number = json_is_integer(status) ? json_integer_value(status) : TRAINER_UNFINISHED;
        if (number >= 0 && number <= STATUS_MOST) note->status = (int)number;
        if (seconds > 0 && seconds < 1e12) note->seconds = seconds;
        note->faulty = !json_is_false(json_object_get(json, "faulty"));
    }
    json_decref(json);
    return ERR_OK;
}

enum err trainer_note_write(const char *directory, const struct trainer_note *note, struct error *error) {
    json_t *status = note->status < 0 ? json_null() : json_integer(note->status);
    return json_file_write_in(directory, LAYOUT_TRAINER,
                              json_pack("{s:s, s:o, s:f, s:b}", "run", note->run, "status", status, "seconds",
                                        note->seconds, "faulty", note->faulty),
                              error);
}

/* Whether a name in a run's directory is one that we give, whole or in the making. */
static bool is_ours(const char *name) {
    size_t length = temporary_stem(name);
    bool ours = name[0] == '.' || !strcmp(name, LAYOUT_LOCK);
    for (const char *const *file = layout_run_files; *file && !ours; file++)
        ours = strlen(*file) == length && !strncmp(name, *file, length);
    return ours;
}

int64_t trainer_note_latest(const char *directory) {
    int64_t latest = 0;
    char *log = file_join(directory, LAYOUT_TRAINER_LOG);
    DIR *open_directory = log && file_exists(log) ? opendir(directory) : NULL;
    struct stat status;
    for (struct dirent *entry; open_directory && (entry = readdir(open_directory));) {
        if (is_ours(entry->d_name)) continue;
        if (fstatat(dirfd(open_directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW)) continue;
        int64_t time = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
        if (time > latest) latest = time;
    }
    if (open_directory) closedir(open_directory);
    free(log);
    return latest;
}
