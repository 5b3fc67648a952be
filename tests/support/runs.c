/* Run directories made up for tests. See runs.h. */
#include "tests/support/runs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/wilson.h"

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

static void make_result(const char *directory, const char *id, const struct made_run *run) {
    char name[256];
    struct interval interval = wilson_interval(run->correct, run->problems);
    double accuracy = (double)run->correct / (double)run->problems;
    snprintf(name, sizeof name, "runs/%s/result.json", id);
    make_file(directory, name,
              "{\"run\":\"%s\",\"task\":\"%s\",\"format\":\"%s\",\"model\":\"%s\",\"parameters\":1000,"
              "\"seed\":%lld,"
              "\"samples\":%lld,\"epochs\":2,\"noise\":\"%s\",\"rate\":\"%s\",\"contamination\":%g,"
              "\"accuracy\":%.17g,\"accuracy_low\":%.17g,\"accuracy_high\":%.17g,\"trace_accuracy\":0.25,"
              "\"line_accuracy\":0.5,\"malformed\":0,\"test_loss\":0.125,\"steps\":10,\"tokens\":4096,"
              "\"seconds\":1.5,\"tokens_per_second\":2048,\"stopped\":\"end\",\"commit\":\"abc\","
              "\"problems\":%lld,\"correct\":%lld,\"version\":\"0.1.0\"}",
              id, run->task, run->format, run->model, (long long)run->seed, (long long)run->samples,
              run->noise, run->rate, run->contamination, accuracy, interval.low, interval.high,
              (long long)run->problems, (long long)run->correct);
}

static void make_record(const char *directory, const char *id, const struct made_run *run) {
    char name[256];
    snprintf(name, sizeof name, "runs/%s/config.json", id);
    make_file(
        directory, name,
        "{\"cotnoise\":{\"version\":\"0.1.0\",\"commit\":\"abc\",\"options\":{\"name\":\"x\",\"seeds\":%lld,"
        "\"format\":\"%s\",\"data\":{\"contamination\":%g}%s%s},"
        "\"machine\":{\"cpu\":\"a processor\",\"openblas_core\":\"Haswell\",\"threads\":1}}}",
        (long long)run->seed, run->format, run->contamination, run->options ? "," : "",
        run->options ? run->options : "");
    snprintf(name, sizeof name, "runs/%s/metrics.jsonl", id);
    make_file(directory, name,
              "{\"step\":1,\"tokens\":1000,\"loss\":2.5,\"learning_rate\":0.001}\n"
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
    for (char *c = id; *c; c++)
        if (*c == '/') *c = '_';
    make_result(directory, id, &run);
    make_record(directory, id, &run);
    return id;
}
