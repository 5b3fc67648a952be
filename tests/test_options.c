/* The table of options: names, defaults, help; and which options an ID depends on, each of them tried. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "noise/noises.h"
#include "spec/identity.h"
#include "spec/options.h"
#include "spec/spec.h"
#include "tasks/tasks.h"

static struct spec *parse(const char *text, const char *word) {
    struct spec *spec = NULL;
    struct error error;
    if (spec_parse("test.yaml", text, strlen(text), &word, word ? 1 : 0, &spec, &error))
        fail_msg("%s", error.message);
    return spec;
}

static struct config plain(const char *text) {
    struct spec *spec = parse(text, NULL);
    struct config config;
    spec_plain(spec, &config);
    spec_free(spec);
    return config;
}

/* --- the table --- */

static void every_option_has_a_name_and_a_valid_default(void **state) {
    (void)state;
    struct config config = plain("task: [{name: add}, {name: sort}]\n");
    for (const struct option_row *row = options_table(); row->name; row++) {
        assert_non_null(row->doc);
        struct option_value value;
        const char *problem;
        if (row->initial) assert_int_equal(option_parse(row, row->initial, false, &value, &problem), ERR_OK);
        for (int i = 0; i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i}, found;
            char name[OPTION_NAME_MAX];
            option_name(option, 2, name);
            assert_true(option_find(name, &found));
            assert_ptr_equal(found.row, row);
            assert_int_equal(found.index, i);
            assert_true(option_slot(found) < OPTION_SLOTS);
            value = option_get(option, &config);
            struct config copy = config;
            option_set(option, value, &copy);
            assert_true(option_equal(row, value, option_get(option, &copy)));
        }
    }
    struct option_ref none;
    const char *const absent[] = {"",      "data",         "data.",          "task",
                                  "task.", "task.33.name", "task.1",         "noise.digit.rat",
                                  "noise", "visibility",   "data.samples.x", "task.01.name"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) assert_false(option_find(absent[i], &none));
}

static void help_lists_every_option(void **state) {
    (void)state;
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    options_print(stream);
    fclose(stream);
    assert_non_null(strstr(text, "noise.KIND.rate"));
    assert_non_null(strstr(text, "task.min_digits"));
    assert_non_null(strstr(text, "visibility.TASK"));
    assert_non_null(strstr(text, "an integer from 1 to 1000000000; default 20000"));
    free(text);
}

/* --- IDs --- */

static void assert_ids(bool equal, const char *first, const char *second) {
    struct spec *a = parse("task: {name: add}\nnoise: {digit: 0.5}\n", first);
    struct spec *b = parse("task: {name: add}\nnoise: {digit: 0.5}\n", second);
    if (!strcmp(spec_run_id(a, 0), spec_run_id(b, 0)) != equal) fail_msg("%s and %s", first, second);
    assert_int_equal(strlen(spec_run_id(a, 0)), CONFIG_ID_LENGTH);
    spec_free(a);
    spec_free(b);
}

/* What a spec says in two ways is one run. */
static void equal_runs_have_equal_ids(void **state) {
    (void)state;
    assert_ids(true, "noise.line.contamination=0.5", "noise.dynamic.contamination=0.5");
    assert_ids(true, "data.contamination=0.5", "noise.digit.contamination=0.5");
    assert_ids(true, "model.preset=small", "model={preset: small}");
    assert_ids(true, "data.samples=20000", "data.samples=2e4");
    assert_ids(true, "noise.digit.contamination=0", "noise.digit=0");
    assert_ids(true, "data.fixed_noise=true", "data.epochs=4");
    assert_ids(true, "data={fixed_noise: false, epochs: 1}", "data.epochs=1");
    assert_ids(true, "data={fixed_noise: false, contamination: 0}", "data.contamination=0");
    assert_ids(false, "data.fixed_noise=false", "data.fixed_noise=true");
    assert_ids(false, "data.contamination=0.5", "data.contamination=1");
    assert_ids(false, "model.preset=tiny", "model.preset=small");
}

/* One after the other, for a mix in which every option but data.file has an effect. */
static const char busy_spec[] =
    "task: [{name: binary_search, sampling: length}, {name: median, sampling: magnitude, min: 1, max: 99}]\n"
    "refine: 0.5\nreverse: true\nsparsify: {share: 0.5, schedule: linear}\n"
    "model: {preset: tiny}\ntrain: {stop_at: 0.9}\neval: {every: 10, temperature: 0.8, samples: 2}\n";

static struct config busy(void) {
    struct config config = plain(busy_spec);
    for (int kind = 0; noise_list[kind]; kind++) config.mix.rate[kind] = 0.5;
    return config;
}

/* Another value that the row allows. */
static struct option_value other_value(const struct option_row *row, struct option_value value) {
    switch (row->type) {
    case OPTION_INTEGER:
        value.integer += (double)value.integer < row->high ? 1 : -1;
        value.number = (double)value.integer;
        return value;
    case OPTION_NUMBER:
        value.number = value.number > row->low ? (value.number + row->low) / 2 : row->high / 2;
        break;
    case OPTION_STRING:
        value.text = row->accepts("tests/spec/mix.yaml") ? "tests/spec/mix.yaml" : "another";
        break;
    default: value.integer = row->choice((int)value.integer + 1) ? value.integer + 1 : 0;
    }
    return value;
}

