/* How a run learned. See metrics.h. */
#define _GNU_SOURCE /* memmem */
#include "record/metrics.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "record/collect.h"

enum { METRICS_BYTES_MAX = 64 << 20, STEPS_PARSED = 4000, LINE_MAX_BYTES = 4096 };

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

static void add_line(struct metrics *metrics, struct stretch *stretch, const char *line, size_t length) {
    json_t *json = json_loadb(line, length, 0, NULL);
    double tokens = member(json, "tokens"), loss = member(json, "loss"), accuracy = member(json, "accuracy");
    if (tokens >= 0 && accuracy >= 0 && accuracy <= 1)
        add_evaluation(&metrics->accuracy, tokens, accuracy);
    else if (tokens >= 0 && isfinite(loss))
        add_step(&metrics->loss, stretch, tokens, loss);
    json_decref(json);
}

static bool is_evaluation(const char *line, size_t length) {
    static const char name[] = "\"accuracy\"";
    return memmem(line, length, name, sizeof name - 1) != NULL;
}

enum err metrics_read(const char *directory, const char *run, struct metrics *metrics, struct error *error) {
    char *bytes;
    size_t size, lines = 0, number = 0;
    *metrics = (struct metrics){0};
    enum err code = collect_file(directory, run, "metrics.jsonl", METRICS_BYTES_MAX, &bytes, &size, error);
    if (code) return code == ERR_INPUT ? ERR_OK : code;
    for (size_t i = 0; i < size; i++) lines += bytes[i] == '\n';
    /* Of a long file only every n-th step is parsed; evaluations are few. */
    size_t every = lines / STEPS_PARSED + 1;
    struct stretch stretch = {.length = (lines / every + METRICS_POINTS - 1) / METRICS_POINTS};
    if (stretch.length == 0) stretch.length = 1;
    for (const char *line = bytes, *end; line < bytes + size; line = end + 1, number++) {
        end = memchr(line, '\n', (size_t)(bytes + size - line));
        if (!end) break;
        size_t length = (size_t)(end - line);
        if (length <= LINE_MAX_BYTES && (number % every == 0 || is_evaluation(line, length)))
            add_line(metrics, &stretch, line, length);
    }
    free(bytes);
    return ERR_OK;
}
