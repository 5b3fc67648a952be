/* What a run goes on from. See run_state.h. */
#include "record/run_state.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json_file.h"

const char *const run_state_stops[] = {"end", "max_steps", "stop_at", NULL};

enum err run_state_write(const struct run_state *state, char **note, struct error *error) {
    json_t *json = json_pack("{s:s, s:I, s:f, s:I, s:I, s:f, s:I, s:s}", "id", state->id, "tokens",
                             (json_int_t)state->tokens, "seconds", state->seconds, "metrics_bytes",
                             (json_int_t)state->logs.metrics, "events_bytes", (json_int_t)state->logs.events,
                             "accuracy", isnan(state->accuracy) ? -1.0 : state->accuracy, "validated",
                             (json_int_t)state->validated, "stopped", state->stopped ? state->stopped : "");
    if (json && state->method && json_object_set(json, "method", state->method)) {
        json_decref(json);
        json = NULL;
    }
    char *text = json_file_dump(json, JSON_COMPACT);
    json_decref(json);
    if (!text) return err_memory(error, "the training state");
    *note = text;
    return ERR_OK;
}

static const char *known_stop(const char *stopped) {
    for (int i = 0; run_state_stops[i]; i++)
        if (!strcmp(run_state_stops[i], stopped)) return run_state_stops[i];
    return NULL;
}

enum err run_state_read(const char *note, struct run_state *state, struct error *error) {
    json_t *json = NULL;
    enum err code = json_file_parse("the note of a training state", 1, note, strlen(note), &json, error);
    if (code) return code;
    const char *id = json_string_value(json_object_get(json, "id")),
               *stopped = json_string_value(json_object_get(json, "stopped"));
    const json_t *tokens = json_object_get(json, "tokens"), *metrics = json_object_get(json, "metrics_bytes"),
                 *validated = json_object_get(json, "validated"),
                 *events = json_object_get(json, "events_bytes"), *seconds = json_object_get(json, "seconds"),
                 *accuracy = json_object_get(json, "accuracy");
    int64_t counted, logs[2] = {0};
    if (!id || !stopped || !json_file_count(tokens, INT64_MAX, &counted) ||
        !json_file_count(metrics, INT64_MAX, &logs[0]) ||
        (events && !json_file_count(events, INT64_MAX, &logs[1])) ||
        !(json_is_number(seconds) && json_number_value(seconds) >= 0) ||
        !(json_is_number(accuracy) && json_number_value(accuracy) <= 1)) {
        code = err_set(error, ERR_INPUT, "not a training state of this program");
    } else {
        double last = json_number_value(accuracy);
        *state =
            (struct run_state){.tokens = counted,
                               .seconds = json_number_value(seconds),
                               .accuracy = last < 0 ? NAN : last,
                               .validated = json_is_integer(validated) ? json_integer_value(validated) : -1,
                               .stopped = known_stop(stopped),
                               .logs = {logs[0], logs[1]},
                               .method = json_incref(json_object_get(json, "method"))};
        snprintf(state->id, sizeof state->id, "%s", id);
    }
    json_decref(json);
    return code;
}

void run_state_free(struct run_state *state) {
    json_decref(state->method);
    state->method = NULL;
}
