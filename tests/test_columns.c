/* The table of columns: which values they take, and in which order values are. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/columns.h"

static void texts_are_one_printable_line_that_fits(void **state) {
    (void)state;
    struct record *record = calloc(1, sizeof *record);
    struct error error;
    const struct column *column = column_find("stopped");
    char text[64];
    memset(text, 'a', sizeof text);
    text[column->size - 1] = 0;
    assert_int_equal(column_set_text(column, text, record, &error), ERR_OK);
    assert_string_equal(record->outcome.stopped, text);
    text[column->size - 1] = 'a';
    text[column->size] = 0;
    assert_int_equal(column_set_text(column, text, record, &error), ERR_INPUT);
    assert_int_equal(column_set_text(column, "a\x7f", record, &error), ERR_INPUT);
    assert_int_equal(column_set_text(column, "a\x1b", record, &error), ERR_INPUT);
    assert_int_equal(column_set_text(column, "a\xc2\x9b", record, &error), ERR_INPUT);
    assert_int_equal(column_set_text(column, "a\xe2\x80\xae", record, &error), ERR_INPUT);
    assert_int_equal(column_set_text(column, "a\xff", record, &error), ERR_INPUT);
    assert_int_equal(column_set_text(column, NULL, record, &error), ERR_INPUT);
    assert_int_equal(strlen(record->outcome.stopped), column->size - 1); /* untouched */
    assert_int_equal(column_set_text(column, "caf\xc3\xa9", record, &error), ERR_OK);
    free(record);
}

static void numbers_are_in_their_range(void **state) {
    (void)state;
    const struct column *share = column_find("accuracy"), *count = column_find("steps"),
                        *loss = column_find("test_loss");
    assert_true(column_accepts(share, 0) && column_accepts(share, 1));
    assert_false(column_accepts(share, 1.0001) || column_accepts(share, -0.0001) ||
                 column_accepts(share, NAN));
    assert_true(column_accepts(count, 3) && column_accepts(count, 1e15));
    assert_false(column_accepts(count, 3.5) || column_accepts(count, 2e15));
    assert_true(column_accepts(loss, 7.5) && column_accepts(loss, NAN));
    assert_false(column_accepts(loss, INFINITY));
}

/* What is not there comes first, as an empty field of a table. */
static void missing_numbers_come_first(void **state) {
    (void)state;
    struct record *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    const struct column *column = column_find("unsound");
    static const double ordered[] = {NAN, 0, 0.5, 1};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++) {
            a->outcome.evaluation.unsound = ordered[i];
            b->outcome.evaluation.unsound = ordered[k];
            assert_int_equal(column_compare(column, a, b), (i > k) - (i < k));
        }
    free(a);
    free(b);
}

/* Who reads results.csv by place relies on it. */
static void columns_are_in_their_order(void **state) {
    (void)state;
    static const char *const names[] = {"run",
                                        "task",
                                        "format",
                                        "model",
                                        "parameters",
                                        "seed",
                                        "samples",
                                        "epochs",
                                        "noise",
                                        "rate",
                                        "contamination",
                                        "accuracy",
                                        "accuracy_low",
                                        "accuracy_high",
                                        "trace_accuracy",
                                        "line_accuracy",
                                        "malformed",
                                        "unsound",
                                        "test_loss",
                                        "validation_accuracy",
                                        "problems",
                                        "correct",
                                        "steps",
                                        "tokens",
                                        "seconds",
                                        "tokens_per_second",
                                        "stopped",
                                        "parent",
                                        "method",
                                        "commit"};
    const struct column *column = columns_table();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++, column++) {
        assert_string_equal(column->name, names[i]);
        assert_true(column->in_csv);
    }
    for (; column->name; column++) assert_false(column->in_csv);
}

/* A run that drew two completions a problem. */
static struct record *drawn(void) {
    struct record *record = calloc(1, sizeof *record);
    columns_begin(record);
    record->outcome.evaluation.problems = 10;
    record->outcome.evaluation.correct = 5;
    record->outcome.evaluation.accuracy = 0.5;
    record->outcome.evaluation.interval = (struct interval){0.25, 0.75};
    record->outcome.evaluation.pass.samples = 2;
    record->outcome.evaluation.pass.at[0] = 0;
    record->outcome.evaluation.pass.at[1] = record->outcome.evaluation.pass.all = 0.25;
    static char text[] = "text";
    record->run = record->task = record->noise = record->rate = text;
    record->format = text;
    return record;
}

/* What was not drawn has no member; of what was drawn a share may be 0. */
static void marks_are_of_those_runs_alone(void **state) {
    (void)state;
    struct record *record = drawn();
    json_t *json = columns_json(record);
    assert_true(json_number_value(json_object_get(json, "pass_samples")) == 2);
    assert_true(json_is_real(json_object_get(json, "pass_1")));
    assert_true(json_number_value(json_object_get(json, "pass_2")) == 0.25);
    assert_true(json_number_value(json_object_get(json, "pass_n")) == 0.25);
    assert_null(json_object_get(json, "pass_4"));
    assert_null(json_object_get(json, "majority")); /* not known here */
    assert_null(json_object_get(json, "diverged"));
    assert_true(isnan(column_number(column_find("pass_4"), record)));
    json_decref(json);
    record->outcome.evaluation.pass = (struct pass_evaluation){.samples = 0}; /* zeros are no figures */
    record->outcome.diverged = 1;
    json = columns_json(record);
    assert_null(json_object_get(json, "pass_samples"));
    assert_null(json_object_get(json, "pass_1"));
    assert_null(json_object_get(json, "unique_traces"));
    assert_int_equal(json_integer_value(json_object_get(json, "diverged")), 1);
    assert_true(isnan(column_number(column_find("pass_1"), record)));
    json_decref(json);
    free(record);
}

/* pass@k goes with the number of completions, or a run did not write it. */
static void pass_at_k_is_read_back_whole(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double value; /* NaN: the member is taken out */
        bool fits;
    } cases[] = {{"twins", 3, true},           {"pass_1", NAN, false},       {"pass_2", NAN, false},
                 {"pass_4", 0.5, false},       {"pass_samples", NAN, false}, {"pass_samples", 3, true},
                 {"pass_samples", 4, false},   {"pass_samples", 1, false},   {"pass_samples", 1025, false},
                 {"pass_samples", 0.5, false}, {"pass_1", 1.5, false},       {"unique_traces", 7.5, true},
                 {"majority", 0.5, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct record *record = drawn(), *read = calloc(1, sizeof *read);
        struct error error = {""};
        json_t *json = columns_json(record);
        if (isnan(cases[i].value))
            json_object_del(json, cases[i].name);
        else
            json_object_set_new(json, cases[i].name, json_real(cases[i].value));
        json_object_set_new(json, "version", json_string("of another program")); /* may lack what it likes */
        enum err code = columns_read(json, read, &error);
        if (code != (cases[i].fits ? ERR_OK : ERR_INPUT))
            fail_msg("%s %g: %d %s", cases[i].name, cases[i].value, (int)code, error.message);
        if (cases[i].fits) {
            assert_true(read->outcome.evaluation.pass.at[1] == 0.25);
            assert_true(isnan(read->outcome.evaluation.pass.at[2]));
        }
        json_decref(json);
        record_free(read);
        free(read);
        free(record);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_one_printable_line_that_fits),
        cmocka_unit_test(numbers_are_in_their_range),
        cmocka_unit_test(missing_numbers_come_first),
        cmocka_unit_test(columns_are_in_their_order),
        cmocka_unit_test(marks_are_of_those_runs_alone),
        cmocka_unit_test(pass_at_k_is_read_back_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
