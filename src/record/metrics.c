/* How a run learned. See metrics.h. */
#define _GNU_SOURCE /* memmem */
#include "record/metrics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonl.h"
#include "record/layout.h"

/* The tail holds some dozens of lines. */
enum { BYTES_MAX = 64 << 20, TAIL_BYTES = 8192, STEPS_PARSED = 4000, LINE_BYTES_MAX = 4096 };

/* A number of a line, NaN when it is not there. */
static double member(const json_t *json, const char *name) {
    const json_t *value = json_object_get(json, name);
    double number = json_is_number(value) ? json_number_value(value) : NAN;
    return fabs(number) <= 1e15 ? number : NAN;
}

static void add_evaluation(struct metric_series *series, double tokens, double accuracy) {
    if (series->count == METRICS_POINTS) {
        memmove(series->tokens, series->tokens + 1, (METRICS_POINTS - 1) * sizeof *series->tokens);
        memmove(series->value, series->value + 1, (METRICS_POINTS - 1) * sizeof *series->value);
        series->count--;
    }
    series->tokens[series->count] = tokens;
    series->value[series->count++] = accuracy;
}

/* Sums over the stretch of training steps that becomes one point. */
struct stretch {
    size_t steps, length;
    double tokens, loss;
};

static void add_step(struct metric_series *series, struct stretch *stretch, double tokens, double loss) {
    stretch->tokens = tokens;
    stretch->loss += loss;
    if (++stretch->steps < stretch->length || series->count == METRICS_POINTS) return;
    series->tokens[series->count] = stretch->tokens;
    series->value[series->count++] = stretch->loss / (double)stretch->steps;
    stretch->steps = 0;
    stretch->loss = 0;
}

static void add_line(struct metrics *metrics, struct stretch *stretch, json_t *line) {
    double tokens = member(line, METRICS_TOKENS), loss = member(line, METRICS_LOSS),
           accuracy = member(line, METRICS_ACCURACY);
    if (tokens >= 0 && accuracy >= 0 && accuracy <= 1)
        add_evaluation(&metrics->accuracy, tokens, accuracy);
    else if (tokens >= 0 && isfinite(loss))
        add_step(&metrics->loss, stretch, tokens, loss);
    json_decref(line);
}

static bool is_evaluation(const struct jsonl_scan *scan) {
    static const char name[] = "\"" METRICS_ACCURACY "\"";
    return memmem(scan->line, scan->length, name, sizeof name - 1) != NULL;
}

/* The lines of a run's file; none where it cannot be read. */
static enum err read_lines(const char *directory, bool tail, char **bytes, struct jsonl_scan *scan,
                           struct error *error) {
    char *path = file_join(directory, LAYOUT_METRICS);
    size_t length = 0;
    *bytes = NULL;
    enum err code = !path  ? err_memory(error, LAYOUT_METRICS)
                    : tail ? file_read_tail(path, TAIL_BYTES, bytes, &length, error)
                           : file_read_plain(path, BYTES_MAX, bytes, &length, error);
    free(path);
    *scan = jsonl_scan(*bytes ? *bytes : "", length, LINE_BYTES_MAX);
    return code == ERR_INPUT ? ERR_OK : code;
}

enum err metrics_read(const char *directory, struct metrics *metrics, struct error *error) {
    char *bytes;
    struct jsonl_scan scan;
    *metrics = (struct metrics){0};
    enum err code = read_lines(directory, false, &bytes, &scan, error);
    if (code) return code;
    size_t lines = 0, number = 0;
    for (const char *c = scan.at; c < scan.end; c++) lines += *c == '\n';
    /* Of a long file only every n-th step is parsed; evaluations are few. */
    size_t every = lines / STEPS_PARSED + 1;
    struct stretch stretch = {.length = (lines / every + METRICS_POINTS - 1) / METRICS_POINTS};
    if (stretch.length == 0) stretch.length = 1;
    for (; jsonl_scan_line(&scan); number++)
        if (number % every == 0 || is_evaluation(&scan))
            add_line(metrics, &stretch, jsonl_scan_object(&scan));
    free(bytes);
    return scan.failed ? err_memory(error, LAYOUT_METRICS) : ERR_OK;
}

/* --- the end ----------------------------------------------------------------------------------------- */

static int64_t count_of(double value) { return value >= 0 ? (int64_t)value : 0; }

static double keep(double latest, double before) { return isnan(latest) ? before : latest; }

enum err metrics_read_latest(const char *directory, struct metrics_latest *latest, struct error *error) {
    char *bytes;
    struct jsonl_scan scan;
    struct metrics_latest now = {.loss = NAN, .accuracy = NAN};
    enum err code = read_lines(directory, true, &bytes, &scan, error);
    if (code) return code;
    for (json_t *line; (line = jsonl_scan_next(&scan)); json_decref(line)) {
        now.step = count_of(member(line, METRICS_STEP));
        now.tokens = count_of(member(line, METRICS_TOKENS));
        now.loss = keep(member(line, METRICS_LOSS), now.loss);
        now.accuracy = keep(member(line, METRICS_ACCURACY), now.accuracy);
        now.tokens_per_second = fmax(keep(member(line, METRICS_SPEED), now.tokens_per_second), 0);
    }
    free(bytes);
    if (scan.failed) return err_memory(error, LAYOUT_METRICS);
    *latest = now;
    return ERR_OK;
}
