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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_one_printable_line_that_fits),
        cmocka_unit_test(numbers_are_in_their_range),
        cmocka_unit_test(missing_numbers_come_first),
        cmocka_unit_test(columns_are_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
