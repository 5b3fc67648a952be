/* `select`: which candidate each cell takes, what becomes of the others, and selection.csv; read from a table
 * of results with its spec beside it. */
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
#include "record/selection.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

#define HEADER                                                                                         \
    "run,task,format,model,samples,epochs,seed,noise,rate,contamination,accuracy,validation_accuracy," \
    "problems,correct,noise.digit,train.batch_tokens,train.learning_rate\n"

/* A row: seed, rate, batch, learning rate, accuracy in hundredths of 100 problems, validation accuracy. */
struct row {
    int seed;
    const char *rate;
    int batch;
    const char *learning_rate;
    int correct;
    const char *validation;
};

static const char *directory_of(const char *name, const char *select, const struct row *rows, size_t count) {
    static char directory[512];
    struct buffer table = {0};
    snprintf(directory, sizeof directory, "%s/%s", getenv("SCRATCH"), name);
    make_file(
        directory, "spec.yaml",
        "name: chosen\ntask: {name: add}\nseeds: [1, 2]\n%s"
        "grid: {noise.digit: [0, 0.5], train.batch_tokens: [128, 256], train.learning_rate: [0.001, 0.01]}\n",
        select);
    buffer_text(&table, HEADER);
    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        bool clean = !strcmp(r->rate, "0");
        buffer_printf(&table, "run%zu,add,trace,small,20000,4,%d,%s,%s,1,%g,%s,100,%d,%s,%d,%s\n", i, r->seed,
                      clean ? "none" : "digit", r->rate, r->correct / 100.0, r->validation, r->correct,
                      r->rate, r->batch, r->learning_rate);
    }
    make_file(directory, "results.csv", "%s", table.bytes);
    buffer_free(&table);
    return directory;
}

static struct collection collected(const char *directory) {
    struct collection collection;
    struct error error = {""};
    if (collect_runs(directory, false, &collection, &error)) fail_msg("%s", error.message);
    return collection;
}

static bool is_kept(const struct collection *collection, const char *run) {
    for (size_t r = 0; r < collection->count; r++)
        if (!strcmp(collection->records[r]->run, run)) return true;
    return false;
}

/* Of the clean cell the second candidate validates better, though it tests worse; of the noisy one the first
 * does, on the mean of two seeds; an unfinished candidate does not count. */
static const struct row rows[] = {
    {1, "0", 128, "0.001", 99, "0.90"},  {2, "0", 128, "0.001", 99, "0.92"},
    {1, "0", 128, "0.01", 80, "0.95"},   {2, "0", 128, "0.01", 80, "0.93"},
    {1, "0.5", 128, "0.001", 40, "0.2"}, {2, "0.5", 128, "0.001", 41, "0.8"},
    {1, "0.5", 128, "0.01", 50, "0.4"},  {2, "0.5", 128, "0.01", 50, "0.4"},
    {1, "0.5", 256, "0.01", 90, "0.9"},
};
enum { ROWS = sizeof rows / sizeof *rows };

static void validation_decides(void **state) {
    (void)state;
    const char *directory =
        directory_of("both", "select: [train.learning_rate, train.batch_tokens]\n", rows, ROWS);
    struct collection c = collected(directory);
    assert_int_equal(c.count, 4);
    assert_int_equal(c.passed_over_count, 5);
    assert_true(is_kept(&c, "run2") && is_kept(&c, "run3"));
    assert_true(is_kept(&c, "run4") && is_kept(&c, "run5"));
    assert_int_equal(c.selected.count, 2);
    for (size_t i = 0; i < c.varied.count; i++) /* what varies, varies among all of them */
        if (field_is_option(&c.varied.field[i], "train.batch_tokens"))
            assert_true(selection_has(&c, c.records[0], &c.varied.field[i]));
    collection_free(&c);
}

/* What is not named stays apart: with two batches there are two cells for each noise. */
static void other_options_stay_apart(void **state) {
    (void)state;
    struct collection c = collected(directory_of("rate", "select: train.learning_rate\n", rows, ROWS));
    assert_int_equal(c.count, 5);
    assert_true(is_kept(&c, "run8"));
    collection_free(&c);
    c = collected(directory_of("none", "", rows, ROWS));
    assert_int_equal(c.count, ROWS);
    assert_int_equal(c.passed_over_count + c.selected.count, 0);
    collection_free(&c);
}