static void identify(struct identity *identity, const struct config *config, char id[CONFIG_ID_LENGTH + 1]) {
    struct error error;
    enum err code = identity_of(identity, config, id, &error);
    if (code && code != ERR_INPUT) fail_msg("%s", error.message); /* model.init leads nowhere here */
}

/* Changes an option of a copy. True when it had an effect before or has one then. */
static bool change(struct option_ref option, const struct config *config, struct config *changed) {
    *changed = *config;
    bool effect = option_has_effect(option, config);
    struct option_value value = option_get(option, config), other = other_value(option.row, value);
    assert_false(option_equal(option.row, value, other));
    option_set(option, other, changed);
    return effect || option_has_effect(option, changed);
}

/* Changes every option of a configuration in turn and holds the ID against what the table says. Marks the
 * slots that changed it, those of the first index of each row. */
static void change_all(const struct config *config, bool changes[OPTION_SLOTS]) {
    struct identity identity = {0};
    char before[CONFIG_ID_LENGTH + 1], after[CONFIG_ID_LENGTH + 1], name[OPTION_NAME_MAX];
    identify(&identity, config, before);
    for (const struct option_row *row = options_table(); row->name; row++) {
        bool *matters = &changes[option_slot((struct option_ref){.row = row})];
        for (int i = 0; i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            struct config changed;
            if (row->counts == COUNTS_TASKS && i >= config->mix.entries) continue;
            bool wanted = change(option, config, &changed) && row->matters;
            identify(&identity, &changed, after);
            option_name(option, config->mix.entries, name);
            if (strcmp(before, after) ? !wanted : wanted)
                fail_msg("%s: the ID should %s", name, wanted ? "change" : "stay");
            *matters |= wanted;
        }
    }
    identity_free(&identity);
}

static const char *const without_effect[] = {
    "name",          "task.family",     "data.contamination",     "model.preset",
    "train.threads", "train.recompute", "train.checkpoint_every", "report.threshold",
    "report.learned"};
enum { WITHOUT_EFFECT = sizeof without_effect / sizeof *without_effect };

static void every_option_that_matters_changes_the_id(void **state) {
    (void)state;
    int rows = 0, mattering = 0;
    for (const struct option_row *row = options_table(); row->name; row++) {
        bool listed = false;
        for (int i = 0; i < WITHOUT_EFFECT; i++) listed |= !strcmp(row->name, without_effect[i]);
        if (row->matters == listed) fail_msg("%s: %s", row->name, listed ? "matters" : "does not matter");
        rows++;
        mattering += row->matters;
    }
    assert_int_equal(rows - mattering, WITHOUT_EFFECT);
    static bool changes[OPTION_SLOTS];
    struct config config = busy();
    for (int method = 0; rl_method_names[method]; method++) {
        config.rl.method = (enum rl_method)method;
        config.rl.reward = method == RL_RCRL ? RL_REWARD_MODEL : RL_REWARD_OUTCOME;
        change_all(&config, changes);
    }
    int changing = 0;
    for (int slot = 0; slot < OPTION_SLOTS; slot++) changing += changes[slot];
    assert_int_equal(changing, mattering); /* each has its effect with some method */
}

/* In a configuration where hardly anything is in use, the others change nothing. */
static void an_option_without_effect_leaves_the_id(void **state) {
    (void)state;
    struct config config = plain("task: {name: add}\n");
    static const char *const idle[] = {
        "task.weight",     "task.min",       "task.max",       "task.min_length",          "task.max_length",
        "visibility.sort", "visibility.add", "sparsify.order", "sparsify.schedule",        "noise.answer",
        "refine",          "eval.every",     "eval.samples",   "noise.line.contamination", "rl.rollouts",
        "rl.clip",         "rl.every",       "noise.names"};
    change_all(&config, (bool[OPTION_SLOTS]){0});
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) {
        struct option_ref option;
        struct config changed;
        assert_true(option_find(idle[i], &option));
        if (change(option, &config, &changed)) fail_msg("%s has an effect", idle[i]);
    }
    config = plain("task: {name: add}\ndata: {file: tests/spec/mix.yaml}\n");
    struct option_ref samples;
    assert_true(option_find("data.samples", &samples));
    assert_false(option_has_effect(samples, &config));
}

/* How a task is written where it is called has an effect however deep it is called: lcm asks gcd, gcd asks
 * mod. */
static void called_tasks_count_at_any_depth(void **state) {
    (void)state;
    struct config config = plain("task: {name: lcm}\n");
    static const char *const called[] = {"visibility.gcd", "visibility.mod", "visibility.div"};
    struct option_ref option;
    for (size_t i = 0; i < sizeof called / sizeof *called; i++) {
        assert_true(option_find(called[i], &option));
        assert_true(option_has_effect(option, &config));
    }
    assert_true(option_find("visibility.lcm", &option));
    assert_false(option_has_effect(option, &config));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_has_a_name_and_a_valid_default),
        cmocka_unit_test(help_lists_every_option),
        cmocka_unit_test(equal_runs_have_equal_ids),
        cmocka_unit_test(every_option_that_matters_changes_the_id),
        cmocka_unit_test(an_option_without_effect_leaves_the_id),
        cmocka_unit_test(called_tasks_count_at_any_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
