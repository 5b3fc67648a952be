/* Fuzz target of what commands that go on read of their predecessors: the state of a run that was cut off,
 * how a sweep was asked for, the note of its job array. Whatever the bytes, a message and nothing changed, or
 * values that a run can go on from.
 *
 * The first byte says which file the rest is: s(tate: a safetensors file), n(ote within it), i(nvocation:
 * sweep.json), a(rray: slurm.json), m(etrics.jsonl, of which an event file is made). */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "nn/learner.h"
#include "record/array_note.h"
#include "record/event_file.h"
#include "record/invocation.h"
#include "record/layout.h"
#include "record/run_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATH_LENGTH = 256 };

struct place {
    char directory[64], state[PATH_LENGTH], sweep[PATH_LENGTH], job[PATH_LENGTH], spec[PATH_LENGTH],
        metrics[PATH_LENGTH], events[PATH_LENGTH];
    struct config config;
    struct gpt *gpt;
    struct learner *learner;
};

static void require(bool condition) {
    if (!condition) abort();
}

static void put(const char *path, const void *bytes, size_t length) {
    FILE *stream = fopen(path, "wb");
    require(stream && fwrite(bytes, 1, length, stream) == length && !fclose(stream));
}

static struct place *the_place(void);

static void leave(void) {
    struct place *place = the_place();
    unlink(place->state), unlink(place->sweep), unlink(place->job), unlink(place->spec);
    unlink(place->metrics), unlink(place->events);
    rmdir(place->directory);
    learner_free(place->learner);
    gpt_free(place->gpt);
}

static struct place *the_place(void) {
    static struct place place;
    static const char spec[] = "name: fuzz\ntask: {name: add}\ngrid: {noise.digit: [0, 0.5]}\n";
    struct gpt_config shape = {.vocabulary = 8,
                               .width = 16,
                               .layers = 1,
                               .heads = 1,
                               .ffn = 16,
                               .positions = 8,
                               .rotary_share = 0.5,
                               .rotary_base = 10000,
                               .epsilon = 1e-5};
    struct learner_options options = learner_defaults(8);
    if (place.directory[0]) return &place;
    snprintf(place.directory, sizeof place.directory, "/tmp/cotnoise-fuzz-XXXXXX");
    require(mkdtemp(place.directory) && !gpt_create(&shape, &place.gpt, NULL) &&
            !learner_create(place.gpt, &options, &place.learner, NULL));
    snprintf(place.state, PATH_LENGTH, "%s/%s", place.directory, LAYOUT_STATE);
    snprintf(place.sweep, PATH_LENGTH, "%s/%s", place.directory, LAYOUT_SWEEP);
    snprintf(place.job, PATH_LENGTH, "%s/%s", place.directory, LAYOUT_JOB);
    snprintf(place.spec, PATH_LENGTH, "%s/%s", place.directory, LAYOUT_SPEC);
    snprintf(place.metrics, PATH_LENGTH, "%s/%s", place.directory, LAYOUT_METRICS);
    snprintf(place.events, PATH_LENGTH, "%s/%s", place.directory, LAYOUT_EVENTS);
    put(place.spec, spec, sizeof spec - 1);
    struct spec *parsed;
    require(!spec_parse("fuzz.yaml", spec, sizeof spec - 1, NULL, 0, &parsed, NULL));
    spec_plain(parsed, &place.config);
    spec_free(parsed);
    atexit(leave);
    return &place;
}

static void read_note(const char *text) {
    struct run_state state;
    struct error error;
    if (run_state_read(text, &state, &error)) return;
    require(state.tokens >= 0 && state.logs.metrics >= 0 && state.logs.events >= 0);
    require(isfinite(state.seconds) && state.seconds >= 0 && !(state.accuracy > 1));
    run_state_free(&state);
}

/* A state that is refused leaves the learner as it was. */
static void read_state(struct place *place) {
    struct error error;
    char *note = NULL;
    gpt_initialise(place->gpt, 1);
    float before = (float)place->gpt->values[0];
    int64_t steps = learner_steps(place->learner);
    if (learner_load(place->learner, place->state, &note, &error)) {
        require((float)place->gpt->values[0] == before && learner_steps(place->learner) == steps && !note);
        return;
    }
    require(learner_steps(place->learner) >= 0);
    for (size_t i = 0; i < place->gpt->parameters; i++) require(isfinite(place->gpt->values[i]));
    read_note(note);
    free(note);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct place *place = the_place();
    if (size < 1) return 0;
    struct error error;
    if (data[0] == 's') {
        put(place->state, data + 1, size - 1);
        read_state(place);
    } else if (data[0] == 'n') {
        char *text = strndup((const char *)data + 1, size - 1);
        if (text) read_note(text);
        free(text);
    } else if (data[0] == 'i') {
        struct spec *spec = NULL;
        put(place->sweep, data + 1, size - 1);
        free(invocation_command(place->directory));
        if (!invocation_spec(place->directory, &spec, &error)) spec_free(spec);
    } else if (data[0] == 'a') {
        struct array_note note;
        bool found = false;
        put(place->job, data + 1, size - 1);
        require(!array_note_read(place->directory, &found, &note, &error));
        if (found) require(strlen(note.job) <= ARRAY_NOTE_JOB && note.tasks > 0);
    } else if (data[0] == 'm') {
        int64_t bytes = 0;
        put(place->metrics, data + 1, size - 1);
        if (!event_file_write(place->directory, &place->config, (int64_t)size - 1, &bytes, &error))
            require(bytes > 0);
    }
    return 0;
}
