/* What runs differ in: which options say something about a run, when two say the same, and which vary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/field.h"
#include "spec/config_json.h"

enum { MOST = 4 };

/* A record of a run of additions with these options, as JSON. */
static struct record *record_of(const char *options) {
    struct error error = {""};
    struct record *record = calloc(1, sizeof *record);
    json_t *json = json_loads(options, 0, NULL);
    assert_non_null(record);
    assert_non_null(json);
    json_object_set_new(json, "task", json_pack("{s:s}", "name", "add"));
    if (config_from_json(json, "options", &record->config, &error) || record_describe(record, &error))
        fail_msg("%s: %s", options, error.message);
    json_decref(json);
    return record;
}

static void release(struct record *record) {
    record_free(record);
    free(record);
}

static struct field field_of(const char *option) {
    struct field field = {.column = NULL};
    assert_true(option_find(option, &field.option));
    return field;
}

static bool applies(const char *option, const char *options) {
    struct record *record = record_of(options);
    struct field field = field_of(option);
    bool answer = field_applies(&field, record);
    release(record);
    return answer;
}

static int compare(const char *option, const char *a, const char *b) {
    struct record *one = record_of(a), *other = record_of(b);
    struct field field = field_of(option);
    int order = field_compare(&field, one, other);
    assert_int_equal(field_compare(&field, other, one), -order);
    release(one);
    release(other);
    return order;
}

static void options_without_effect_say_nothing(void **state) {
    (void)state;
    assert_true(applies("sparsify.order", "{\"sparsify\":{\"share\":0.5}}"));
    assert_false(applies("sparsify.order", "{\"sparsify\":{\"share\":0}}"));
    assert_true(applies("noise.answer", "{\"noise\":{\"digit\":{\"rate\":0.5}}}"));
    assert_false(applies("noise.answer", "{}"));
    assert_true(applies("noise.names", "{\"noise\":{\"digit\":{\"rate\":0.5},\"names\":\"res\"}}"));
    assert_false(applies("noise.names", "{\"noise\":{\"digit\":{\"rate\":0.5}}}"));
    assert_false(applies("noise.names", "{\"noise\":{\"names\":\"res\"}}"));
    assert_false(applies("data.contamination", "{}"));
    assert_true(applies("noise.digit", "{}")); /* a rate of 0 is a rate */
    assert_true(applies("noise.digit.contamination",
                        "{\"noise\":{\"digit\":{\"rate\":0.5,\"contamination\":0.25}}}"));
    assert_false(applies("noise.digit.contamination", "{\"noise\":{\"digit\":{\"rate\":0.5}}}"));
    /* The general one, said twice. */
    assert_false(applies("noise.digit.contamination",
                         "{\"noise\":{\"digit\":{\"rate\":0.5,\"contamination\":0.25}},\"data\":"
                         "{\"contamination\":0.25}}"));
}

static void what_does_not_apply_comes_first(void **state) {
    (void)state;
    assert_int_equal(
        compare("sparsify.order", "{\"sparsify\":{\"share\":0}}", "{\"sparsify\":{\"share\":0.5}}"), -1);
    assert_int_equal(compare("sparsify.order", "{}", "{\"train\":{\"learning_rate\":0.01}}"), 0);
    assert_true(compare("train.learning_rate", "{\"train\":{\"learning_rate\":0.01}}",
                        "{\"train\":{\"learning_rate\":0.1}}") < 0);
}

/* Not where a file lies, but what it held. */
static void content_counts(void **state) {
    (void)state;
    struct record *one = record_of("{\"data\":{\"file\":\"a\"},\"model\":{\"init\":\"m\"}}"),
                  *other = record_of("{\"data\":{\"file\":\"b\"},\"model\":{\"init\":\"n\"}}");
    struct field file = field_of("data.file"), init = field_of("model.init");
    strcpy(one->outcome.data, "0000000000000001");
    strcpy(other->outcome.data, "0000000000000001");
    strcpy(one->outcome.init, "0000000000000002");
    strcpy(other->outcome.init, "0000000000000002");
    assert_int_equal(field_compare(&file, one, other), 0);
    assert_int_equal(field_compare(&init, one, other), 0);
    strcpy(other->config.model.init, "m");
    strcpy(other->outcome.init, "0000000000000003");
    assert_int_equal(field_compare(&file, one, other), 0);
    assert_true(field_compare(&init, one, other) < 0);
    strcpy(other->config.data.file, "a");
    strcpy(other->outcome.data, "0000000000000003");
    assert_true(field_compare(&file, one, other) < 0);
    /* Where it is not known, the path is all there is. */
    *other->outcome.data = 0;
    assert_int_equal(field_compare(&file, one, other), 0);
    strcpy(other->config.data.file, "b");
    assert_true(field_compare(&file, one, other) < 0);
    release(one);
    release(other);
}

