/* The spec reader: what it refuses and how it says so (tests/spec/bad, tests/spec/words.txt), the runs of
 * a grid, overrides, and the record of a configuration. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/pcg.h"
#include "noise/noises.h"
#include "spec/config_json.h"
#include "spec/identity.h"
#include "spec/options.h"
#include "spec/spec.h"
#include "tasks/tasks.h"

static const char sweep_path[] = "tests/spec/sweep.yaml";

/* Parses a spec from text and up to three words; fails the test when it is refused. */
static struct spec *parse(const char *text, const char *a, const char *b, const char *c) {
    const char *words[] = {a, b, c};
    struct spec *spec = NULL;
    struct error error;
    int count = c ? 3 : b ? 2 : a ? 1 : 0;
    if (spec_parse("test.yaml", text, strlen(text), words, count, &spec, &error))
        fail_msg("%s", error.message);
    return spec;
}

static struct config plain(const char *text, const char *word) {
    struct spec *spec = parse(text, word, NULL, NULL);
    struct config config;
    spec_plain(spec, &config);
    spec_free(spec);
    return config;
}

static double rate(const struct config *config, const char *kind) {
    return config->mix.rate[noise_find(kind)];
}

/* `wanted` may end with "..." where the rest depends on which tasks there are. */
static void assert_message(const char *message, const char *wanted) {
    size_t length = strlen(wanted);
    if (length > 3 && !strcmp(wanted + length - 3, "...")) {
        if (strncmp(message, wanted, length - 3)) fail_msg("message '%s'\nwanted '%s'", message, wanted);
    } else if (strcmp(message, wanted)) {
        fail_msg("message '%s'\nwanted '%s'", message, wanted);
    }
}

/* --- what is refused --- */

static void every_bad_spec_is_refused_with_its_place(void **state) {
    (void)state;
    DIR *directory = opendir("tests/spec/bad");
    assert_non_null(directory);
    int seen = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] == '.') continue;
        char path[512], wanted[2048], *text;
        size_t length;
        struct error error = {""};
        struct spec *spec = NULL;
        snprintf(path, sizeof path, "tests/spec/bad/%s", entry->d_name);
        assert_int_equal(file_read(path, 1 << 20, &text, &length, &error), ERR_OK);
        int first = (int)strcspn(text, "\n");
        bool has_place = text[2] >= '0' && text[2] <= '9';
        snprintf(wanted, sizeof wanted, "%s:%s%.*s", path, has_place ? "" : " ", first - 2, text + 2);
        enum err code = spec_read(path, NULL, 0, &spec, &error);
        free(text);
        assert_message(error.message, wanted);
        assert_int_equal(code, ERR_INPUT);
        assert_null(spec);
        seen++;
    }
    closedir(directory);
    assert_true(seen > 40);
}

static void every_bad_word_is_refused_and_named(void **state) {
    (void)state;
    char words[256], wanted[1024];
    FILE *file = fopen("tests/spec/words.txt", "r");
    assert_non_null(file);
    int seen = 0;
    assert_non_null(fgets(words, sizeof words, file)); /* the comment */
    while (fgets(words, sizeof words, file) && fgets(wanted, sizeof wanted, file)) {
        words[strcspn(words, "\n")] = wanted[strcspn(wanted, "\n")] = 0;
        const char *list[4];
        int count = 0;
        for (char *rest = words; *rest;) {
            list[count++] = rest;
            char *space = strstr(rest, " data."); /* a word may hold spaces itself */
            rest = space ? space + 1 : rest + strlen(rest);
            if (space) *space = 0;
        }
        struct spec *spec = NULL;
        struct error error = {""};
        assert_int_equal(spec_read(sweep_path, list, count, &spec, &error), ERR_INPUT);
        assert_message(error.message, wanted);
        seen++;
    }
    fclose(file);
    assert_true(seen >= 12);
}

static void unreadable_files_are_refused(void **state) {
    (void)state;
    const char *const paths[] = {"tests/spec/absent.yaml", "tests/spec", "/dev/null"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct spec *spec = NULL;
        struct error error = {""};
        assert_int_equal(spec_read(paths[i], NULL, 0, &spec, &error), ERR_INPUT);
        assert_non_null(strstr(error.message, paths[i]));
    }
}

