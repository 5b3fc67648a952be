/* results.csv: which columns it has, and runs read back from a table alone, whose spec says the rest. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "record/collect.h"
#include "record/results_csv.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

#define HEADER "run,task,format,model,samples,epochs,noise,rate,contamination,accuracy"

static const char *folder(const char *name) {
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    return path;
}

/* Reads a directory with these two files. */
static enum err read_table(const char *name, const char *spec, const char *table,
                           struct collection *collection, struct error *error) {
    const char *directory = folder(name);
    if (spec) make_file(directory, "spec.yaml", "%s", spec);
    make_file(directory, "results.csv", "%s", table);
    return collect_runs(directory, false, collection, error);
}

static struct collection table(const char *name, const char *spec, const char *text) {
    struct collection collection;
    struct error error = {""};
    if (read_table(name, spec, text, &collection, &error)) fail_msg("%s", error.message);
    return collection;
}

static const struct record *row(const struct collection *collection, const char *run) {
    for (size_t r = 0; r < collection->count; r++)
        if (!strcmp(collection->records[r]->run, run)) return collection->records[r];
    fail_msg("no run %s", run);
    return NULL;
}

static const char spec[] = "name: t\nseeds: 3\ntask: {name: add, max_digits: 5}\n"
                           "model: {preset: tiny, width: 32, heads: 2, ffn: 48}\n"
                           "noise.digit: 0.5\ntrain.learning_rate: 0.01\neval.problems: 40\n";

/* What has no column is as the spec says, what has one as the row says. */
static void rows_are_completed_by_the_spec(void **state) {
    (void)state;
    struct collection collection = table("completed", spec,
                                         HEADER "\n"
                                                "a,add,trace,small,1000,2,none,0.0,1,0.5\n"
                                                "b,sort,trace,tiny,2000,3,line,0.25,0.5,0.25\n"
                                                "c,add,direct,tiny,2000,3,digit+line,0.125+0.25,0.5,0.25\n");
    assert_true(collection.is_table);
    assert_null(collection.notice);
    const struct record *a = row(&collection, "a"), *b = row(&collection, "b"), *c = row(&collection, "c");
    char model[RECORD_MODEL_MAX + 1];
    assert_true(record_is_clean(a));
    assert_string_equal(a->noise, "none");
    assert_string_equal(a->model, "small");
    config_model_name(&a->config, model); /* by its shape */
    assert_string_equal(model, "small");
    assert_int_equal(a->config.mix.entry[0].sizes.max_digits, 5);
    assert_true(a->config.train.learning_rate == 0.01);
    assert_int_equal(a->config.seed, 3);
    assert_int_equal(a->outcome.evaluation.problems, 40);
    assert_int_equal(a->outcome.evaluation.correct, 20);
    assert_true(isnan(a->outcome.validation_accuracy) && isnan(a->outcome.evaluation.unsound));
    assert_string_equal(b->task, "sort");
    assert_string_equal(b->config.mix.entry[0].task->name, "sort");
    assert_int_not_equal(b->config.mix.entry[0].sizes.max_digits, 5); /* sizes are add's */
    assert_string_equal(b->noise, "line");
    assert_true(b->config.mix.contamination == 0.5 && b->config.data.samples == 2000);
    assert_int_equal(b->config.data.epochs, 3);
    assert_int_equal(c->config.mix.format, FORMAT_DIRECT);
    assert_string_equal(c->rate, "0.125+0.25");
    collection_free(&collection);
}

static void tables_must_fit_their_spec(void **state) {
    (void)state;
    struct collection collection;
    struct error error;
    static const char grid[] = "name: t\ntask: {name: add}\ngrid: {train.learning_rate: [0.1, 0.2]}\n";
    assert_int_equal(
        read_table("unfit", grid, HEADER "\na,add,trace,small,1000,2,none,0,1,1\n", &collection, &error),
        ERR_INPUT);
    assert_non_null(strstr(error.message, "no column 'train.learning_rate', in which runs"));
    collection = table("fit", grid,
                       HEADER ",train.learning_rate\n"
                              "a,add,trace,small,1000,2,none,0,1,1,0.2\n");
    assert_true(collection.records[0]->config.train.learning_rate == 0.2);
    collection_free(&collection);
    assert_int_equal(
        read_table("none", NULL, HEADER "\na,add,trace,small,1000,2,none,0.5,1,1\n", &collection, &error),
        ERR_INPUT);
    assert_non_null(strstr(error.message, "rate '0.5' does not go with noise 'none'"));
}