static void assert_text(const char *option, const char *options, const char *wanted) {
    struct record *record = record_of(options);
    struct field field = field_of(option);
    struct buffer text = {0};
    buffer_text(&text, "");
    field_text(&field, record, &text);
    assert_string_equal(text.bytes, wanted);
    buffer_free(&text);
    release(record);
}

static void values_are_as_in_a_spec(void **state) {
    (void)state;
    assert_text("noise.answer", "{\"noise\":{\"digit\":{\"rate\":1},\"answer\":\"clean\"}}", "clean");
    assert_text("noise.answer", "{}", "");
    assert_text("train.learning_rate", "{\"train\":{\"learning_rate\":0.01}}", "0.01");
    assert_text("data.file", "{\"data\":{\"file\":\"a b\"}}", "a b");
}

/* The names of what varies among records, each followed by a blank. */
static void assert_varied(const char *const *options, const char *wanted) {
    struct record *records[MOST];
    struct fields fields = {0};
    struct error error;
    struct buffer names = {0};
    size_t count = 0;
    for (; options[count]; count++) records[count] = record_of(options[count]);
    assert_int_equal(fields_find_varied(records, count, &fields, &error), ERR_OK);
    buffer_text(&names, "");
    for (size_t i = 0; i < fields.count; i++) {
        char name[OPTION_NAME_MAX];
        field_name(&fields.field[i], 1, name);
        buffer_printf(&names, "%s ", name);
    }
    assert_string_equal(names.bytes, wanted);
    buffer_free(&names);
    fields_free(&fields);
    for (size_t i = 0; i < count; i++) release(records[i]);
}
#define VARIED(wanted, ...) assert_varied((const char *const[]){__VA_ARGS__, NULL}, wanted)

static void what_varies_is_found(void **state) {
    (void)state;
    VARIED("", "{}", "{}");
    VARIED("", "{}", "{\"train\":{\"threads\":2,\"recompute\":true},\"name\":\"other\"}");
    VARIED("train.learning_rate ", "{}", "{}", "{\"train\":{\"learning_rate\":0.01}}");
    VARIED("noise.digit ", "{}", "{\"noise\":{\"digit\":{\"rate\":0.5},\"answer\":\"clean\"}}");
    VARIED("noise.digit noise.answer ", "{}", "{\"noise\":{\"digit\":{\"rate\":0.5},\"answer\":\"clean\"}}",
           "{\"noise\":{\"digit\":{\"rate\":0.5}}}");
}

/* An option whose own value decides whether it has an effect varies between on and off; one that something
 * else switches off does not. */
static void on_and_off_are_different(void **state) {
    (void)state;
    VARIED("reverse ", "{}", "{\"reverse\":true}");
    VARIED("reverse ", "{\"reverse\":true}", "{}");
    VARIED("sparsify.share ", "{}", "{\"sparsify\":{\"share\":0.5,\"order\":\"earliest\"}}");
    VARIED("data.fixed_noise ", "{\"noise\":{\"digit\":{\"rate\":0.5}}}",
           "{\"noise\":{\"digit\":{\"rate\":0.5}},\"data\":{\"fixed_noise\":false}}");
    VARIED("noise.digit ", "{}", "{\"noise\":{\"digit\":{\"rate\":0.5}},\"data\":{\"fixed_noise\":false}}");
    VARIED("data.epochs ", "{\"noise\":{\"digit\":{\"rate\":0.5}},\"data\":{\"epochs\":1}}",
           "{\"noise\":{\"digit\":{\"rate\":0.5}},\"data\":{\"fixed_noise\":false}}");
}

