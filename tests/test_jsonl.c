/* JSONL from a stream, in memory with damage, and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <xxhash.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "tests/support/shell.h"

static json_int_t member(const json_t *json) { return json_integer_value(json_object_get(json, "a")); }

/* Walks through `text` and checks the members "a" of what is found, one digit each. */
static struct jsonl_scan walk(const char *text, size_t limit, const char *found) {
    /* On the heap and without a NUL, so that a look behind the end is noticed by the sanitizers. */
    size_t length = strlen(text), at = 0;
    char *bytes = malloc(length + !length);
    assert_non_null(bytes);
    memcpy(bytes, text, length);
    struct jsonl_scan scan = jsonl_scan(bytes, length, limit);
    for (json_t *json; (json = jsonl_scan_next(&scan)); json_decref(json), at++)
        assert_int_equal(member(json), found[at] - '0');
    assert_int_equal(at, strlen(found));
    assert_false(scan.failed);
    assert_null(jsonl_scan_next(&scan));
    free(bytes);
    return scan;
}

static void damaged_lines_are_passed_over_and_counted(void **state) {
    (void)state;
    const struct {
        const char *text, *found;
        long lines, damaged;
    } cases[] = {
        {"", "", 0, 0},
        {"\n \t\r\n\n", "", 3, 0},
        {"{\"a\":1}\n{\"a\":2}\n", "12", 2, 0},
        {"{\"a\":1}\r\n{\"a\":2}", "12", 2, 0}, /* the last line is whole */
        {"{\"a\":1}\n{\"a\":2", "1", 2, 1},     /* the writer was stopped */
        {":1}\n{\"a\":2}\n", "2", 2, 1},        /* a tail */
        {"\"{\",\"b\":1}\n{\"a\":2}\n", "2", 2, 1},
        {"{\"a\":1}\nx\n{\"a\":3}\n[]\n5\nnull\n{\"a\":4} {}\n", "13", 7, 5},
        {"{\"a\":1,\"a\":2}\n{\"a\":3}\n", "3", 2, 1},
        {"\xff\n{\"a\":\"\xff\"}\n{\"a\":3}\n", "3", 3, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct jsonl_scan scan = walk(cases[i].text, 100, cases[i].found);
        assert_int_equal(scan.number, cases[i].lines);
        assert_int_equal(scan.damaged, cases[i].damaged);
    }
}

static void lines_beyond_the_limit_are_damaged(void **state) {
    (void)state;
    assert_int_equal(walk("{\"a\":1}\n{\"a\": 2}\n{\"a\":3}\n", 8, "123").damaged, 0);
    assert_int_equal(walk("{\"a\":1}\n{\"a\": 2}\n{\"a\":3}\n", 7, "13").damaged, 1);
}

static void zero_bytes_are_damage(void **state) {
    (void)state;
    static const char text[] = "\0\0\0\0\n{\"a\":1}\0\n{\"a\":2}\n";
    struct jsonl_scan scan = jsonl_scan(text, sizeof text - 1, 100);
    json_t *json = jsonl_scan_next(&scan);
    assert_int_equal(member(json), 2);
    json_decref(json);
    assert_int_equal(scan.damaged, 2);
}

/* Who does not want all lines looks before parsing. */
static void lines_can_be_looked_at_first(void **state) {
    (void)state;
    static const char text[] = "{\"a\":1}\n\nx";
    struct jsonl_scan scan = jsonl_scan(text, sizeof text - 1, 100);
    assert_true(jsonl_scan_line(&scan));
    assert_ptr_equal(scan.line, text);
    assert_int_equal(scan.length, 7);
    assert_true(jsonl_scan_line(&scan));
    assert_int_equal(scan.length, 0);
    assert_null(jsonl_scan_object(&scan));
    assert_int_equal(scan.damaged, 0);
    assert_true(jsonl_scan_line(&scan));
    assert_ptr_equal(scan.line, text + 9);
    assert_int_equal(scan.length, 1);
    assert_null(jsonl_scan_object(&scan));
    assert_int_equal(scan.damaged, 1);
    assert_false(jsonl_scan_line(&scan));
    assert_int_equal(scan.number, 3);
}

static void *no_memory(size_t size) {
    (void)size;
    return NULL;
}

static void lack_of_memory_is_not_damage(void **state) {
    (void)state;
    json_malloc_t had_malloc;
    json_free_t had_free;
    struct jsonl_scan scan = jsonl_scan("{\"a\":1}\n", 8, 100);
    json_get_alloc_funcs(&had_malloc, &had_free);
    json_set_alloc_funcs(no_memory, had_free);
    json_t *json = jsonl_scan_next(&scan);
    json_set_alloc_funcs(had_malloc, had_free);
    assert_null(json);
    assert_true(scan.failed);
    assert_int_equal(scan.damaged, 0);
}

static void what_is_written_is_one_line(void **state) {
    (void)state;
    struct error error;
    char *text = NULL, *path = file_join(getenv("SCRATCH"), "written");
    size_t length;
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    json_t *kept = json_pack("{s:s, s:f}", "a", "x\ny", "b", 0.1 + 0.2);
    assert_int_equal(jsonl_write(stream, json_incref(kept), 0, &error), ERR_OK);
    assert_int_equal(kept->refcount, 1);
    assert_int_equal(jsonl_write(stream, kept, 9, &error), ERR_OK);
    assert_int_equal(jsonl_write(stream, NULL, 0, &error), ERR_RUNTIME);
    assert_non_null(strstr(error.message, "out of memory"));
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(file_read(path, 1000, &text, &length, &error), ERR_OK);
    assert_string_equal(text, "{\"a\":\"x\\ny\",\"b\":0.30000000000000004}\n{\"a\":\"x\\ny\",\"b\":0.3}\n");
    free(text);
    free(path);
}

static void a_stream_is_read_with_the_place_of_each_fault(void **state) {
    (void)state;
    static const char text[] = "\n{\"a\":1}\n  \nx\n[]\n{\"a\":1,\"a\":2}\n{\"a\"\n\0\0\n{\"a\":2}";
    const char *const faults[] = {":4:1: not JSON: ", ":5:1: not a JSON object",
                                  ":6:", ":7:4: is cut off: ", ":8:"};
    struct jsonl jsonl;
    struct error error;
    json_t *json;
    char *path = file_join(getenv("SCRATCH"), "stream");
    assert_int_equal(file_write_plain(path, text, sizeof text - 1, &error), ERR_OK);
    assert_int_equal(jsonl_open(&jsonl, path, &error), ERR_OK);
    assert_int_equal(jsonl_next(&jsonl, &json, &error), ERR_OK);
    assert_int_equal(member(json), 1);
    json_decref(json);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        assert_int_equal(jsonl_next(&jsonl, &json, &error), ERR_INPUT);
        assert_ptr_equal(strstr(error.message, path), error.message);
        assert_ptr_equal(strstr(error.message, faults[i]), error.message + strlen(path));
    }
    assert_int_equal(jsonl_next(&jsonl, &json, &error), ERR_OK);
    assert_int_equal(member(json), 2);
    json_decref(json);
    assert_int_equal(jsonl_next(&jsonl, &json, &error), ERR_OK);
    assert_null(json);
    jsonl_close(&jsonl);
    free(path);
}