/* What only another version knows is kept: as an option where its name has a dot. */
static void columns_of_other_versions_are_kept(void **state) {
    (void)state;
    struct collection collection = table("others", NULL,
                                         HEADER ",train.warp,elegance\n"
                                                "a,add,trace,small,1000,2,none,0,1,1,9,much\n");
    const struct record *record = collection.records[0];
    assert_non_null(collection.notice); /* there is no spec */
    assert_int_equal(record->extra_count, 2);
    assert_string_equal(record->extras[0].name, "elegance");
    assert_false(record->extras[0].is_option);
    assert_string_equal(record->extras[1].name, "train.warp");
    assert_string_equal(record->extras[1].text, "9");
    assert_true(record->extras[1].is_option);
    collection_free(&collection);
}

/* The noise that runs have is a column also where all have the same, and no other is. */
static void rates_in_use_have_columns(void **state) {
    (void)state;
    const char *directory = folder("rates");
    struct error error;
    for (int64_t seed = 1; seed <= 2; seed++)
        make_run(directory, (struct made_run){.noise = "digit", .rate = "0.25", .seed = seed});
    struct collection collection;
    struct fields fields = {0};
    struct buffer header = {0};
    assert_int_equal(collect_runs(directory, false, &collection, &error), ERR_OK);
    assert_int_equal(results_csv_options(&collection, &fields, &error), ERR_OK);
    results_csv_header(&collection, &fields, &header);
    assert_string_equal(header.bytes, ",noise.digit");
    buffer_free(&header);
    fields_free(&fields);
    collection_free(&collection);
}

/* Without a spec a run that others started from is one of the grid's too where the table says that it has no
 * parent; of one that is there for others alone nothing is said. */
static void parents_of_a_table_without_a_spec(void **state) {
    (void)state;
    struct collection collection = table("grid_parent", NULL,
                                         HEADER ",parent,start.data.samples\n"
                                                "a,add,trace,small,1000,2,none,0,1,0.5,,0\n"
                                                "b,add,trace,small,1000,2,digit,0.5,1,0.5,,0\n"
                                                "c,add,trace,small,1000,2,digit,0.5,1,0.5,a,1000\n"
                                                "d,add,trace,small,2000,2,none,0,1,0.5,,\n"
                                                "e,add,trace,small,1000,2,digit,0.5,1,0.5,d,2000\n");
    assert_int_equal(collection.count, 4);
    row(&collection, "a");
    assert_int_equal(collection.parent_count, 1);
    assert_string_equal(collection.parents[0]->run, "d");
    collection_free(&collection);
}

/* What was solved of how many problems, where a table does not say both. */
static void counts_follow_from_the_accuracy(void **state) {
    (void)state;
    struct error error = {""};
    struct collection collection =
        table("problems_alone", NULL, HEADER ",problems\na,add,trace,small,1000,2,none,0,1,0.75,400\n");
    const struct evaluation *evaluation = &row(&collection, "a")->outcome.evaluation;
    assert_int_equal(evaluation->problems, 400);
    assert_int_equal(evaluation->correct, 300);
    collection_free(&collection);
    collection = table("solved_alone", NULL, HEADER ",correct\na,add,trace,small,1000,2,none,0,1,0.75,3\n");
    evaluation = &row(&collection, "a")->outcome.evaluation;
    assert_int_equal(4 * evaluation->correct, 3 * evaluation->problems);
    collection_free(&collection);
    assert_int_equal(read_table("too_many", NULL,
                                HEADER ",problems,correct\na,add,trace,small,1000,2,none,0,1,1,400,500\n",
                                &collection, &error),
                     ERR_INPUT);
    assert_non_null(strstr(error.message, "results.csv:2: correct is 500 of 400 problems"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_completed_by_the_spec),
        cmocka_unit_test(tables_must_fit_their_spec),
        cmocka_unit_test(columns_of_other_versions_are_kept),
        cmocka_unit_test(rates_in_use_have_columns),
        cmocka_unit_test(parents_of_a_table_without_a_spec),
        cmocka_unit_test(counts_follow_from_the_accuracy),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