/* Extras vary where one record alone lacks them too, and stand there once. */
static void extras_vary_too(void **state) {
    (void)state;
    struct record *records[3];
    struct fields fields = {0};
    struct error error;
    for (int i = 0; i < 3; i++) {
        records[i] = record_of("{}");
        assert_int_equal(record_add_extra(records[i], "same", "1", true, &error), ERR_OK);
        if (i < 2) assert_int_equal(record_add_extra(records[i], "train.warp", "9", true, &error), ERR_OK);
        assert_int_equal(record_add_extra(records[i], "charm", i ? "a" : "b", false, &error), ERR_OK);
    }
    assert_int_equal(fields_find_varied(records, 3, &fields, &error), ERR_OK);
    assert_int_equal(fields.count, 2);
    assert_string_equal(fields.field[0].extra, "charm");
    assert_false(fields.field[0].extra_is_option);
    assert_string_equal(fields.field[1].extra, "train.warp");
    assert_true(fields.field[1].extra_is_option);
    fields_free(&fields);
    for (int i = 0; i < 3; i++) release(records[i]);
}

/* What is said of parents: numbers as numbers; of no parent nothing is said but that it has 0 samples. */
static void starts_vary_where_there_is_a_parent(void **state) {
    (void)state;
    struct record record[3] = {0};
    struct record *records[] = {&record[0], &record[1], &record[2]};
    static const char *const starts[] = {"{\"data.samples\":5000,\"noise.digit\":0}",
                                         "{\"data.samples\":40000,\"noise.digit\":0}",
                                         "{\"data.samples\":0}"};
    struct error error;
    struct fields fields = {0};
    for (int i = 0; i < 3; i++) assert_int_equal(record_set_start(records[i], starts[i], &error), ERR_OK);
    assert_int_equal(fields_find_varied(records, 3, &fields, &error), ERR_OK);
    assert_int_equal(fields.count, 1);
    assert_string_equal(fields.field[0].extra, "start.data.samples");
    assert_true(fields.field[0].extra_is_option);
    assert_true(field_compare(&fields.field[0], &record[0], &record[1]) < 0);
    assert_true(field_compare(&fields.field[0], &record[2], &record[0]) < 0);
    assert_int_equal(record_set_start(records[0], starts[1], &error),
                     ERR_OK); /* in place of what was there */
    const struct field samples = {.extra =
                                      "start.data.samples"}; /* the name was borrowed from what is gone */
    assert_int_equal(field_compare(&samples, &record[0], &record[1]), 0);
    assert_int_equal(record[0].extra_count, 2);
    fields_free(&fields);
    for (int i = 0; i < 3; i++) record_free(&record[i]);
}

/* A parent of another task stands beside those of the run's own, of which no task is said; where there is no
 * parent none is said either. */
static void what_is_said_of_some_parents_alone_tells(void **state) {
    (void)state;
    struct record record[4] = {0};
    struct record *records[] = {&record[0], &record[1], &record[2], &record[3]};
    static const char *const starts[] = {"{\"data.samples\":0}", "{\"data.samples\":40,\"noise.digit\":0}",
                                         "{\"data.samples\":40,\"noise.digit\":0}",
                                         "{\"data.samples\":40,\"noise.digit\":0,\"task.name\":\"sub\"}"};
    struct error error;
    struct fields fields = {0};
    for (int i = 0; i < 4; i++) assert_int_equal(record_set_start(records[i], starts[i], &error), ERR_OK);
    assert_int_equal(fields_find_varied(records, 3, &fields, &error), ERR_OK);
    assert_int_equal(fields.count, 1);
    fields_free(&fields);
    assert_int_equal(fields_find_varied(records, 4, &fields, &error), ERR_OK);
    assert_int_equal(fields.count, 2);
    assert_string_equal(fields.field[1].extra, "start.task.name");
    fields_free(&fields);
    for (int i = 0; i < 4; i++) record_free(&record[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_of_some_parents_alone_tells),
        cmocka_unit_test(options_without_effect_say_nothing),
        cmocka_unit_test(what_does_not_apply_comes_first),
        cmocka_unit_test(content_counts),
        cmocka_unit_test(values_are_as_in_a_spec),
        cmocka_unit_test(what_varies_is_found),
        cmocka_unit_test(on_and_off_are_different),
        cmocka_unit_test(extras_vary_too),
        cmocka_unit_test(starts_vary_where_there_is_a_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
