/* What training tells as it goes. See training_log.h. */
#include "record/training_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonl.h"
#include "record/columns.h"
#include "record/hyperparameters.h"
#include "record/layout.h"
#include "record/metrics.h"
#include "record/tensorboard.h"

static enum err cannot_write(const char *path, struct error *error) {
    return err_set(error, ERR_RUNTIME, "%s: cannot write: %s", path, strerror(errno));
}

static double wall_time(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

enum err training_log_open(struct training_log *log, const char *directory, const struct config *config,
                           bool tensorboard, struct training_log_size kept, struct error *error) {
    *log = (struct training_log){.metrics_path = file_join(directory, LAYOUT_METRICS),
                                 .events_path = file_join(directory, LAYOUT_EVENTS)};
    if (!log->metrics_path || !log->events_path) return err_memory(error, "the training log");
    int64_t size;
    enum err code = file_append(log->metrics_path, &log->metrics, &size, error);
    if (!code && size > kept.metrics && ftruncate(fileno(log->metrics), kept.metrics))
        code = cannot_write(log->metrics_path, error);
    if (code || !tensorboard) return code;
    bool is_new;
    code = tensorboard_open(log->events_path, kept.events, &log->events, &is_new, error);
    if (!code && is_new) code = hyperparameters_write(log->events, wall_time(), config, error);
    return code;
}

/* Numbers of a training curve: nine digits tell any two floats apart. */
enum { DIGITS = 9 };

enum err training_log_step(const struct training_log *log, int64_t step, int64_t tokens,
                           const struct learner_step *result, double learning_rate, double tokens_per_second,
                           struct error *error) {
    const struct tensorboard_scalar scalars[] = {{METRICS_LOSS, result->loss},
                                                 {METRICS_RATE, learning_rate},
                                                 {METRICS_GRADIENT, result->gradient_norm}};
    json_t *line =
        json_pack("{s:I, s:I, s:f, s:f, s:f, s:I}", METRICS_STEP, (json_int_t)step, METRICS_TOKENS,
                  (json_int_t)tokens, METRICS_LOSS, result->loss, METRICS_RATE, learning_rate,
                  METRICS_GRADIENT, result->gradient_norm, METRICS_SPEED, (json_int_t)tokens_per_second);
    if (log->events) tensorboard_write(log->events, wall_time(), step, scalars, 3);
    return jsonl_write(log->metrics, line, DIGITS, error);
}

enum err training_log_iteration(const struct training_log *log, const struct iteration *iteration,
                                struct error *error) {
    struct tensorboard_scalar scalars[TENSORBOARD_SCALARS_MAX];
    json_t *line = iteration_json(iteration);
    int count = iteration_scalars(line, scalars);
    if (log->events && line) tensorboard_write(log->events, wall_time(), iteration->rollouts, scalars, count);
    return jsonl_write(log->metrics, line, DIGITS, error);
}

/* The numbers of an evaluation as scalars. */
struct tested {
    struct tensorboard_scalar scalars[TENSORBOARD_SCALARS_MAX];
    int count;
};

static void add_tested(void *context, const char *name, double value) {
    struct tested *tested = context;
    if (tested->count < TENSORBOARD_SCALARS_MAX)
        tested->scalars[tested->count++] = (struct tensorboard_scalar){name, value};
}

enum err training_log_evaluation(const struct training_log *log, int64_t step, int64_t tokens,
                                 int64_t rollouts, const struct evaluation *evaluation, struct error *error) {
    struct tested tested = {.count = 0};
    json_t *line =
        json_pack("{s:I, s:I}", METRICS_STEP, (json_int_t)step, METRICS_TOKENS, (json_int_t)tokens);
    json_t *measured = columns_evaluation_json(evaluation);
    bool drew = rollouts >= 0;
    int failed = drew ? json_object_set_new(line, METRICS_ROLLOUTS, json_integer(rollouts)) : 0;
    if (failed || !measured || json_object_update(line, measured)) {
        json_decref(line);
        line = NULL;
    }
    json_decref(measured);
    columns_each_tested(evaluation, add_tested, &tested);
    if (log->events)
        tensorboard_write(log->events, wall_time(), drew ? rollouts : step, tested.scalars, tested.count);
    return jsonl_write(log->metrics, line, DIGITS, error);
}

enum err training_log_end(const struct training_log *log, struct error *error) {
    return log->events ? tensorboard_session_end(log->events, wall_time(), error) : ERR_OK;
}

void training_log_flush(const struct training_log *log) {
    if (log->metrics) fflush(log->metrics);
    if (log->events) fflush(log->events);
}

static enum err sync_stream(FILE *stream, const char *path, int64_t *size, struct error *error) {
    struct stat status;
    if (fflush(stream) || fsync(fileno(stream)) || fstat(fileno(stream), &status))
        return cannot_write(path, error);
    /* An earlier flush may have failed and this one not: then lines are missing. */
    if (ferror(stream)) return err_set(error, ERR_RUNTIME, "%s: cannot write", path);
    *size = status.st_size;
    return ERR_OK;
}

enum err training_log_sync(const struct training_log *log, struct training_log_size *size,
                           struct error *error) {
    struct training_log_size now = {0, 0};
    enum err code = sync_stream(log->metrics, log->metrics_path, &now.metrics, error);
    if (!code && log->events) code = sync_stream(log->events, log->events_path, &now.events, error);
    if (!code && size) *size = now;
    return code;
}

enum err training_log_close(struct training_log *log, struct error *error) {
    enum err code = ERR_OK;
    if (log->metrics && fclose(log->metrics)) code = cannot_write(log->metrics_path, error);
    if (log->events && fclose(log->events) && !code) code = cannot_write(log->events_path, error);
    free(log->metrics_path);
    free(log->events_path);
    *log = (struct training_log){0};
    return code;
}
