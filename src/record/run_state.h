/* What a run that was cut off goes on from, besides weights and optimiser: the note in its state file. */
#ifndef COTNOISE_RECORD_RUN_STATE_H
#define COTNOISE_RECORD_RUN_STATE_H

#include <jansson.h>

#include "base/err.h"
#include "record/training_log.h"
#include "spec/config.h"

struct run_state {
    char id[CONFIG_ID_LENGTH + 1];
    int64_t tokens;      /* trained so far */
    double seconds;      /* of training so far */
    double accuracy;     /* of the latest validation; NaN before */
    int64_t validated;   /* the step of it; -1: not kept, of the step at hand */
    const char *stopped; /* why training ended, one of outcome_stops; NULL while it goes on */
    struct training_log_size
        logs;       /* what a killed process wrote after this is cut off before it is written again */
    json_t *method; /* what a method of reinforcement learning goes on from; NULL: there is none */
};

/* Why training ends: "end", "max_steps", "stop_at"; NULL-terminated. */
extern const char *const run_state_stops[];

/* The note as text, to be freed. ERR_RUNTIME without memory. */
enum err run_state_write(const struct run_state *state, char **note, struct error *error);

/* The inverse; release with run_state_free. ERR_INPUT when it is no such note; the message has no place. */
enum err run_state_read(const char *note, struct run_state *state, struct error *error);

/* Releases what the state holds; harmless on a zeroed one. */
void run_state_free(struct run_state *state);

#endif
