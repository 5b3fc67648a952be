/* Lines of a data set: where they end, how two compare, what value one gives. */
#include <stdio.h>
#include <stdlib.h>

#include "profile_fixture.h"

static void lines_end_at_newlines(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int count, last; /* lines, and tokens of the last */
    } cases[] = {{"answer = 5", 1, 3},
                 {"carry = 1\nanswer = 12\n", 2, 4},
                 {"\n\ncarry = 1\n\n\nanswer = 12\n\n", 2, 4},
                 {"", 0, 0},
                 {"\n", 0, 0},
                 {"\n\n\n", 0, 0},
                 {"5", 1, 1}};
    struct profile_fixture p;
    profile_fixture_open_task(&p, "add");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) { /* the store is used again */
        struct lines lines = profile_fixture_lines(&p, cases[i].text);
        assert_int_equal(lines.count, cases[i].count);
        assert_int_equal(lines.start[0], 0);
        if (lines.count)
            assert_int_equal(lines.start[lines.count] - lines.start[lines.count - 1], cases[i].last);
        for (int t = 0; t < lines.start[lines.count]; t++)
            assert_int_not_equal(lines.tokens[t], TOKEN_NEWLINE);
    }
    profile_fixture_close(&p);
}

static void lines_compare(void **state) {
    (void)state;
    static const struct {
        const char *computed, *given;
        struct line_comparison want; /* same_name, same_shape, digits, wrong, value_digits, value_wrong */
        bool leading_zero;           /* in the given line, as in 07 */
    } cases[] = {
        {"x = 8", "x = 8", {true, true, 1, 0, 1, 0}, false},
        {"x = 8", "x = 3", {true, true, 1, 1, 1, 1}, false},
        {"x = 8", "y = 8", {false, false, 0, 0, 0, 0}, false},
        {"x = 8", "x = 18", {true, false, 0, 0, 0, 0}, false},
        {"x = 8", "x = 08", {true, false, 0, 0, 0, 0}, true},
        {"x = 18", "x = 07", {true, true, 2, 2, 2, 2}, true},
        {"x = 100", "x = 100", {true, true, 3, 0, 3, 0}, false},
        {"answer = 15", "answer = -5", {true, false, 0, 0, 0, 0}, false},
        {"answer = -5", "answer = -4", {true, true, 1, 1, 1, 1}, false},
        {"x = 8", "x 8 =", {true, false, 0, 0, 0, 0}, false},
        /* what stands before the last `=` is no value */
        {"y = mod(12, 8) = 4", "y = mod(13, 8) = 5", {true, true, 4, 2, 1, 1}, false},
        {"y = mod(12, 8) = 4", "y = mod(02, 8) = 4", {true, true, 4, 1, 1, 0}, true},
        {"y = mod(12, 8) = 4", "y = mod(13, 8), 4", {true, false, 0, 0, 0, 0}, false},
        {"y = mod(12, 8) = 4", "y = 4", {true, false, 0, 0, 0, 0}, false},
        {"y = mod(12, 8) = 4", "x = mod(12, 8) = 4", {false, false, 0, 0, 0, 0}, false},
    };
    struct profile_fixture p;
    profile_fixture_open_task(&p, "gcd");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        snprintf(text, sizeof text, "%s\n%s", cases[i].computed, cases[i].given);
        struct lines lines = profile_fixture_lines(&p, text);
        struct line_comparison c = line_compare(&lines, 0, &lines, 1), want = cases[i].want;
        bool leading_zero = line_has_leading_zero(lines, 1);
        if (c.same_name != want.same_name || c.same_shape != want.same_shape || c.digits != want.digits ||
            c.wrong != want.wrong || c.value_digits != want.value_digits ||
            c.value_wrong != want.value_wrong || leading_zero != cases[i].leading_zero)
            fail_msg("'%s' and '%s': name %d, shape %d, %d of %d digits wrong, of the value %d of %d, 07 %d",
                     cases[i].computed, cases[i].given, c.same_name, c.same_shape, c.wrong, c.digits,
                     c.value_wrong, c.value_digits, leading_zero);
    }
    profile_fixture_close(&p);
}

/* Symbols of one alphabet stand for one another in values, as digits do; names are compared keyword and all.
 */