static void large_and_hostile_specs_are_refused(void **state) {
    (void)state;
    const struct {
        const char *head, *repeated, *wanted;
        size_t count;
    } cases[] = {
        {"", "[", "nested too deeply", 400000},
        {"", "{a: ", "nested too deeply", 200000},
        {"", "- ", "nested too deeply", 400000},
        {"task: {name: add}\nseeds: [1", ",1", "a list of 400001 values", 400000},
        {"task: {name: add}\ngrid: [{noise.digit: [0]}", ",{}", "too many runs", 200000},
        {"task: {name: add}\ngrid: {exclude: {noise.digit: [0", ",0", "too many values", 90000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = {0};
        struct spec *spec = NULL;
        struct error error = {""};
        buffer_text(&text, cases[i].head);
        for (size_t n = 0; n < cases[i].count; n++) buffer_text(&text, cases[i].repeated);
        buffer_text(&text, i == 3 || i == 4 ? "]" : i == 5 ? "]}}" : "");
        assert_int_equal(spec_parse("x", text.bytes, text.length, NULL, 0, &spec, &error), ERR_INPUT);
        if (!strstr(error.message, cases[i].wanted)) fail_msg("%s", error.message);
        buffer_free(&text);
    }
}

/* Damaged specs are refused or accepted, but never hurt (the sanitizers watch). */
static void damaged_specs_do_no_harm(void **state) {
    (void)state;
    char *text;
    size_t length;
    struct error error;
    assert_int_equal(file_read("tests/spec/mix.yaml", 1 << 20, &text, &length, &error), ERR_OK);
    static const char spice[] = "{}[],:-?&*!|>'\"%@ \n\t#0e.~\\";
    for (uint64_t i = 0; i < 1500; i++) {
        struct pcg pcg = pcg_stream(1, "damage", i);
        char *copy = malloc(length);
        memcpy(copy, text, length);
        for (uint32_t n = pcg_below(&pcg, 4) + 1; n; n--)
            copy[pcg_below(&pcg, (uint32_t)length)] = spice[pcg_below(&pcg, sizeof spice - 1)];
        struct spec *spec = NULL;
        if (spec_parse("x", copy, pcg_below(&pcg, 8) ? length : length / 2, NULL, 0, &spec, &error) == ERR_OK)
            spec_free(spec);
        free(copy);
    }
    free(text);
}

/* --- what is read --- */

static void options_are_read_with_defaults(void **state) {
    (void)state;
    struct config config = plain("task: {name: add, max_digits: 3}\ndata: {samples: 2e4}\n", NULL);
    assert_string_equal(config.name, "test");
    assert_int_equal(config.seed, 1);
    assert_int_equal(config.mix.entries, 1);
    assert_ptr_equal(config.mix.entry[0].task, task_find("add"));
    assert_int_equal(config.mix.entry[0].sizes.max_digits, 3);
    assert_int_equal(config.mix.entry[0].sizes.min_digits, task_find("add")->sizes.min_digits);
    assert_int_equal(config.data.samples, 20000);
    assert_int_equal(config.data.epochs, 4);
    assert_true(config.mix.contamination == 1 && config.train.learning_rate == 1e-3);
    assert_true(config.report.threshold == 0.95);
    char name[32];
    config_model_name(&config, name);
    assert_string_equal(name, "small");
    config = plain("task: {name: add}\nmodel: {preset: tiny, layers: 7}\n", NULL);
    config_model_name(&config, name);
    char wanted[32];
    snprintf(wanted, sizeof wanted, "custom-7x%d", config.model.width);
    assert_string_equal(name, wanted);
}

/* Digits ask for lengths and a range for magnitudes, whatever the task does by default; both, or neither,
 * leave it at that. */
static void what_is_said_of_sizes_says_how_they_are_drawn(void **state) {
    (void)state;
    static const struct {
        const char *task;
        enum sampling sampling;
    } cases[] = {
        {"name: add", SAMPLING_LENGTH},
        {"name: add, max: 500", SAMPLING_MAGNITUDE},
        {"name: add, min: 5", SAMPLING_MAGNITUDE},
        {"name: add, max: 500, max_digits: 3", SAMPLING_LENGTH},
        {"name: add, max: 500, sampling: length", SAMPLING_LENGTH},
        {"name: base_conversion", SAMPLING_MAGNITUDE},
        {"name: base_conversion, min_digits: 3, max_digits: 5", SAMPLING_LENGTH},
        {"name: base_conversion, max_digits: 5", SAMPLING_LENGTH},
        {"name: base_conversion, max_digits: 5, sampling: magnitude", SAMPLING_MAGNITUDE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        snprintf(text, sizeof text, "task: {%s}\n", cases[i].task);
        struct config config = plain(text, NULL);
        assert_int_equal(config.mix.entry[0].sizes.sampling, cases[i].sampling);
    }
}

/* Runs of one ID have one name, whichever preset the shape was written over. */
static void a_shape_has_one_name(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"{preset: small, layers: 2, width: 64, heads: 4, ffn: 256}", "tiny"},
        {"{preset: small, layers: 2, width: 64, heads: 2, ffn: 256}", "custom-2x64"},
        {"{preset: small, layers: 6, width: 256, heads: 8, ffn: 1024}", "base"},
        {"{preset: small, layers: 6, width: 256, heads: 8, ffn: 1024, rotary_share: 0.25}", "pythia-31m"},
        {"{preset: small, layers: 6, width: 256, heads: 8, ffn: 1024, rotary_share: 0.5}", "custom-6x256"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256], name[32];
        snprintf(text, sizeof text, "task: {name: add}\nmodel: %s\n", cases[i][0]);
        struct config config = plain(text, NULL);
        config_model_name(&config, name);
        assert_string_equal(name, cases[i][1]);
    }
}

