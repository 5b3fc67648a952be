/* Families of tasks: each task says of which it is and how its trace is read; `task.family` is the mix of all
 * of one, whose runs are told apart by its name. */
#include <ctype.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/collect.h"
#include "record/field.h"
#include "spec/config_json.h"
#include "spec/family_mix.h"
#include "spec/spec.h"
#include "sweep/run_label.h"
#include "tasks/tasks.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

static struct spec *parse(const char *text, const char *word) {
    struct spec *spec;
    struct error error;
    if (spec_parse("spec.yaml", text, strlen(text), &word, word != NULL, &spec, &error))
        fail_msg("%s: %s", text, error.message);
    return spec;
}

/* The first run of a spec. */
static struct config config_of(const char *text, const char *word) {
    struct config config;
    struct spec *spec = parse(text, word);
    spec_run(spec, 0, &config);
    spec_free(spec);
    return config;
}

/* --- what tasks say --- */

/* Whether a text has a name as a word of its own. */
static bool mentions(const char *text, const char *name) {
    size_t length = strlen(name);
    for (const char *at = strstr(text, name); at; at = strstr(at + 1, name))
        if ((at == text || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[length]))
            return true;
    return false;
}

static void every_task_says_what_it_is(void **state) {
    (void)state;
    enum { LINE = 100 - 4 };
    for (int i = 0; task_list[i]; i++) {
        const struct task *task = task_list[i];
        if (task->family <= FAMILY_NONE || task->family >= FAMILY_KINDS)
            fail_msg("%s: no family", task->name);
        if (!task->about || strlen(task->about) < LINE || strlen(task->about) > 7 * (LINE - 8))
            fail_msg("%s: what is said of it has 2 to 7 lines", task->name);
        for (const char *c = task->about; *c; c++)
            if (!isprint((unsigned char)*c) || (c[0] == ' ' && c[1] == ' '))
                fail_msg("%s: one space between words, no breaks", task->name);
        for (int n = 0; task->names[n]; n++)
            if (!mentions(task->about, task->names[n]))
                fail_msg("%s: what '%s' means is not said", task->name, task->names[n]);
    }
}

static void families_have_names_of_their_own(void **state) {
    (void)state;
    for (int family = FAMILY_NONE + 1; family < FAMILY_KINDS; family++) {
        assert_int_equal(family_find(family_names[family]), family);
        assert_null(task_find(family_names[family])); /* results.csv has both in one column */
    }
    assert_int_equal(family_find("none"), FAMILY_NONE);
    assert_int_equal(family_find("look"), FAMILY_NONE);
    assert_null(task_find("none"));
}

/* --- the mix --- */

/* "task: [{name: a}, ...]": the tasks of a family, the first with this weight; without the last one, with
 * one of another family (left out: -1), or in another order. */
static const char *as_list(enum family family, double weight, int left_out, bool reversed) {
    static char text[4096];
    const struct task *tasks[TASKS_MAX];
    int count = 0;
    for (int i = 0; task_list[i]; i++)
        if (task_list[i]->family == family) tasks[count++] = task_list[i];
    tasks[count] = task_find("add");
    size_t used = (size_t)snprintf(text, sizeof text, "task: [");
    for (int i = 0; i < count - left_out; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s{name: %s, weight: %g}", i ? ", " : "",
                                 tasks[reversed ? count - 1 - i : i]->name, i ? 1 : weight);
    snprintf(text + used, sizeof text - used, "]\n");
    return text;
}

