/* Settings: which runs lie on one curve, and which noise is one noise. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "curve/curves.h"
#include "curve/setting.h"
#include "record/collect.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

static const char *folder(const char *name) {
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    return path;
}

static struct collection collected(const char *directory) {
    struct collection collection;
    struct error error = {""};
    if (collect_runs(directory, false, &collection, &error)) fail_msg("%s", error.message);
    assert_int_equal(collection.spoilt.count, 0);
    return collection;
}

/* The run of a seed. */
static const struct record *run_of(const struct collection *collection, int64_t seed) {
    for (size_t r = 0; r < collection->count; r++)
        if (collection->records[r]->config.seed == seed) return collection->records[r];
    fail_msg("no run of seed %lld", (long long)seed);
    return NULL;
}

static void assert_settings(const struct collection *collection, int64_t one, int64_t other, bool same) {
    int order = setting_compare(collection, run_of(collection, one), run_of(collection, other));
    assert_true(same == !order);
    assert_true(same == !setting_compare(collection, run_of(collection, other), run_of(collection, one)));
}

static bool same_noise(const struct collection *collection, int64_t one, int64_t other) {
    return !setting_compare_noise(collection, run_of(collection, one), run_of(collection, other));
}

static void what_is_trained_is_the_setting(void **state) {
    (void)state;
    const char *directory = folder("trained");
    make_run(directory, (struct made_run){.seed = 1});
    make_run(directory, (struct made_run){.seed = 2, .noise = "digit", .rate = "0.5"});
    make_run(directory, (struct made_run){.seed = 3, .options = "\"train\":{\"learning_rate\":0.01}"});
    make_run(directory, (struct made_run){.seed = 4, .options = "\"train\":{\"threads\":2}"});
    make_run(directory, (struct made_run){.seed = 5, .options = "\"train\":{\"warp\":2}"});
    make_run(directory, (struct made_run){.seed = 6, .format = "direct"});
    make_run(directory, (struct made_run){
                            .seed = 7, .format = "direct", .options = "\"train\":{\"learning_rate\":0.01}"});
    struct collection collection = collected(directory);
    assert_settings(&collection, 1, 2, true);
    assert_settings(&collection, 1, 3, false);
    assert_settings(&collection, 1, 4, true);
    assert_settings(&collection, 1, 5, false); /* an option of another version */
    struct field format = {.column = NULL};
    assert_true(option_find("format", &format.option));
    const struct record *trace = run_of(&collection, 1);
    assert_int_equal(setting_compare_but(&collection, &format, trace, run_of(&collection, 6)), 0);
    assert_int_not_equal(setting_compare_but(&collection, NULL, trace, run_of(&collection, 6)), 0);
    assert_int_not_equal(setting_compare_but(&collection, &format, trace, run_of(&collection, 7)), 0);
    collection_free(&collection);
}

/* What another version measured is no setting. */
static void outcomes_are_no_settings(void **state) {
    (void)state;
    const char *directory = folder("outcomes");
    for (int64_t seed = 1; seed <= 2; seed++) {
        char path[2048];
        const char *run = make_run(directory, (struct made_run){.seed = seed});
        snprintf(path, sizeof path, "%s/runs/%s/result.json", directory, run);
        json_t *json = json_load_file(path, 0, NULL);
        assert_non_null(json);
        json_object_set_new(json, "elegance", json_integer(seed));
        assert_int_equal(json_dump_file(json, path, 0), 0);
        json_decref(json);
    }
    struct collection collection = collected(directory);
    assert_int_equal(collection.varied.count, 2); /* seed and elegance */
    assert_settings(&collection, 1, 2, true);
    collection_free(&collection);
}

/* Of a model that was made elsewhere the name is all that a table says. */
static void models_are_known_by_name(void **state) {
    (void)state;
    const char *directory = folder("models");
    make_file(directory, "results.csv", "%s",
              "run,task,format,model,samples,epochs,seed,noise,rate,contamination,accuracy\n"
              "a,add,trace,large one,1000,1,1,none,0,1,1\nb,add,trace,other one,1000,1,2,none,0,1,1\n"
              "c,add,trace,large one,1000,1,3,none,0,1,1\n");
    struct collection collection = collected(directory);
    assert_settings(&collection, 1, 2, false);
    assert_settings(&collection, 1, 3, true);
    collection_free(&collection);
}

/* A contamination that a kind has for itself: of a single kind it is the axis, of several part of the noise.
 */
static void own_contaminations(void **state) {
    (void)state;
    const char *directory = folder("own");
    for (int64_t seed = 1; seed <= 4; seed++) {
        char options[128];
        snprintf(options, sizeof options, "\"noise\":{\"digit\":{\"rate\":0.5,\"contamination\":0.%lld}}",
                 (long long)seed);
        make_run(directory, (struct made_run){.seed = seed,
                                              .noise = seed <= 2 ? "digit" : "digit+line",
                                              .rate = seed <= 2 ? "0.5" : "0.5+0.5",
                                              .options = options});
    }
    struct collection collection = collected(directory);
    assert_true(same_noise(&collection, 1, 2));
    assert_false(same_noise(&collection, 3, 4));
    collection_free(&collection);
}

/* Noise with another setting is another noise: of two curves, which share the clean runs. `setting` is that
 * of the first seed's runs; each row of thresholds says which its curve has, though the clean runs have none.
 */
