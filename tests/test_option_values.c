/* Values of options: which texts are read, and that what is written reads back as the same value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "spec/config_json.h"
#include "spec/options.h"
#include "spec/spec.h"

static struct option_ref option(const char *name) {
    struct option_ref found;
    if (!option_find(name, &found)) fail_msg("no option %s", name);
    return found;
}

static void texts_are_read_or_refused(void **state) {
    (void)state;
    static const struct {
        const char *option, *text;
        bool reads;
        double value;
    } cases[] = {
        {"train.learning_rate", "1e-3", true, 1e-3},
        {"train.learning_rate", "+.5", true, 0.5},
        {"train.learning_rate", "10", true, 10},
        {"train.learning_rate", "10.000001", false, 0},
        {"train.learning_rate", "0", false, 0},
        {"train.learning_rate", "-0", false, 0},
        {"train.learning_rate", "-1e-3", false, 0},
        {"train.learning_rate", "1e", false, 0},
        {"train.learning_rate", "1e-", false, 0},
        {"train.learning_rate", ".", false, 0},
        {"train.learning_rate", "", false, 0},
        {"train.learning_rate", "0x1p-3", false, 0},
        {"train.learning_rate", "nan", false, 0},
        {"train.learning_rate", "1 ", false, 0},
        {"noise.digit", "0", true, 0},
        {"noise.digit", "1", true, 1},
        {"noise.digit", "1.0000001", false, 0},
        {"noise.digit", "-0.1", false, 0},
        {"data.samples", "2e4", true, 20000},
        {"data.samples", "1", true, 1},
        {"data.samples", "1000000000", true, 1e9},
        {"data.samples", "1000000001", false, 0},
        {"data.samples", "0", false, 0},
        {"data.samples", "1.5", false, 0},
        {"data.samples", "6x4", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct option_row *row = option(cases[i].option).row;
        struct option_value value = {0};
        const char *problem = NULL;
        bool reads = !option_parse(row, cases[i].text, false, &value, &problem);
        if (reads != cases[i].reads) fail_msg("%s=%s reads: %d", cases[i].option, cases[i].text, reads);
        if (!reads) assert_non_null(problem);
        if (reads)
            assert_true((row->type == OPTION_INTEGER ? (double)value.integer : value.number) ==
                        cases[i].value);
        assert_int_equal(option_parse(row, cases[i].text, true, &value, &problem), ERR_INPUT); /* in quotes */
    }
}

/* A negative zero would be another run than zero. */
static void zero_has_no_sign(void **state) {
    (void)state;
    struct option_value value;
    const char *problem;
    struct buffer text = {0};
    const struct option_row *row = option("noise.digit").row;
    assert_int_equal(option_parse(row, "-0", false, &value, &problem), ERR_OK);
    option_print(row, value, &text);
    assert_string_equal(text.bytes, "0");
    buffer_free(&text);
}

static void numbers_are_written_with_all_digits(void **state) {
    (void)state;
    static const struct {
        double number;
        const char *text;
    } cases[] = {{0.5, "0.5"},
                 {1e-3, "0.001"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {0.00123456789, "0.00123456789"},
                 {9.99999999999, "9.99999999999"}};
    const struct option_row *row = option("train.learning_rate").row;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = {0};
        struct option_value back;
        const char *problem;
        option_print(row, (struct option_value){.number = cases[i].number}, &text);
        assert_string_equal(text.bytes, cases[i].text);
        assert_int_equal(option_parse(row, text.bytes, false, &back, &problem), ERR_OK);
        assert_true(back.number == cases[i].number);
        buffer_free(&text);
    }
}

/* config.json has every bit of a number. */
static void numbers_survive_json(void **state) {
    (void)state;
    static const char text[] = "task: {name: add}\ntrain: {learning_rate: 0.0012345678901234567}\n";
    struct spec *spec;
    struct config config, back;
    struct error error;
    assert_int_equal(spec_parse("x", text, strlen(text), NULL, 0, &spec, &error), ERR_OK);
    spec_plain(spec, &config);
    json_t *json = config_json(&config);
    assert_int_equal(config_from_json(json, "config.json", &back, &error), ERR_OK);
    assert_true(back.train.learning_rate == config.train.learning_rate);
    assert_true(back.train.learning_rate == 0.0012345678901234567);
    json_decref(json);
    spec_free(spec);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_read_or_refused),
        cmocka_unit_test(zero_has_no_sign),
        cmocka_unit_test(numbers_are_written_with_all_digits),
        cmocka_unit_test(numbers_survive_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