static void a_family_is_the_mix_of_its_tasks(void **state) {
    (void)state;
    char id[CONFIG_ID_LENGTH + 1];
    struct spec *spec = parse("task: {family: comparing}\n", NULL);
    struct config config = config_of("task: {family: comparing}\n", NULL);
    strcpy(id, spec_run_id(spec, 0));
    spec_free(spec);
    int found = 0;
    for (int i = 0; task_list[i]; i++) {
        if (task_list[i]->family != FAMILY_COMPARING) continue;
        const struct mix_entry *entry = &config.mix.entry[found++];
        assert_ptr_equal(entry->task, task_list[i]);
        assert_true(entry->weight == 1);
        assert_memory_equal(&entry->sizes, &task_list[i]->sizes, sizeof entry->sizes);
    }
    assert_int_equal(found, config.mix.entries);
    assert_int_equal(config.family, FAMILY_COMPARING);
    spec = parse(as_list(FAMILY_COMPARING, 1, 0, false), NULL); /* the same run, whoever says it */
    assert_string_equal(spec_run_id(spec, 0), id);
    spec_free(spec);
    assert_int_equal(config_of(as_list(FAMILY_COMPARING, 1, 0, false), NULL).family, FAMILY_COMPARING);
    assert_int_equal(config_of(as_list(FAMILY_COMPARING, 2, 0, false), NULL).family, FAMILY_NONE);
    assert_int_equal(config_of(as_list(FAMILY_COMPARING, 1, 1, false), NULL).family, FAMILY_NONE);
    assert_int_equal(config_of(as_list(FAMILY_COMPARING, 1, -1, false), NULL).family, FAMILY_NONE);
    assert_int_equal(config_of(as_list(FAMILY_COMPARING, 1, 0, true), NULL).family, FAMILY_NONE);
    struct mix mix;
    struct error error;
    mix_default(&mix);
    assert_int_equal(family_mix_make(FAMILY_NONE, &mix, &error), ERR_INPUT); /* of which no task is */
    assert_non_null(strstr(error.message, "none has 0 tasks (allowed: 1 to 32)"));
    assert_int_equal(mix.entries, 0);
}

static void sizes_are_those_of_all_its_tasks(void **state) {
    (void)state;
    struct config config = config_of("task: {family: branching, max_digits: 2}\n", NULL);
    int by_value = 0;
    for (int i = 0; i < config.mix.entries; i++) {
        const struct mix_entry *entry = &config.mix.entry[i];
        by_value += entry->sizes.sampling == SAMPLING_MAGNITUDE;
        assert_int_equal(entry->sizes.sampling, entry->task->sizes.sampling); /* each goes on as it did */
        assert_int_equal(entry->sizes.max_digits, 2);
        assert_true(entry->sizes.min_digits <= 2);
        assert_true(entry->sizes.max == entry->task->sizes.max);
    }
    assert_true(by_value > 0 && by_value < config.mix.entries);
    config = config_of("task: {family: branching}\n", "task.sampling=magnitude");
    for (int i = 0; i < config.mix.entries; i++)
        assert_int_equal(config.mix.entry[i].sizes.sampling, SAMPLING_MAGNITUDE);
}

/* What is said later counts, as of any option; of one family nothing is left in the next. */
static void the_later_of_task_and_family_counts(void **state) {
    (void)state;
    struct config config = config_of("task: {family: lookup, max_digits: 2}\n", "task.name=gcd");
    assert_int_equal(config.mix.entries, 1);
    assert_string_equal(config.mix.entry[0].task->name, "gcd");
    assert_int_equal(config.family, FAMILY_NONE);
    config = config_of("task: [{name: gcd, max_digits: 2}, {name: sort}]\n", "task.family=lookup");
    assert_int_equal(config.family, FAMILY_LOOKUP);
    assert_memory_equal(&config.mix.entry[0].sizes, &config.mix.entry[0].task->sizes, sizeof(struct sizes));
    config = config_of("task: {name: gcd}\ngrid: {task.family: [none, lookup]}\n", NULL);
    assert_string_equal(config.mix.entry[0].task->name, "gcd");
    config = config_of("task: [{name: gcd}, {name: sort}]\n", "task={family: lookup}");
    assert_int_equal(config.family, FAMILY_LOOKUP);
    config = config_of("task: {family: lookup}\n", "task=[{name: gcd}, {name: sort}]");
    assert_int_equal(config.mix.entries, 2);
    struct spec *spec = parse("task: {family: lookup}\nstart: {task.family: comparing, data.samples: 9}\n",
                              "start.task.name=add");
    spec_run(spec, 0, &config);
    assert_string_equal(config.start, "{\"task.name\":\"add\",\"data.samples\":9}");
    spec_run(spec, 1, &config);
    assert_int_equal(config.mix.entries, 1);
    spec_free(spec);
}

