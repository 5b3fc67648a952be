/* Short trainings for tests. See training.h. */
#include "tests/support/training.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "spec/spec.h"

/* One step is a few milliseconds; 12 of them are enough to be interrupted in. */
static const char small[] =
    "name: run\n"
    "seeds: [3]\n"
    "task: {name: max, sampling: length, min_digits: 1, max_digits: 2, min_length: 2, "
    "max_length: 3}\n"
    "data: {samples: 160, epochs: 1}\n"
    "model: {preset: tiny, layers: 1, width: 32, heads: 2}\n"
    "train: {batch_tokens: 512, learning_rate: 3e-3, warmup_steps: 3}\n"
    "eval: {problems: 20, max_new_tokens: 12}\n";

static const char *folder(const char *name) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    return path;
}

/* Runs `small` with those words over it, in the scratch folder's NAME. */
enum err training_execute(const char *name, const char *const words[], const struct run_hooks *hooks,
                          struct error *error) {
    struct spec *spec;
    struct config config;
    int count = 0;
    while (words && words[count]) count++;
    enum err code = spec_parse("run.yaml", small, strlen(small), words, count, &spec, error);
    if (code) return code;
    spec_plain(spec, &config);
    code = run_execute(&config, folder(name), hooks, error);
    spec_free(spec);
    return code;
}

void training_expect_done(const char *name, const char *const words[]) {
    struct error error = {{0}};
    enum err code = training_execute(name, words, NULL, &error);
    if (code) print_message("%s: %s\n", name, error.message);
    assert_int_equal(code, ERR_OK);
}

char *training_path(const char *name, const char *file) {
    char *path = file_join(folder(name), file);
    assert_non_null(path);
    return path;
}

/* What a run says of itself, less what time it took and the number of threads. */
json_t *training_result(const char *name) {
    char *path = training_path(name, "result.json");
    json_t *result = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_true(json_is_object(result));
    json_object_del(result, "seconds");
    json_object_del(result, "tokens_per_second");
    free(path);
    return result;
}

double training_number(const char *name, const char *key) {
    json_t *result = training_result(name), *value = json_object_get(result, key);
    assert_true(json_is_number(value));
    double found = json_number_value(value);
    json_decref(result);
    return found;
}

void training_assert_stopped(const char *name, const char *reason) {
    json_t *result = training_result(name);
    const char *stopped = json_string_value(json_object_get(result, "stopped"));
    assert_non_null(stopped);
    assert_string_equal(stopped, reason);
    json_decref(result);
}

/* The lines of metrics.jsonl, less speeds; one a training step, or those of evaluations. */
json_t *training_metrics(const char *name, bool evaluations) {
    char *path = training_path(name, "metrics.jsonl"), line[4096];
    json_t *lines = json_array();
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        assert_true(json_is_object(object));
        json_object_del(object, "tokens_per_second");
        json_object_del(object, "rollouts_per_second");
        if (!json_object_get(object, "learning_rate") == evaluations)
            json_array_append_new(lines, object);
        else
            json_decref(object);
    }
    fclose(file);
    free(path);
    return lines;
}

double training_member(json_t *lines, size_t i, const char *key) {
    json_t *value = json_object_get(json_array_get(lines, i), key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

void training_assert_same_file(const char *a, const char *b, const char *file) {
    char *path[2] = {training_path(a, file), training_path(b, file)}, *bytes[2];
    size_t length[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(file_read(path[i], SIZE_MAX / 2, &bytes[i], &length[i], NULL), ERR_OK);
    assert_int_equal(length[0], length[1]);
    assert_memory_equal(bytes[0], bytes[1], length[0]);
    for (int i = 0; i < 2; i++) free(bytes[i]), free(path[i]);
}

/* The same weights, the same numbers, the same history. */
void training_assert_same_run(const char *a, const char *b) {
    training_assert_same_file(a, b, "model.safetensors");
    json_t *result[2] = {training_result(a), training_result(b)};
    assert_true(json_equal(result[0], result[1]));
    for (int evaluations = 0; evaluations < 2; evaluations++) {
        json_t *lines[2] = {training_metrics(a, evaluations), training_metrics(b, evaluations)};
        assert_true(json_array_size(lines[0]) > 0);
        assert_true(json_equal(lines[0], lines[1]));
        json_decref(lines[0]), json_decref(lines[1]);
    }
    json_decref(result[0]), json_decref(result[1]);
}
