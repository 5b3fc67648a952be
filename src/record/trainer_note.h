/* What is known of a program of the user's that trains a run (--trainer): trainer.json. */
#ifndef COTNOISE_RECORD_TRAINER_NOTE_H
#define COTNOISE_RECORD_TRAINER_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "spec/config.h"

struct trainer_note {
    char run[CONFIG_ID_LENGTH + 1]; /* whose */
    int status;                     /* its exit status; TRAINER_UNFINISHED when it was stopped */
    double seconds;                 /* that it took, over all attempts that it was seen to end */
    bool faulty;                    /* its completions could not be graded */
};

enum { TRAINER_UNFINISHED = -1 };

/* Reads the note of run `id`; zeroed and TRAINER_UNFINISHED where there is none, or one that cannot be read
 * or is of another run. ERR_RUNTIME without memory. */
enum err trainer_note_read(const char *directory, const char *id, struct trainer_note *note,
                           struct error *error);
enum err trainer_note_write(const char *directory, const struct trainer_note *note, struct error *error);

/* When the program last wrote something of its own into the run's directory, such as a checkpoint to go on
 * from: nanoseconds since 1970; 0 where it did not, or no program trains this run. */
int64_t trainer_note_latest(const char *directory);

#endif
