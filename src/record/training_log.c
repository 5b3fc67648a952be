/* What training tells as it goes. See training_log.h. */
#include "record/training_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "record/record.h"
#include "record/tensorboard.h"

static enum err cannot_write(const char *path, struct error *error) {
    return err_set(error, ERR_RUNTIME, "%s: cannot write: %s", path, strerror(errno));
}

enum err training_log_open(struct training_log *log, const char *directory, bool tensorboard,
                           struct training_log_size kept, struct error *error) {
    *log = (struct training_log){.metrics_path = file_join(directory, RECORD_METRICS),
                                 .events_path = file_join(directory, TENSORBOARD_FILE)};
    if (!log->metrics_path || !log->events_path) return err_memory(error, "the training log");
    log->metrics = fopen(log->metrics_path, "abe");
    struct stat status;
    if (!log->metrics || fstat(fileno(log->metrics), &status) ||
        (status.st_size > kept.metrics && ftruncate(fileno(log->metrics), kept.metrics)))
        return cannot_write(log->metrics_path, error);
    bool is_new;
    return tensorboard ? tensorboard_open(log->events_path, kept.events, &log->events, &is_new, error)
                       : ERR_OK;
}

static double wall_time(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Numbers of a training curve: nine digits tell any two floats apart. */
void training_log_step(const struct training_log *log, int64_t step, int64_t tokens,
                       const struct learner_step *result, double learning_rate, double tokens_per_second) {
    fprintf(log->metrics,
            "{\"step\":%lld,\"tokens\":%lld,\"loss\":%.9g,\"learning_rate\":%.9g,\"gradient_norm\":%.9g,"
            "\"tokens_per_second\":%.0f}\n",
            (long long)step, (long long)tokens, result->loss, learning_rate, result->gradient_norm,
            tokens_per_second);
    const struct tensorboard_scalar scalars[] = {
        {"loss", result->loss}, {"learning_rate", learning_rate}, {"gradient_norm", result->gradient_norm}};
    if (log->events) tensorboard_write(log->events, wall_time(), step, scalars, 3);
}

void training_log_evaluation(const struct training_log *log, int64_t step, int64_t tokens,
                             const struct evaluation *e) {
    fprintf(log->metrics,
            "{\"step\":%lld,\"tokens\":%lld,\"accuracy\":%.9g,\"accuracy_low\":%.9g,\"accuracy_high\":%.9g,"
            "\"test_loss\":%.9g}\n",
            (long long)step, (long long)tokens, e->accuracy, e->interval.low, e->interval.high, e->test_loss);
    const struct tensorboard_scalar scalars[] = {{"accuracy", e->accuracy}, {"test_loss", e->test_loss}};
    if (log->events) tensorboard_write(log->events, wall_time(), step, scalars, 2);
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
