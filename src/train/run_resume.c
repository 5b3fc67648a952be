/* Where one run stands on disk: saved, taken up again, or in the way. See run_work.h. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "record/event_file.h"
#include "record/layout.h"
#include "record/run_record.h"
#include "record/run_state.h"
#include "train/run_work.h"

static bool owns_directory(const struct run_work *run) { return run->hooks && run->hooks->owns_directory; }

double run_work_seconds(const struct run_work *run) {
    return run->seconds_before + clock_seconds() - run->started;
}

enum err run_work_save(struct run_work *run, struct error *error) {
    struct run_state state = {.tokens = run->tokens,
                              .seconds = run_work_seconds(run),
                              .accuracy = run->accuracy,
                              .validated = run->validated,
                              .stopped = run->stopped};
    char *note = NULL;
    memcpy(state.id, run->id, sizeof state.id);
    enum err code = run->method ? run->method->state(run, &state.method, error) : ERR_OK;
    if (!code) code = training_log_sync(&run->log, &state.logs, error);
    if (!code) code = run_state_write(&state, &note, error);
    if (!code) code = learner_save(run->learner, run->state_path, note, error);
    if (!code) run->saved_at = run->step;
    run_state_free(&state);
    free(note);
    return code;
}

/* Moves what is in the way aside and says so; `reason` says what is wrong with it. */
static enum err set_aside(struct run_work *run, const char *path, const struct error *reason,
                          struct error *error) {
    struct error message;
    enum err code = run_record_set_aside(path, error);
    err_set(&message, ERR_OK, "%s; it is set aside, and the run %s", reason->message,
            file_exists(run->state_path) ? "goes on from what it saved" : "starts afresh");
    if (!code) run_work_warn(run, message.message);
    return code;
}

/* The state that lies there, when it is of this run. *found is false where there is none; one that is damaged
 * or of another run is then set aside. */
static enum err find_state(struct run_work *run, bool *found, struct run_state *state, struct error *error) {
    struct error reason;
    char *note = NULL;
    *found = false;
    if (!file_exists(run->state_path)) return ERR_OK;
    enum err code = learner_read_note(run->state_path, &note, &reason);
    if (!code && (code = run_state_read(note, state, &reason)))
        err_prefix(&reason, code, "%s", run->state_path);
    free(note);
    if (code == ERR_RUNTIME) return err_set(error, code, "%s", reason.message);
    bool other = !code && strcmp(state->id, run->id);
    if (other)
        code = err_set(&reason, ERR_INPUT, "%s: is of run %s, not of run %s", run->state_path, state->id,
                       run->id);
    if (other && !owns_directory(run))
        return err_set(error, ERR_INPUT, "%s; remove it to start afresh", reason.message);
    if (!code && run->method && !state->method)
        code = err_set(&reason, ERR_INPUT, "%s: lacks the state of rl.method", run->state_path);
    *found = !code;
    return code ? set_aside(run, run->state_path, &reason, error) : ERR_OK;
}

enum err run_work_begin_afresh(struct run_work *run, const struct error *reason, struct error *error) {
    struct error told;
    err_set(&told, ERR_INPUT, "%s: %s", run->state_path, reason->message);
    enum err code = set_aside(run, run->state_path, &told, error);
    run->afresh = !code;
    return code ? code : ERR_INPUT;
}

enum err run_work_resume(struct run_work *run, struct error *error) {
    struct run_state state = {.tokens = 0};
    struct error reason;
    bool found;
    enum err code = find_state(run, &found, &state, error);
    if (!code && found && (code = learner_load(run->learner, run->state_path, NULL, &reason))) {
        if (code == ERR_RUNTIME) {
            run_state_free(&state);
            return err_set(error, code, "%s", reason.message);
        }
        found = false; /* of another shape: as good as damaged */
        code = set_aside(run, run->state_path, &reason, error);
    }
    if (!code && found && run->method) run->saved = json_incref(state.method);
    run_state_free(&state);
    if (code) return code;
    if (found) {
        run->step = run->saved_at = learner_steps(run->learner);
        run->tokens = run->tokens_before = state.tokens;
        run->seconds_before = state.seconds;
        run->accuracy = state.accuracy;
        run->validated = state.validated < 0 ? run->step : state.validated;
        run->stopped = state.stopped;
    }
    struct training_log_size kept = found ? state.logs : (struct training_log_size){0, 0};
    bool tensorboard = run->hooks && run->hooks->tensorboard;
    /* It was not asked for until now. What cannot be made up for is no reason not to go on. */
    if (tensorboard && kept.metrics && !kept.events)
        code = event_file_write(run->directory, run->config, kept.metrics, &kept.events, error);
    if (code == ERR_RUNTIME) return code;
    return training_log_open(&run->log, run->directory, run->config, tensorboard, kept, error);
}

enum err run_work_complete_events(const struct run_work *run, struct error *error) {
    bool written;
    if (!run->hooks || !run->hooks->tensorboard) return ERR_OK;
    return event_file_ensure(run->directory, run->config, &written, error);
}

enum err run_work_is_complete(struct run_work *run, bool *complete, struct error *error) {
    struct error reason;
    struct record other = {0};
    bool is_other;
    enum err code = run_record_read(run->directory, run->id, complete, NULL, &reason);
    if (!code) return ERR_OK;
    if (code == ERR_RUNTIME) return err_set(error, code, "%s", reason.message);
    if (!owns_directory(run) && !run_record_read(run->directory, NULL, &is_other, &other, NULL) && is_other) {
        record_free(&other);
        return err_set(error, ERR_INPUT, "%s; choose another directory", reason.message);
    }
    char *path = file_join(run->directory, LAYOUT_RESULT);
    code = path ? set_aside(run, path, &reason, error) : err_memory(error, "the run");
    free(path);
    return code;
}
