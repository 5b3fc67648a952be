/* One run's directory read back: what counts as complete, and what is set aside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/openblas.h"
#include "nn/levels.h"
#include "record/run_record.h"
#include "spec/spec.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

/* The path of something in the scratch folder. */
static const char *place(const char *name) {
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    return path;
}

/* The path of a complete run of its own under NAME. */
static const char *complete_run(const char *name) {
    static char path[2048];
    const char *directory = place(name);
    snprintf(path, sizeof path, "%s/runs/%s", directory,
             make_run(directory, (struct made_run){.correct = 7}));
    return path;
}

static enum err read_run(const char *path, const char *id, bool *complete) {
    struct error error;
    *complete = true;
    return run_record_read(path, id, complete, NULL, &error);
}

static void a_complete_run_is_complete(void **state) {
    (void)state;
    struct record record;
    struct error error = {""};
    bool complete;
    const char *path = complete_run("whole"), *id = strrchr(path, '/') + 1;
    assert_int_equal(run_record_read(path, id, &complete, &record, &error), ERR_OK);
    assert_true(complete);
    assert_string_equal(record.run, id);
    assert_int_equal(record.outcome.evaluation.correct, 7);
    record_free(&record);
    assert_int_equal(read_run(path, NULL, &complete), ERR_OK);
    assert_true(complete);
}

static void damaged_runs_are_not_complete(void **state) {
    (void)state;
    static const char *const files[] = {"result.json", "config.json"};
    static const char *const texts[] = {"", "{", "{}", "[]"};
    for (size_t f = 0; f < 2; f++)
        for (size_t t = 0; t < 4; t++) {
            bool complete;
            const char *path = complete_run("damaged");
            make_file(path, files[f], "%s", texts[t]);
            assert_int_equal(read_run(path, strrchr(path, '/') + 1, &complete), ERR_INPUT);
            assert_false(complete);
        }
    bool complete;
    const char *path = complete_run("damaged");
    assert_int_equal(read_run(path, "another", &complete), ERR_INPUT);
    assert_false(complete);
    /* Without a result it is not complete, and nothing is wrong. */
    char *result = file_join(path, "result.json");
    assert_int_equal(unlink(result), 0);
    free(result);
    assert_int_equal(read_run(path, NULL, &complete), ERR_OK);
    assert_false(complete);
}

static void only_directories_are_runs(void **state) {
    (void)state;
    bool complete;
    const char *path = complete_run("linked");
    char link[2048];
    snprintf(link, sizeof link, "%s", place("link"));
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(read_run(link, NULL, &complete), ERR_INPUT);
    assert_false(complete);
    make_file(getenv("SCRATCH"), "file", "%s", "");
    assert_int_equal(read_run(place("file"), NULL, &complete), ERR_INPUT);
    assert_false(complete);
    /* What cannot be there is not there. */
    assert_int_equal(read_run(place("file/run"), NULL, &complete), ERR_OK);
    assert_false(complete);
    assert_int_equal(read_run(place("nowhere/run"), NULL, &complete), ERR_OK);
    assert_false(complete);
}

/* Of a mix, what is not known of a task stands under the task's number. */
static void unknown_options_of_a_mix(void **state) {
    (void)state;
    const char *path = complete_run("mix");
    struct record record;
    struct error error = {""};
    bool complete;
    make_file(path, "config.json",
              "{\"cotnoise\":{\"id\":\"%s\",\"options\":{\"task\":[{\"name\":\"add\"},{\"name\":\"sort\","
              "\"warp\":3}]}}}",
              strrchr(path, '/') + 1);
    if (run_record_read(path, NULL, &complete, &record, &error)) fail_msg("%s", error.message);
    assert_string_equal(record.task, "add+sort");
    assert_int_equal(record.extra_count, 1);
    assert_string_equal(record.extras[0].name, "task.2.warp");
    assert_string_equal(record.extras[0].text, "3");
    assert_true(record.extras[0].is_option);
    record_free(&record);
}

/* One after the other, and none over the other. */
static void nothing_that_is_set_aside_is_lost(void **state) {
    (void)state;
    static const char *const names[] = {"thing.aside", "thing.aside-2", "thing.aside-3"};
    struct error error;
    for (int i = 0; i < 3; i++) {
        make_file(getenv("SCRATCH"), "thing", "%d", i);
        assert_int_equal(run_record_set_aside(place("thing"), &error), ERR_OK);
        assert_false(file_exists(place("thing")));
    }
    for (int i = 0; i < 3; i++) {
        char *bytes;
        size_t length;
        assert_int_equal(file_read(place(names[i]), 100, &bytes, &length, &error), ERR_OK);
        assert_int_equal(atoi(bytes), i);
        free(bytes);
    }
    assert_int_equal(run_record_set_aside(place("thing"), &error), ERR_RUNTIME);
}

/* The member NAME of what is kept of a run of a model of that width. */
static const char *kept(int width, const char *object, const char *name) {
    static char text[256];
    static const char spec_text[] = "task: {name: add}\nmodel: {preset: tiny, heads: 1, width: 64}\n";
    char word[64];
    const char *const words[] = {word};
    struct error error = {""};
    struct config config;
    struct spec *spec;
    snprintf(word, sizeof word, "model.width=%d", width);
    if (spec_parse("run.yaml", spec_text, strlen(spec_text), words, 1, &spec, &error))
        fail_msg("%s", error.message);
    spec_plain(spec, &config);
    spec_free(spec);
    json_t *made = run_record_provenance(&config, "0123456789abcdef", NULL);
    assert_non_null(made);
    const json_t *in = object ? json_object_get(made, object) : made;
    const char *found = json_string_value(json_object_get(in, name));
    snprintf(text, sizeof text, "%s", found ? found : "");
    json_decref(made);
    return text;
}

static void arithmetic_and_level_are_kept(void **state) {
    (void)state;
    assert_string_equal(kept(64, NULL, "arithmetic"), "portable");
    assert_string_equal(kept(256, NULL, "arithmetic"), "portable");
    assert_string_equal(kept(272, NULL, "arithmetic"), "openblas");
    assert_string_equal(kept(64, NULL, "id"), "0123456789abcdef");
    assert_string_equal(kept(64, "machine", "openblas_core"), openblas_core());
    const struct kernels *kernels;
    bool runs;
    for (int i = 0; (kernels = levels_at(i, &runs)); i++) {
        if (!runs) continue;
        setenv("COTNOISE_LEVEL", strrchr(kernels->level, '-') + 1, 1);
        assert_string_equal(kept(64, "machine", "level"), kernels->level);
    }
    unsetenv("COTNOISE_LEVEL");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_complete_run_is_complete),        cmocka_unit_test(damaged_runs_are_not_complete),
        cmocka_unit_test(only_directories_are_runs),         cmocka_unit_test(unknown_options_of_a_mix),
        cmocka_unit_test(nothing_that_is_set_aside_is_lost), cmocka_unit_test(arithmetic_and_level_are_kept),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
