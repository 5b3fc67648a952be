/* Comma-separated values: what is quoted, and numbers that read back as they were. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/csv.h"

static void texts_are_quoted_where_they_must_be(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"plain text", "plain text"},
        {"a,b", "\"a,b\""},
        {"a\nb", "\"a\nb\""},
        {"a\rb", "\"a\rb\""},
        {"say \"so\"", "\"say \"\"so\"\"\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer csv = {0};
        buffer_text(&csv, "");
        csv_text(&csv, cases[i][0]);
        assert_string_equal(csv.bytes, cases[i][1]);
        buffer_free(&csv);
    }
}

static void numbers_read_back(void **state) {
    (void)state;
    static const struct {
        double number;
        const char *text;
    } cases[] = {{0, "0"},
                 {0.1, "0.1"},
                 {-2.5, "-2.5"},
                 {1e300, "1e+300"},
                 {123456789, "123456789"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {NAN, ""},
                 {INFINITY, "inf"},
                 {1. / 3, "0.3333333333333333"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer csv = {0};
        buffer_text(&csv, "");
        csv_number(&csv, cases[i].number);
        assert_string_equal(csv.bytes, cases[i].text);
        if (!isnan(cases[i].number)) assert_true(strtod(csv.bytes, NULL) == cases[i].number);
        buffer_free(&csv);
    }
}

static void fields_that_follow_each_have_a_comma(void **state) {
    (void)state;
    struct buffer csv = {0};
    buffer_text(&csv, "2");
    csv_numbers(&csv, (const double[]){0.25, NAN, 3}, 3);
    csv_numbers(&csv, NULL, 0);
    assert_string_equal(csv.bytes, "2,0.25,,3");
    buffer_free(&csv);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_quoted_where_they_must_be),
        cmocka_unit_test(fields_that_follow_each_have_a_comma),
        cmocka_unit_test(numbers_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
