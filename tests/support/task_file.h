/* Where the files of a task are: in our folders, or in the folder TASKS_DIR of the environment, from which
 * the Makefile builds the user's own tasks. And which task is asked about. A header alone, as told.h is. */
#ifndef COTNOISE_TESTS_SUPPORT_TASK_FILE_H
#define COTNOISE_TESTS_SUPPORT_TASK_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { TASK_FILE_MAX = 4096 };

/* Writes the path of a file: ours + NAME + end ("tests/golden/", ".txt"), or of a task whose source is in
 * TASKS_DIR TASKS_DIR/ + own + NAME + end ("golden/"). Returns whether it is there. */
static inline bool task_file(const char *ours, const char *own, const char *name, const char *end,
                             char path[TASK_FILE_MAX]) {
    const char *folder = getenv("TASKS_DIR");
    snprintf(path, TASK_FILE_MAX, "%s/%s.c", folder ? folder : "", name);
    if (folder && *folder && file_exists(path))
        snprintf(path, TASK_FILE_MAX, "%s/%s%s%s", folder, own, name, end);
    else
        snprintf(path, TASK_FILE_MAX, "%s%s%s", ours, name, end);
    return file_exists(path);
}

/* Whether a test of all tasks is about this one: COTNOISE_TASK names one alone (`make test-task`). */
static inline bool task_is_asked(const char *name) {
    const char *only = getenv("COTNOISE_TASK");
    return !only || !*only || !strcmp(only, name);
}

#endif
