/* An event file from metrics.jsonl. See event_file.h. */
#define _GNU_SOURCE /* memmem */
#include "record/event_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/jsonl.h"
#include "record/columns.h"
#include "record/hyperparameters.h"
#include "record/iteration.h"
#include "record/layout.h"
#include "record/metrics.h"
#include "record/tensorboard.h"

enum { BYTES_MAX = 1 << 30, LINE_BYTES_MAX = 4096, TAIL_BYTES = 512 };

/* Files of one run and what becomes of them. */
struct event_file {
    char *metrics, *events; /* paths */
    double time;            /* of the last change of `metrics` */
};

static void add(struct tensorboard_scalar *scalars, int *count, const json_t *line, const char *name) {
    const json_t *value = json_object_get(line, name);
    if (json_is_number(value) && *count < TENSORBOARD_SCALARS_MAX)
        scalars[(*count)++] = (struct tensorboard_scalar){name, json_number_value(value)};
}

/* A line of metrics.jsonl as an event: a step's, an iteration's, or an evaluation's. */
static void write_line(FILE *stream, double time, const json_t *line) {
    struct tensorboard_scalar scalars[TENSORBOARD_SCALARS_MAX];
    int count = 0;
    if (json_object_get(line, METRICS_ACCURACY)) {
        for (const struct column *column = columns_table(); column->name; column++)
            if (column->tested && column->type != COLUMN_COUNT) add(scalars, &count, line, column->name);
    } else if (json_object_get(line, METRICS_REWARD)) {
        count = iteration_scalars(line, scalars);
    } else {
        add(scalars, &count, line, METRICS_LOSS);
        add(scalars, &count, line, METRICS_RATE);
        add(scalars, &count, line, METRICS_GRADIENT);
    }
    const json_t *rollouts = json_object_get(line, METRICS_ROLLOUTS);
    const json_t *step = rollouts ? rollouts : json_object_get(line, METRICS_STEP);
    tensorboard_write(stream, time, json_integer_value(step), scalars, count);
}

static enum err write_events(const struct event_file *file, const struct config *config, const char *text,
                             size_t length, bool ended, int64_t *size, struct error *error) {
    struct file_writer writer;
    struct jsonl_scan scan = jsonl_scan(text, length, LINE_BYTES_MAX);
    enum err code = file_create_plain(&writer, file->events, error);
    if (code) return code;
    tensorboard_begin(writer.stream);
    code = hyperparameters_write(writer.stream, file->time, config, error);
    for (json_t *line; !code && (line = jsonl_scan_next(&scan)); json_decref(line))
        write_line(writer.stream, file->time, line);
    if (!code && scan.failed) code = err_memory(error, file->metrics);
    if (!code && ended) code = tensorboard_session_end(writer.stream, file->time, error);
    long bytes = ftell(writer.stream);
    if (code)
        file_abandon(&writer);
    else
        code = file_commit(&writer, error);
    if (!code) *size = bytes;
    return code;
}

/* `bytes` < 0: all of the metrics of a run that has ended. */
static enum err write_from(struct event_file *file, const struct config *config, int64_t bytes, int64_t *size,
                           struct error *error) {
    struct stat status;
    char *text = NULL;
    size_t length;
    enum err code = file_read_plain(file->metrics, BYTES_MAX, &text, &length, error);
    if (code) return code;
    if (!stat(file->metrics, &status)) file->time = (double)status.st_mtim.tv_sec;
    if (bytes >= 0 && (size_t)bytes < length) length = (size_t)bytes;
    code = write_events(file, config, text, length, bytes < 0, size, error);
    free(text);
    return code;
}

static enum err find(const char *directory, struct event_file *file, struct error *error) {
    *file = (struct event_file){.metrics = file_join(directory, LAYOUT_METRICS),
                                .events = file_join(directory, LAYOUT_EVENTS)};
    return file->metrics && file->events ? ERR_OK : err_memory(error, "the event file");
}

static void release(struct event_file *file) {
    free(file->metrics);
    free(file->events);
}

enum err event_file_write(const char *directory, const struct config *config, int64_t bytes, int64_t *size,
                          struct error *error) {
    struct event_file file;
    enum err code = find(directory, &file, error);
    if (!code) code = write_from(&file, config, bytes, size, error);
    release(&file);
    return code;
}

/* Whether it ends as that of a run that ended well. */
static bool is_whole(const char *path) {
    char *tail = NULL;
    size_t length = 0;
    if (file_read_tail(path, TAIL_BYTES, &tail, &length, NULL)) return false;
    bool ended = memmem(tail, length, TENSORBOARD_END, strlen(TENSORBOARD_END)) != NULL;
    free(tail);
    return ended;
}

enum err event_file_ensure(const char *directory, const struct config *config, bool *written,
                           struct error *error) {
    struct event_file file;
    int64_t size;
    enum err code = find(directory, &file, error);
    bool whole = !code && is_whole(file.events);
    if (!code && !whole) code = write_from(&file, config, -1, &size, error);
    release(&file);
    if (!code) *written = !whole;
    return code;
}
