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

/* The tail holds some dozens of lines, iterations' too. */
enum { BYTES_MAX = 64 << 20, TAIL_BYTES = 65536, STEPS_PARSED = 4000, LINE_BYTES_MAX = 4096 };

/* A number of a line, NaN when it is not there. */
static double member(const json_t *json, const char *name) {
    const json_t *value = json_object_get(json, name);
    double number = json_is_number(value) ? json_number_value(value) : NAN;
    return fabs(number) <= 1e15 ? number : NAN;
}

static void add_evaluation(struct metric_series *series, double done, double accuracy) {
    if (series->count == METRICS_POINTS) {
        memmove(series->done, series->done + 1, (METRICS_POINTS - 1) * sizeof *series->done);
        memmove(series->value, series->value + 1, (METRICS_POINTS - 1) * sizeof *series->value);
        series->count--;
    }
    series->done[series->count] = done;
    series->value[series->count++] = accuracy;
}

/* Sums over the stretch of training steps that becomes one point. */
struct stretch {
    size_t steps;
    double sum;
};

struct stretches {
    size_t length;
    struct stretch loss, drawn[DRAWN_KINDS];
};

/* What is not known is passed over. */
static void add_step(struct metric_series *series, struct stretch *stretch, size_t length, double done,
                     double value) {
    if (!isfinite(value)) return;
    stretch->sum += value;
    if (++stretch->steps < length || series->count == METRICS_POINTS) return;
    series->done[series->count] = done;
    series->value[series->count++] = stretch->sum / (double)stretch->steps;
    *stretch = (struct stretch){0};
}

static void add_iteration(struct metrics *metrics, struct stretches *stretches, const json_t *line,
                          double rollouts) {
    static const char *const names[DRAWN_KINDS] = {[DRAWN_TRUE_REWARD] = METRICS_TRUE_REWARD,
                                                   [DRAWN_ACCURACY] = METRICS_ACCURACY_DRAWN,
                                                   [DRAWN_KL] = METRICS_KL,
                                                   [DRAWN_ENTROPY] = METRICS_ENTROPY};
    for (int i = 0; i < DRAWN_KINDS; i++)
        add_step(&metrics->rl.drawn[i], &stretches->drawn[i], stretches->length, rollouts,
                 member(line, names[i]));
}

static void add_line(struct metrics *metrics, struct stretches *stretches, json_t *line) {
    double tokens = member(line, METRICS_TOKENS), rollouts = member(line, METRICS_ROLLOUTS),
           accuracy = member(line, METRICS_ACCURACY);
    bool reinforces = rollouts >= 0, is_evaluation = accuracy >= 0 && accuracy <= 1;
    if (is_evaluation && reinforces)
        add_evaluation(&metrics->rl.accuracy, rollouts, accuracy);
    else if (is_evaluation && tokens >= 0)
        add_evaluation(&metrics->accuracy, tokens, accuracy);
    else if (reinforces)
        add_iteration(metrics, stretches, line, rollouts);
    else if (tokens >= 0)
        add_step(&metrics->loss, &stretches->loss, stretches->length, tokens, member(line, METRICS_LOSS));
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
    struct stretches stretches = {.length = (lines / every + METRICS_POINTS - 1) / METRICS_POINTS};
    if (stretches.length == 0) stretches.length = 1;
    for (; jsonl_scan_line(&scan); number++)
        if (number % every == 0 || is_evaluation(&scan))
            add_line(metrics, &stretches, jsonl_scan_object(&scan));
    free(bytes);
    return scan.failed ? err_memory(error, LAYOUT_METRICS) : ERR_OK;
}

/* --- the end ----------------------------------------------------------------------------------------- */

static int64_t count_of(double value) { return value >= 0 ? (int64_t)value : 0; }

static double keep(double latest, double before) { return isnan(latest) ? before : latest; }

enum err metrics_read_latest(const char *directory, struct metrics_latest *latest, struct error *error) {
    char *bytes;
    struct jsonl_scan scan;
    struct metrics_latest now = {.loss = NAN, .reward = NAN, .accuracy = NAN};
    enum err code = read_lines(directory, true, &bytes, &scan, error);
    if (code) return code;
    for (json_t *line; (line = jsonl_scan_next(&scan)); json_decref(line)) {
        now.step = count_of(member(line, METRICS_STEP));
        now.tokens = count_of(member(line, METRICS_TOKENS));
        now.rollouts = count_of(member(line, METRICS_ROLLOUTS));
        now.loss = keep(member(line, METRICS_LOSS), now.loss);
        now.reward = keep(member(line, METRICS_REWARD), now.reward);
        now.accuracy = keep(member(line, METRICS_ACCURACY), now.accuracy);
        now.tokens_per_second = fmax(keep(member(line, METRICS_SPEED), now.tokens_per_second), 0);
    }
    free(bytes);
    if (scan.failed) return err_memory(error, LAYOUT_METRICS);
    *latest = now;
    return ERR_OK;
}