static void assert_two_curves(const char *name, const char *setting, const char *columns, const char *first,
                              const char *second) {
    const char *directory = folder(name);
    char path[2048], *csv;
    struct curves curves;
    struct error error;
    size_t length;
    make_run(directory, (struct made_run){.seed = 1, .correct = 100});
    for (int64_t seed = 1; seed <= 2; seed++)
        for (int level = 1; level <= 2; level++)
            make_run(directory, (struct made_run){.seed = seed,
                                                  .noise = "digit",
                                                  .rate = level == 1 ? "0.5" : "1",
                                                  .correct = 90 - 10 * level,
                                                  .options = seed == 1 ? NULL : setting});
    struct collection collection = collected(directory);
    assert_int_equal(curves_find(&collection, 0.95, 0.9, &curves, &error), ERR_OK);
    assert_int_equal(curves.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(curves.curve[i].count, 3);
        for (size_t l = 0; l < 3; l++) assert_int_equal(curves.curve[i].levels[l].count, 1);
    }
    assert_string_not_equal(curves.curve[0].label, curves.curve[1].label);
    snprintf(path, sizeof path, "%s/thresholds.csv", directory);
    assert_int_equal(curves_write_csv(&collection, &curves, path, &error), ERR_OK);
    assert_int_equal(file_read(path, 1 << 20, &csv, &length, &error), ERR_OK);
    if (!strstr(csv, columns) || !strstr(csv, first) || !strstr(csv, second)) fail_msg("%s", csv);
    free(csv);
    curves_free(&curves);
    collection_free(&collection);
}

/* How many problems are drawn follows from the completions of each: the option is the name. */
static void options_of_reinforcement_say_more_than_samples(void **state) {
    (void)state;
    const char *directory = folder("named");
    for (int64_t seed = 1; seed <= 2; seed++) {
        const char *run = make_run(
            directory,
            (struct made_run){.seed = seed,
                              .method = "grpo",
                              .options = seed == 1 ? "\"rl\":{\"method\":\"grpo\",\"generations\":4}"
                                                   : "\"rl\":{\"method\":\"grpo\",\"generations\":96}"});
        shell_expect(0, "sed -i 's/\"samples\": *128/\"samples\": %d/' %s/runs/%s/result.json",
                     1000 * (int)seed, directory, run);
    }
    struct collection collection = collected(directory);
    const struct record *settings[] = {run_of(&collection, 1), run_of(&collection, 2)};
    struct setting_names names;
    struct error error;
    struct buffer text = {0};
    assert_int_equal(settings[0]->outcome.samples, 1000);
    assert_int_equal(settings[1]->outcome.samples, 2000);
    assert_int_equal(setting_find_names(&collection, settings, 2, NAMING_OPTIONS, &names, &error), ERR_OK);
    setting_describe(&collection, settings[1], &names, &text);
    assert_string_equal(text.bytes, "RL generations 96");
    buffer_free(&text);
    fields_free(&names.fields);
    collection_free(&collection);
}

static void other_noise_is_another_curve(void **state) {
    (void)state;
    assert_two_curves("answers", "\"noise\":{\"answer\":\"clean\"}", ",noise.digit,noise.answer,levels,",
                      ",digit,rate,1,,noisy,3,3,1,", ",digit,rate,1,,clean,3,3,1,");
    assert_two_curves("names", "\"noise\":{\"names\":\"res+carry\"}", ",noise.digit,noise.names,levels,",
                      ",digit,rate,1,,,3,3,1,", ",digit,rate,1,,res+carry,3,3,1,");
}

/* Nor does a curve under another noise begin with runs whose noise has another setting. */
static void origins_have_the_same_noise(void **state) {
    (void)state;
    const char *directory = folder("origins");
    struct curves curves;
    struct error error;
    make_run(directory, (struct made_run){.seed = 1, .correct = 100});
    make_run(directory, (struct made_run){.seed = 1, .noise = "digit", .rate = "0.1", .correct = 90});
    make_run(directory, (struct made_run){.seed = 2,
                                          .noise = "digit",
                                          .rate = "0.1",
                                          .correct = 90,
                                          .options = "\"noise\":{\"answer\":\"clean\"}"});
    for (int level = 1; level <= 2; level++)
        make_run(directory, (struct made_run){.seed = 1,
                                              .noise = "digit+line",
                                              .rate = level == 1 ? "0.1+0.5" : "0.1+1",
                                              .correct = 80 - 10 * level});
    struct collection collection = collected(directory);
    assert_int_equal(curves_find(&collection, 0.95, 0.9, &curves, &error), ERR_OK);
    bool found = false;
    for (size_t i = 0; i < curves.count; i++) {
        const struct curve *curve = &curves.curve[i];
        if (curve->count != 3) continue;
        found = true;
        assert_int_equal(curve_runs(curve), 3);
    }
    assert_true(found);
    curves_free(&curves);
    collection_free(&collection);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_trained_is_the_setting),
        cmocka_unit_test(outcomes_are_no_settings),
        cmocka_unit_test(models_are_known_by_name),
        cmocka_unit_test(own_contaminations),
        cmocka_unit_test(options_of_reinforcement_say_more_than_samples),
        cmocka_unit_test(other_noise_is_another_curve),
        cmocka_unit_test(origins_have_the_same_noise),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
