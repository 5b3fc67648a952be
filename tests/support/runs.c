/* Run directories made up for tests. See runs.h. */
#include "tests/support/runs.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/wilson.h"
#include "record/columns.h"
#include "record/layout.h"
#include "spec/config_json.h"

const char *make_results(const char *name) {
    static char path[512];
    snprintf(path, sizeof path, "%s/%s/runs", getenv("SCRATCH"), name);
    struct error error;
    assert_int_equal(file_make_directories(path, &error), ERR_OK);
    *strrchr(path, '/') = 0;
    return path;
}

void make_file(const char *directory, const char *name, const char *format, ...) {
    struct error error;
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    *strrchr(path, '/') = 0;
    assert_int_equal(file_make_directories(path, &error), ERR_OK);
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    assert_int_equal(fclose(file), 0);
}

/* The options as they stand in config.json: what the made run says, and its further members over that. */
static json_t *make_options(const struct made_run *run) {
    json_t *json = json_pack("{s:s, s:I, s:{s:s}, s:s, s:{s:I, s:i, s:f}, s:{s:s}, s:{}}", "name", "x",
                             "seeds", (json_int_t)run->seed, "task", "name", run->task, "format", run->format,
                             "data", "samples", (json_int_t)run->samples, "epochs", 2, "contamination",
                             run->contamination, "model", "preset", run->model, "noise");
    assert_non_null(json);
    const char *kind = run->noise, *rate = run->rate;
    while (strcmp(kind, "none") && *kind) {
        char name[64];
        size_t length = strcspn(kind, "+");
        snprintf(name, sizeof name, "%.*s", (int)length, kind);
        json_object_set_new(json_object_get(json, "noise"), name,
                            json_pack("{s:f}", "rate", strtod(rate, NULL)));
        kind += length + (kind[length] == '+');
        rate += strcspn(rate, "+") + (rate[strcspn(rate, "+")] == '+');
    }
    if (run->method) json_object_set_new(json, "rl", json_pack("{s:s}", "method", run->method));
    if (run->options) {
        char text[1024];
        json_error_t fault;
        snprintf(text, sizeof text, "{%s}", run->options);
        json_t *more = json_loads(text, 0, &fault);
        if (!more) fail_msg("%s: %s", text, fault.text);
        json_object_update_recursive(json, more);
        json_decref(more);
    }
    return json;
}

static void write_json(const char *directory, const char *id, const char *file, json_t *json) {
    char name[256], *text = json_dumps(json, JSON_COMPACT);
    snprintf(name, sizeof name, "runs/%s/%s", id, file);
    assert_non_null(text);
    make_file(directory, name, "%s", text);
    free(text);
    json_decref(json);
}

static void make_result(const char *directory, const char *id, const struct made_run *run) {
    struct made_run plain = *run;
    struct error error = {""};
    plain.options = NULL;
    json_t *options = make_options(&plain);
    struct record *record = calloc(1, sizeof *record);
    assert_non_null(record);
    if (config_from_json(options, "made", &record->config, &error) || record_describe(record, &error))
        fail_msg("%s", error.message);
    json_decref(options);
    record->run = strdup(id);
    record->outcome =
        (struct outcome){.parameters = 1000,
                         .samples = run->method ? 128 : run->samples,
                         .evaluation = {.problems = run->problems,
                                        .correct = run->correct,
                                        .accuracy = (double)run->correct / (double)run->problems,
                                        .interval = wilson_interval(run->correct, run->problems),
                                        .trace_accuracy = 0.25,
                                        .line_accuracy = 0.5,
                                        .unsound = run->unsound > 0 ? run->unsound : NAN,
                                        .test_loss = 0.125},
                         .validation_accuracy = NAN,
                         .steps = 10,
                         .tokens = 4096,
                         .seconds = 1.5,
                         .tokens_per_second = 2048,
                         .stopped = "end",
                         .commit = "abc",
                         .version = COTNOISE_VERSION};
    snprintf(record->outcome.method, sizeof record->outcome.method, "%s", run->method ? run->method : "none");
    snprintf(record->outcome.parent, sizeof record->outcome.parent, "%s", run->parent ? run->parent : "");
    record->outcome.rollouts = run->method ? 4096 : 0;
    if (run->pass) record->outcome.evaluation.pass = *run->pass;
    write_json(directory, id, LAYOUT_RESULT, columns_json(record));
    record_free(record);
    free(record);
}

static void make_record(const char *directory, const char *id, const struct made_run *run) {
    char name[256];
    write_json(directory, id, LAYOUT_CONFIG,
               json_pack("{s:{s:s, s:s, s:s, s:o, s:{s:s, s:s, s:s, s:i}}}", "cotnoise", "version",
                         COTNOISE_VERSION, "commit", "abc", "id", id, "options", make_options(run), "machine",
                         "cpu", "a processor", "level", "x86-64-v3", "openblas_core", "Haswell", "threads",
                         1));
    snprintf(name, sizeof name, "runs/%s/metrics.jsonl", id);
    make_file(
        directory, name, "%s",
        run->metrics
            ? run->metrics
            : "{\"step\":1,\"tokens\":1000,\"loss\":2.5,\"learning_rate\":0.001}\n"
              "{\"step\":1,\"tokens\":1000,\"accuracy\":0.1,\"accuracy_low\":0,\"accuracy_high\":0.2}\n"
              "{\"step\":2,\"tokens\":2000,\"loss\":1.5,\"learning_rate\":0.001}\n"
              "{\"step\":2,\"tokens\":2000,\"accuracy\":0.6,\"accuracy_low\":0.5,\"accuracy_high\":0.7}\n");
    snprintf(name, sizeof name, "runs/%s/examples.jsonl", id);
    make_file(
        directory, name, "%s",
        "{\"kind\":\"training\",\"prompt\":\"58 + 4\\n\",\"clean\":\"res = 2\\ncarry = 1\\nanswer = 62\","
        "\"completion\":\"res = 7\\nanswer = 62\",\"contaminated\":true,\"corrupted\":2}\n"
        "{\"kind\":\"test\",\"prompt\":\"1 + 1\\n\",\"clean\":\"res = 2\\nanswer = 2\","
        "\"completion\":\"res = 2\\nanswer = 2\",\"correct\":true}\n"
        "{\"kind\":\"test\",\"prompt\":\"2 + 2\\n\",\"clean\":\"res = 4\\nanswer = 4\","
        "\"completion\":\"res = 4\\nanswer = 5\",\"correct\":false}\n");
}

const char *make_run(const char *directory, struct made_run run) {
    static char id[160];
    if (!run.task) run.task = "add";
    if (!run.format) run.format = "trace";
    if (!run.model) run.model = "tiny";
    if (!run.noise) run.noise = "none";
    if (!run.rate) run.rate = "0";
    if (run.contamination == 0) run.contamination = 1;
    if (!run.samples) run.samples = 1000;
    if (!run.problems) run.problems = 100;
    snprintf(id, sizeof id, "%.3s-%s-%s-%s-%g-%lld", run.task, run.format, run.noise, run.rate,
             run.contamination, (long long)run.seed);
    if (run.id) snprintf(id, sizeof id, "%s", run.id);
    for (char *c = id; *c; c++)
        if (*c == '/') *c = '_';
    make_result(directory, id, &run);
    make_record(directory, id, &run);
    return id;
}
