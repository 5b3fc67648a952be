/* What a run goes on from. See run_state.h. */
#include "record/run_state.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const run_state_stops[] = {"end", "max_steps", "stop_at", NULL};

enum err run_state_write(const struct run_state *state, char **note, struct error *error) {
    json_t *json =
        json_pack("{s:s, s:I, s:f, s:I, s:I, s:f, s:s}", "id", state->id, "tokens", (json_int_t)state->tokens,
                  "seconds", state->seconds, "metrics_bytes", (json_int_t)state->logs.metrics, "events_bytes",
                  (json_int_t)state->logs.events, "accuracy", isnan(state->accuracy) ? -1.0 : state->accuracy,
                  "stopped", state->stopped ? state->stopped : "");
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
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
    json_t *json = json_loads(note, JSON_REJECT_DUPLICATES, NULL);
    const char *id, *stopped;
    json_int_t tokens, metrics, events = 0;
    double seconds, accuracy;
    enum err code = ERR_OK;
    if (!json || json_unpack(json, "{s:s, s:I, s:F, s:I, s?I, s:F, s:s}", "id", &id, "tokens", &tokens,
                             "seconds", &seconds, "metrics_bytes", &metrics, "events_bytes", &events,
                             "accuracy", &accuracy, "stopped", &stopped))
        code = err_set(error, ERR_INPUT, "not a training state of this program");
    if (!code) {
        *state = (struct run_state){.tokens = tokens,
                                    .seconds = seconds,
                                    .accuracy = accuracy < 0 ? NAN : accuracy,
                                    .stopped = known_stop(stopped),
                                    .logs = {metrics, events}};
        snprintf(state->id, sizeof state->id, "%s", id);
    }
    json_decref(json);
    return code;
}