static void a_mix_is_read(void **state) {
    (void)state;
    struct spec *spec;
    struct config config;
    struct error error;
    assert_int_equal(spec_read("tests/spec/mix.yaml", NULL, 0, &spec, &error), ERR_OK);
    spec_plain(spec, &config);
    assert_int_equal(config.seed, 4);
    assert_int_equal(config.mix.entries, 2);
    assert_true(config.mix.entry[0].weight == 3 && config.mix.entry[1].weight == 1);
    assert_int_equal(config.mix.entry[1].sizes.sampling, SAMPLING_MAGNITUDE);
    assert_int_equal(config.mix.entry[1].sizes.max, 99);
    assert_true(rate(&config, "dynamic") == 0.2 && rate(&config, "digit") == 0.1);
    assert_true(config.mix.kind_contamination[noise_find("dynamic")] == 0.25);
    assert_true(config.mix.kind_contamination[noise_find("digit")] == 0.5);
    assert_true(config.mix.answer_clean);
    assert_int_equal(config.data.samples, 1000);
    /* First grid: 2 x 2 cells, 2 seeds. Second: 3 zipped x 2 widths less 2, 1 seed. */
    assert_int_equal(spec_runs(spec), 8 + 4);
    spec_run(spec, 1, &config);
    assert_int_equal(config.seed, 4);
    assert_int_equal(config.mix.entry[0].sizes.max_digits, 3);
    spec_run(spec, 4, &config);
    assert_int_equal(config.seed, 5);
    spec_run(spec, 9, &config);
    assert_int_equal(config.seed, 9);
    assert_true(rate(&config, "digit") == 0 && rate(&config, "line") == 0.6);
    assert_int_equal(config.model.width, 64);
    spec_free(spec);
}

static void runs_come_seed_by_seed_and_equal_ones_once(void **state) {
    (void)state;
    struct spec *spec;
    struct error error;
    struct config config;
    struct option_ref option;
    char name[OPTION_NAME_MAX];
    assert_int_equal(spec_read(sweep_path, NULL, 0, &spec, &error), ERR_OK);
    assert_int_equal(spec_runs(spec), 21);
    for (int r = 0; r < 21; r++) {
        spec_run(spec, r, &config);
        assert_int_equal(config.seed, 1 + r / 7);
        for (int q = 0; q < r; q++) assert_string_not_equal(spec_run_id(spec, q), spec_run_id(spec, r));
    }
    assert_true(spec_varied(spec, 0, &option));
    option_name(option, 1, name);
    assert_string_equal(name, "seeds");
    assert_true(spec_varied(spec, 1, &option));
    option_name(option, 1, name);
    assert_string_equal(name, "noise.digit");
    assert_false(spec_varied(spec, 2, &option));
    spec_free(spec);

    /* Without noise its contamination changes nothing: 1 + 2 x 2 different cells of 3 x 2. */
    spec = parse("task: {name: add}\ngrid: {noise.digit: [0, 0.5, 1], data.contamination: [0.5, 1]}\n", NULL,
                 NULL, NULL);
    assert_int_equal(spec_runs(spec), 5);
    spec_free(spec);
}

static void words_go_over_file_and_grid(void **state) {
    (void)state;
    struct spec *spec;
    struct error error;
    struct config config;
    const char *words[] = {"noise.digit=0.25", "seeds=[7, 8]", "task.max_digits=2", "model.init=a: b,c#d"};
    assert_int_equal(spec_read(sweep_path, words, 4, &spec, &error), ERR_OK);
    assert_int_equal(spec_runs(spec), 2);
    spec_run(spec, 1, &config);
    assert_int_equal(config.seed, 8);
    assert_true(rate(&config, "digit") == 0.25);
    assert_int_equal(config.mix.entry[0].sizes.max_digits, 2);
    assert_string_equal(config.model.init, "a: b,c#d");
    spec_free(spec);

    spec = parse("task: {name: add}\n", "task={name: sort, max_length: 3}", "grid={noise.line: [0, 0.5]}",
                 "noise.names=least,rest,least+rest");
    assert_int_equal(spec_runs(spec), 4); /* one without noise, which is not aimed at anything */
    spec_run(spec, 1, &config);
    assert_ptr_equal(config.mix.entry[0].task, task_find("sort"));
    assert_int_equal(config.mix.entry[0].sizes.max_length, 3);
    spec_free(spec);
}