static void symbols_compare(void **state) {
    (void)state;
    static const struct {
        const char *computed, *given;
        struct line_comparison want;
    } cases[] = {
        {"next = <", "next = }", {true, true, 1, 1, 1, 1}},
        {"next = <", "next = true", {true, false, 0, 0, 0, 0}}, /* of another alphabet */
        {"next = <", "next = 5", {true, false, 0, 0, 0, 0}},
        {"next = <", "next = next", {true, false, 0, 0, 0, 0}},
        {"answer = true", "answer = false", {true, true, 1, 1, 1, 1}},
        {"push stack = [<, {]", "push stack = [<, >]", {true, true, 2, 1, 2, 1}},
        {"push stack = [<]", "push stack = [<, <]", {true, false, 0, 0, 0, 0}},
        {"push stack = []", "pop stack = []", {false, false, 0, 0, 0, 0}},
        {"push stack = []", "push next = []", {false, false, 0, 0, 0, 0}},
        {"push stack = []", "push = []", {false, false, 0, 0, 0, 0}},
    };
    struct profile_fixture p;
    struct alphabets alphabets;
    int place;
    profile_fixture_open_task(&p, "dyck");
    alphabets_open(&alphabets, p.f.vocabulary);
    assert_int_equal(alphabets_find(&alphabets, task_find("dyck")->alphabet, &place), ERR_OK);
    assert_int_equal(alphabets_find(&alphabets, value_truth_texts, &place), ERR_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        snprintf(text, sizeof text, "%s\n%s", cases[i].computed, cases[i].given);
        struct lines lines = profile_fixture_lines(&p, text);
        lines.alphabets = &alphabets;
        struct line_comparison c = line_compare(&lines, 0, &lines, 1), want = cases[i].want;
        if (c.same_name != want.same_name || c.same_shape != want.same_shape || c.digits != want.digits ||
            c.wrong != want.wrong || c.value_digits != want.value_digits || c.value_wrong != want.value_wrong)
            fail_msg("'%s' and '%s': name %d, shape %d, %d of %d wrong", cases[i].computed, cases[i].given,
                     c.same_name, c.same_shape, c.wrong, c.digits);
    }
    profile_fixture_close(&p);
}

/* A line of `count` times the same piece. */
static char *repeated(const char *head, const char *piece, int count, const char *tail) {
    size_t room = strlen(head) + strlen(piece) * (size_t)count + strlen(tail) + 1;
    char *text = malloc(room);
    assert_non_null(text);
    strcpy(text, head);
    for (int i = 0; i < count; i++) strcat(text, piece);
    return strcat(text, tail);
}

static void numbers_are_read(void **state) {
    (void)state;
    static const struct {
        const char *line;
        bool reads;
        int64_t number;
    } cases[] = {{"x = 5", true, 5},
                 {"x = -40", true, -40},
                 {"x = 007", true, 7},
                 {"x = -0", true, 0},
                 {"x = mod(9, 4) = 1", true, 1},
                 {"x =", false, 0},
                 {"x", false, 0},
                 {"x 5", false, 0},
                 {"x = -", false, 0},
                 {"x = 1, 2", false, 0},
                 {"x = 1 -", false, 0},
                 {"x = - - 1", false, 0},
                 {"x = answer", false, 0},
                 {"= 3", true, 3},
                 {"3", false, 0},
                 {"x = mod(9, 4)", false, 0}};
    static struct value value;
    static const struct alphabets alphabets;
    struct profile_fixture p;
    profile_fixture_open_task(&p, "gcd");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool reads = line_value(profile_fixture_lines(&p, cases[i].line), 0, &alphabets, &value);
        if (reads != cases[i].reads) fail_msg("'%s' reads: %d", cases[i].line, reads);
        if (!reads) continue;
        assert_false(value_is_list(&value));
        assert_int_equal(decimal_int(&value.atom.number), cases[i].number);
        assert_false(decimal_is_negative(&value.atom.number) && cases[i].number == 0);
    }
    struct lines reversed = profile_fixture_lines(&p, "x = -0120");
    reversed.reverse = true;
    assert_true(line_value(reversed, 0, &alphabets, &value));
    assert_int_equal(decimal_int(&value.atom.number), -210);
    for (int digits = DECIMAL_DIGITS; digits <= DECIMAL_DIGITS + 1; digits++) {
        char *text = repeated("x = ", "9", digits, "");
        assert_true(line_value(profile_fixture_lines(&p, text), 0, &alphabets, &value) ==
                    (digits == DECIMAL_DIGITS));
        free(text);
    }
    profile_fixture_close(&p);
}

static void lists_are_read(void **state) {
    (void)state;
    static const struct {
        const char *line;
        int length; /* -1: does not read */
        int64_t last;
    } cases[] = {{"rest = []", 0, 0},           {"rest = [7]", 1, 7},     {"rest = [30, -4]", 2, -4},
                 {"rest = [1, 20, 003]", 3, 3}, {"rest = [1, 2", -1, 0},  {"rest = [", -1, 0},
                 {"rest = [1] 2", -1, 0},       {"rest = [1, -]", -1, 0}, {"rest = [least]", -1, 0}};
    static struct value value;
    static const struct alphabets alphabets;
    struct profile_fixture p;
    profile_fixture_open_task(&p, "sort");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool reads = line_value(profile_fixture_lines(&p, cases[i].line), 0, &alphabets, &value);
        if (reads != (cases[i].length >= 0)) fail_msg("'%s' reads: %d", cases[i].line, reads);
        if (!reads) continue;
        assert_true(value_is_list(&value));
        assert_int_equal(value.list.length, cases[i].length);
        if (value.list.length)
            assert_int_equal(decimal_int(&value.list.atom[value.list.length - 1].number), cases[i].last);
    }
    for (int length = LIST_MAX; length <= LIST_MAX + 1; length++) {
        char *text = repeated("rest = [", "1, ", length - 1, "1]");
        assert_true(line_value(profile_fixture_lines(&p, text), 0, &alphabets, &value) ==
                    (length == LIST_MAX));
        free(text);
    }
    profile_fixture_close(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_end_at_newlines),
                                       cmocka_unit_test(lines_compare), cmocka_unit_test(symbols_compare),
                                       cmocka_unit_test(numbers_are_read), cmocka_unit_test(lists_are_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