/* --- runs of a grid --- */

static void assert_labels(const char *text, const char *const labels[]) {
    struct spec *spec = parse(text, NULL);
    int runs = 0;
    for (; labels[runs]; runs++) {
        assert_true(runs < spec_runs(spec));
        char *label = run_label_text(spec, runs, RUN_LABEL_RUN);
        assert_string_equal(label, labels[runs]);
        free(label);
    }
    assert_int_equal(spec_runs(spec), runs);
    spec_free(spec);
}

static void runs_are_told_by_their_family(void **state) {
    (void)state;
    assert_labels("grid: {task.family: [lookup, comparing]}\n",
                  (const char *const[]){"task.family=lookup", "task.family=comparing", NULL});
    assert_labels("task.family: lookup\ngrid: {task.max_length: [2, 3]}\n", /* the first has no list */
                  (const char *const[]){"task.max_length=2", "task.max_length=3", NULL});
    assert_labels("grid: {task: [{name: add}, {family: lookup}, {name: gcd}]}\n",
                  (const char *const[]){"task.name=add", "task.family=lookup", "task.name=gcd", NULL});
    char listed[5000];
    snprintf(listed, sizeof listed, "grid: {task: [%s, {name: gcd}]}\n",
             as_list(FAMILY_COMPARING, 1, 0, false) + strlen("task: "));
    assert_labels(listed, (const char *const[]){"task.family=comparing", "task.name=gcd", NULL});
}

static void families_can_be_excluded(void **state) {
    (void)state;
    static const char grid[] = "grid: {task: [{family: lookup}, {name: add}, {name: gcd}], exclude: [%s]}\n";
    static const char *const excluded[][2] = {
        {"{task.family: lookup}", "task.name=add"},    {"{task: {family: lookup}}", "task.name=add"},
        {"{task.name: add}", "task.family=lookup"}, /* which begins with add */
        {"{task: {name: add}}", "task.family=lookup"}, {"{task.family: none}", ""},
    };
    char text[256];
    for (size_t i = 0; i < sizeof excluded / sizeof *excluded; i++) {
        snprintf(text, sizeof text, grid, excluded[i][0]);
        struct spec *spec = parse(text, NULL);
        char *label = run_label_text(spec, 0, RUN_LABEL_RUN);
        assert_int_equal(spec_runs(spec), i == 4 ? 1 : 2);
        assert_string_equal(label, excluded[i][1]);
        free(label);
        spec_free(spec);
    }
    assert_labels(
        "task.family: comparing\ngrid: {task.max_digits: [2, 3], exclude: [{task.max_digits: 2}]}\n",
        (const char *const[]){"", NULL});
    /* What one of its tasks has by default is not said of all. */
    struct config config = config_of("task: {family: comparing}\n", NULL);
    snprintf(text, sizeof text,
             "task.family: comparing\ngrid: {seeds: [1], exclude: [{task.max_digits: %d}]}\n",
             config.mix.entry[0].sizes.max_digits);
    assert_labels(text, (const char *const[]){"", NULL});
}

/* --- results --- */