/* What programs of other systems write around the lines. */
static void lines_made_elsewhere_are_read(void **state) {
    (void)state;
    static const char *const texts[] = {"\xef\xbb\xbf{\"a\":1}\n{\"a\":2}\n",
                                        "{\"a\":1}\r\n\r\n{\"a\":2}\r\n", "{\"a\":1}\n\xef\xbb\xbf{\"a\":2}",
                                        "\xef\xbb\xbf\n\n{\"a\":1}\n\n{\"a\":2}\n\n",
                                        "{\"a\":1,\"b\":NaN}\n{\"b\":18446744073709551615,\"a\":2}"};
    char *path = file_join(getenv("SCRATCH"), "elsewhere");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct jsonl jsonl;
        struct error error;
        json_t *json;
        assert_int_equal(file_write_plain(path, texts[i], strlen(texts[i]), &error), ERR_OK);
        assert_int_equal(jsonl_open(&jsonl, path, &error), ERR_OK);
        for (int wanted = 1; wanted <= 2; wanted++) {
            if (jsonl_next(&jsonl, &json, &error)) fail_msg("%s", error.message);
            assert_int_equal(member(json), wanted);
            json_decref(json);
        }
        assert_int_equal(jsonl_next(&jsonl, &json, &error), ERR_OK);
        assert_null(json);
        assert_int_equal(jsonl_content(&jsonl), XXH64(texts[i], strlen(texts[i]), 0));
        jsonl_close(&jsonl);
    }
    free(path);
}

/* A file of another kind is told as a whole, not line by line. */
static void other_files_are_told(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *says;
    } cases[] = {{"\xff\xfe{\0", 4, "is UTF-16"},
                 {"\xfe\xff\0{", 4, "is UTF-16"},
                 {"{\0\"\0", 4, "is UTF-16"},
                 {"\0{\0\"", 4, "is UTF-16"},
                 {"\x1f\x8b\x08", 3, "gzip -dc"},
                 {"\x28\xb5\x2f\xfd", 4, "zstd -dc"},
                 {"\xfd\x37zXZ", 5, "xz -dc"},
                 {"BZh9", 4, "bzip2 -dc"},
                 {"PK\3\4", 4, "ZIP"},
                 {"[\n {\"a\":1}]", 11, "jq -c '.[]'"},
                 {"{\n \"a\":1}", 9, "jq -c ."},
                 {"{\r\n \"a\":1}", 10, "jq -c ."},
                 {"\xef\xbb\xbf[{\"a\":1}]", 12, "jq"}};
    char *path = file_join(getenv("SCRATCH"), "other");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct jsonl jsonl;
        struct error error;
        assert_int_equal(file_write_plain(path, cases[i].bytes, cases[i].length, &error), ERR_OK);
        assert_int_equal(jsonl_open(&jsonl, path, &error), ERR_INPUT);
        assert_ptr_equal(strstr(error.message, path), error.message);
        if (!strstr(error.message, cases[i].says)) fail_msg("%s", error.message);
    }
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_lines_are_passed_over_and_counted),
        cmocka_unit_test(lines_beyond_the_limit_are_damaged),
        cmocka_unit_test(zero_bytes_are_damage),
        cmocka_unit_test(lines_can_be_looked_at_first),
        cmocka_unit_test(lack_of_memory_is_not_damage),
        cmocka_unit_test(what_is_written_is_one_line),
        cmocka_unit_test(a_stream_is_read_with_the_place_of_each_fault),
        cmocka_unit_test(lines_made_elsewhere_are_read),
        cmocka_unit_test(other_files_are_told),
    };
    return cmocka_run_group_tests_name("jsonl", tests, shell_setup, shell_teardown);
}
