/* The note of the Slurm job array that works on a sweep: slurm.json. */
#ifndef COTNOISE_RECORD_ARRAY_NOTE_H
#define COTNOISE_RECORD_ARRAY_NOTE_H

#include <stdbool.h>

#include "base/err.h"

enum { ARRAY_NOTE_JOB = 31, ARRAY_NOTE_CLUSTER = 63, ARRAY_NOTE_DIGEST = 16 };

struct array_note {
    char job[ARRAY_NOTE_JOB + 1];         /* its number; from a file it may be anything */
    char cluster[ARRAY_NOTE_CLUSTER + 1]; /* "" for the only one */
    char digest[ARRAY_NOTE_DIGEST + 1];   /* of the spec and the options that were set */
    int tasks;
};

/* A note that is not there or cannot be read counts as none: *found is false. ERR_RUNTIME without memory. */
enum err array_note_read(const char *root, bool *found, struct array_note *note, struct error *error);
enum err array_note_write(const char *root, const struct array_note *note, struct error *error);
void array_note_forget(const char *root);

#endif