/* The names of what tells the runs of a spec apart, once they are recorded. */
static void assert_varied(const char *text, const char *wanted) {
    struct spec *spec = parse(text, NULL);
    struct record records[4] = {0}, *pointers[4];
    struct fields fields = {0};
    struct error error;
    char names[512] = "";
    assert_true(spec_runs(spec) <= 4);
    for (int r = 0; r < spec_runs(spec); r++) {
        struct config config;
        spec_run(spec, r, &config);
        json_t *json = config_json(&config);
        assert_null(json_object_get(json_object_get(json, "task"), "family")); /* the mix says it all */
        assert_int_equal(config_from_json(json, "config.json", &records[r].config, &error), ERR_OK);
        assert_int_equal(records[r].config.family, config.family);
        assert_int_equal(record_describe(&records[r], &error), ERR_OK);
        json_decref(json);
        pointers[r] = &records[r];
    }
    assert_int_equal(fields_find_varied(pointers, (size_t)spec_runs(spec), &fields, &error), ERR_OK);
    for (size_t i = 0; i < fields.count; i++) {
        char name[OPTION_NAME_MAX];
        field_name(&fields.field[i], 1, name);
        if (!strstr(names, name)) snprintf(names + strlen(names), sizeof names - strlen(names), "%s ", name);
    }
    assert_string_equal(names, wanted);
    fields_free(&fields);
    for (int r = 0; r < spec_runs(spec); r++) record_free(&records[r]);
    spec_free(spec);
}

static void recorded_runs_are_told_by_their_family(void **state) {
    (void)state;
    assert_varied("grid: {task.family: [lookup, comparing, branching]}\n", "task.family ");
    assert_varied("grid: {task.family: [lookup, comparing], task.max_digits: [3, 4]}\n",
                  "task.family task.max_digits ");
    assert_varied("grid: {task: [{name: add}, {family: lookup}]}\n", "task.family ");
}

static void a_table_has_the_name_of_the_family(void **state) {
    (void)state;
    static const char table[] = "run,task,format,model,samples,epochs,noise,rate,contamination,accuracy%s\n"
                                "a,lookup,trace,tiny,1000,2,none,0,1,1%s\n"
                                "b,comparing,trace,tiny,1000,2,none,0,1,1%s\n"
                                "c,gcd,trace,tiny,1000,2,none,0,1,1%s\n";
    char directory[1024];
    snprintf(directory, sizeof directory, "%s/table", getenv("SCRATCH"));
    make_file(
        directory, "spec.yaml", "%s",
        "name: t\nmodel.preset: tiny\ndata: {samples: 1000, epochs: 2}\ngrid: {task.family: [lookup]}\n");
    for (int with_column = 0; with_column < 2; with_column++) {
        struct collection collection;
        struct error error;
        const bool w = with_column;
        make_file(directory, "results.csv", table, w ? ",task.family" : "", w ? ",lookup" : "",
                  w ? ",comparing" : "", w ? "," : "");
        if (collect_runs(directory, false, &collection, &error)) fail_msg("%s", error.message);
        assert_int_equal(collection.count, 3);
        for (size_t r = 0; r < collection.count; r++) {
            const struct record *record = collection.records[r];
            assert_int_equal(record->config.family, *record->run == 'a'   ? FAMILY_LOOKUP
                                                    : *record->run == 'b' ? FAMILY_COMPARING
                                                                          : FAMILY_NONE);
            if (*record->run == 'b') assert_string_equal(record->task, "comparing");
            if (*record->run == 'c') assert_string_equal(record->task, "gcd");
        }
        collection_free(&collection);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_says_what_it_is),
        cmocka_unit_test(families_have_names_of_their_own),
        cmocka_unit_test(a_family_is_the_mix_of_its_tasks),
        cmocka_unit_test(sizes_are_those_of_all_its_tasks),
        cmocka_unit_test(the_later_of_task_and_family_counts),
        cmocka_unit_test(runs_are_told_by_their_family),
        cmocka_unit_test(families_can_be_excluded),
        cmocka_unit_test(recorded_runs_are_told_by_their_family),
        cmocka_unit_test(a_table_has_the_name_of_the_family),
    };
    return cmocka_run_group_tests_name("families", tests, shell_setup, shell_teardown);
}