static void a_choice_of_the_grid_may_be_a_mapping(void **state) {
    (void)state;
    struct spec *spec =
        parse("grid:\n  task: [{name: sort}, {name: add, max_digits: 2}, [{name: add}, {name: gcd}]]\n", NULL,
              NULL, NULL);
    struct config config;
    assert_int_equal(spec_runs(spec), 3);
    spec_run(spec, 1, &config);
    assert_int_equal(config.mix.entry[0].sizes.max_digits, 2);
    spec_run(spec, 2, &config);
    assert_int_equal(config.mix.entries, 2);
    assert_int_equal(config.mix.entry[0].sizes.max_digits, task_find("add")->sizes.max_digits);
    /* Without the grid there is no task: plain is the first run. */
    spec_plain(spec, &config);
    assert_ptr_equal(config.mix.entry[0].task, task_find("sort"));
    spec_free(spec);
}

/* --- the record --- */

static void a_configuration_survives_json(void **state) {
    (void)state;
    const char *const paths[] = {sweep_path, "tests/spec/mix.yaml"};
    for (int p = 0; p < 2; p++) {
        struct spec *spec;
        struct error error;
        assert_int_equal(spec_read(paths[p], NULL, 0, &spec, &error), ERR_OK);
        for (int r = 0; r < spec_runs(spec); r++) {
            struct config config, back;
            char id[CONFIG_ID_LENGTH + 1];
            struct identity identity = {0};
            spec_run(spec, r, &config);
            json_t *json = config_json(&config), *again;
            assert_non_null(json);
            if (config_from_json(json, "c.json", &back, &error)) fail_msg("%s", error.message);
            again = config_json(&back);
            assert_true(json_equal(json, again));
            assert_int_equal(identity_of(&identity, &back, id, &error), ERR_OK);
            identity_free(&identity);
            assert_string_equal(id, spec_run_id(spec, r));
            json_decref(json);
            json_decref(again);
        }
        spec_free(spec);
    }
}

static void hostile_json_is_refused(void **state) {
    (void)state;
    const char *const cases[][2] = {
        {"[]", "c.json: the spec: a mapping of options is wanted, not '[...]'"},
        {"{\"data\": {\"samples\": \"20\"}}", "is text in quotes, not a number"},
        {"{\"data\": {\"samples\": 1e300}}", "is out of range"},
        {"{\"data\": {\"samples\": null}}", "is not a number"},
        {"{\"data\": {\"samples\": true}}", "is not a number"},
        {"{\"data\": {\"samples\": {}}}", "is not a single value"},
        {"{\"seeds\": [1]}", "is not a single value"},
        {"{\"name\": \"../x\"}", "is not accepted"},
        {"{\"task\": []}", "0 tasks"},
        {"{\"task\": {\"name\": \"<script>\"}}", "is not one of the choices"},
        {"{\"grid\": {}}", "unknown option 'grid'"},
        {"{}", "the task's name is missing"},
        {"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{"
         "\"a\":{\"a\":"
         "{\"a\":1}}}}}}}}}}}}}}}}}",
         "nested too deeply"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config;
        struct error error = {""};
        json_t *json = json_loads(cases[i][0], 0, NULL);
        assert_non_null(json);
        assert_int_equal(config_from_json(json, "c.json", &config, &error), ERR_INPUT);
        if (!strstr(error.message, cases[i][1])) fail_msg("%s: %s", cases[i][0], error.message);
        json_decref(json);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bad_spec_is_refused_with_its_place),
        cmocka_unit_test(every_bad_word_is_refused_and_named),
        cmocka_unit_test(unreadable_files_are_refused),
        cmocka_unit_test(large_and_hostile_specs_are_refused),
        cmocka_unit_test(damaged_specs_do_no_harm),
        cmocka_unit_test(options_are_read_with_defaults),
        cmocka_unit_test(what_is_said_of_sizes_says_how_they_are_drawn),
        cmocka_unit_test(a_shape_has_one_name),
        cmocka_unit_test(a_mix_is_read),
        cmocka_unit_test(runs_come_seed_by_seed_and_equal_ones_once),
        cmocka_unit_test(words_go_over_file_and_grid),
        cmocka_unit_test(a_choice_of_the_grid_may_be_a_mapping),
        cmocka_unit_test(a_configuration_survives_json),
        cmocka_unit_test(hostile_json_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