/* The first of equal candidates; one that has not validated only where none has. */
static void ties_and_gaps(void **state) {
    (void)state;
    static const struct row equal[] = {{1, "0", 128, "0.001", 50, ""},
                                       {1, "0", 128, "0.01", 40, "0.1"},
                                       {1, "0.5", 128, "0.001", 50, "0.5"},
                                       {1, "0.5", 128, "0.01", 90, "0.5"}};
    struct collection c = collected(directory_of("ties", "select: train.learning_rate\n", equal, 4));
    assert_int_equal(c.count, 2);
    assert_true(is_kept(&c, "run1") && is_kept(&c, "run2"));
    collection_free(&c);
}

/* A preset brings a shape along, in which its runs differ. */
static void a_preset_may_be_chosen(void **state) {
    (void)state;
    static const char text[] =
        "task: {name: add}\nselect: model.preset\ngrid: {model.preset: [tiny, small]}\n";
    struct spec *spec;
    struct option_ref option;
    struct error error = {""};
    if (spec_parse("x", text, strlen(text), NULL, 0, &spec, &error)) fail_msg("%s", error.message);
    assert_true(spec_selected(spec, 0, &option) && !strcmp(option.row->name, "model.preset"));
    assert_false(spec_selected(spec, 1, &option));
    struct collection collection = {.source_count = 1};
    assert_int_equal(selection_separate(&collection, spec, &error), ERR_OK);
    struct record run = {0};
    struct field width = {0};
    assert_true(option_find("model.width", &width.option));
    assert_true(selection_has(&collection, &run, &width));
    assert_true(option_find("train.clip", &width.option));
    assert_false(selection_has(&collection, &run, &width));
    collection_free(&collection);
    spec_free(spec);
}

static void the_table_says_what_was_chosen(void **state) {
    (void)state;
    const char *directory =
        directory_of("table", "select: [train.learning_rate, train.batch_tokens]\n", rows, ROWS);
    struct collection c = collected(directory);
    struct error error = {""};
    char path[600], *bytes;
    size_t length;
    snprintf(path, sizeof path, "%s/selection.csv", directory);
    assert_int_equal(selection_write_csv(&c, path, &error), ERR_OK);
    assert_int_equal(file_read(path, 1 << 20, &bytes, &length, &error), ERR_OK);
    assert_string_equal(
        bytes, "task,format,model,samples,epochs,noise,rate,contamination,noise.digit,train.batch_tokens,"
               "train.learning_rate,seeds,validation_accuracy,accuracy,chosen\n"
               "add,trace,small,20000,4,none,0,1,0,128,0.001,2,0.91,0.99,no\n"
               "add,trace,small,20000,4,none,0,1,0,128,0.01,2,0.94,0.8,yes\n"
               "add,trace,small,20000,4,digit,0.5,1,0.5,128,0.001,2,0.5,0.405,yes\n"
               "add,trace,small,20000,4,digit,0.5,1,0.5,128,0.01,2,0.4,0.5,no\n"
               "add,trace,small,20000,4,digit,0.5,1,0.5,256,0.01,1,0.9,0.9,no\n");
    free(bytes);
    collection_free(&c);
}

/* Of two sweeps one chooses: its runs are no runs of the other, which is told apart by its values. */
static void another_sweep_has_not_chosen(void **state) {
    (void)state;
    struct error error = {""};
    struct field rate = {0};
    option_find("train.learning_rate", &rate.option);
    struct collection c = collected(directory_of("tuned", "select: train.learning_rate\n", rows, ROWS));
    struct collection other = collected(directory_of("untuned", "", rows, ROWS));
    assert_int_equal(collection_merge(&c, &other, &error), ERR_OK);
    collection_free(&other);
    for (size_t i = 0; i < c.count; i++) {
        const struct record *a = c.records[i], *b = c.records[0];
        assert_int_equal(selection_has(&c, a, &rate), a->sweep == 0);
        int order = selection_compare(&c, &rate, a, b);
        bool same = a->sweep == b->sweep && (!a->sweep || !field_compare(&rate, a, b));
        assert_true(same == !order);
        assert_true(a->sweep == b->sweep || (order < 0) == !a->sweep);
    }
    collection_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validation_decides),
        cmocka_unit_test(other_options_stay_apart),
        cmocka_unit_test(ties_and_gaps),
        cmocka_unit_test(a_preset_may_be_chosen),
        cmocka_unit_test(the_table_says_what_was_chosen),
        cmocka_unit_test(another_sweep_has_not_chosen),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
