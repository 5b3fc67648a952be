/* JSON objects in files: every way a file can be wrong is told apart, and nothing is written through a link.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/json_file.h"
#include "tests/support/shell.h"

/* What stands in an output before a call that must leave it untouched. */
static json_t *const untouched = (json_t *)&(char){0};

/* Makes the entries that the tests below read; in the scratch folder, which is the working directory. */
static int prepare(void **state) {
    if (shell_setup(state) || chdir(getenv("SCRATCH"))) return -1;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    int failed = bind(server, (struct sockaddr *)&address, sizeof address) || mkdir("directory", 0777) ||
                 mkfifo("pipe", 0600) || file_write_plain("good", "{\"a\": 1}\n", 9, NULL) ||
                 symlink("good", "link") || symlink("pipe", "link_to_pipe") ||
                 symlink("nowhere", "dangling") || symlink(".", "here") || symlink("loop", "loop");
    close(server);
    return failed;
}

static void expect_fault(const char *path, size_t limit, unsigned terms, const char *message) {
    struct error error = {""};
    json_t *json = untouched;
    alarm(10); /* whoever waits for a pipe is ended */
    assert_int_equal(json_file_read(path, limit, terms, &json, &error), ERR_INPUT);
    alarm(0);
    assert_ptr_equal(json, untouched);
    assert_ptr_equal(strstr(error.message, path), error.message);
    if (strcmp(error.message + strlen(path), message)) fail_msg("%s, not %s%s", error.message, path, message);
}

static void a_good_file_is_read(void **state) {
    (void)state;
    const char *const paths[] = {"good", "./good", "here/good"}; /* a link on the way is no matter */
    struct error error;
    json_t *json;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_int_equal(json_file_read(paths[i], 9, 0, &json, &error), ERR_OK);
        assert_int_equal(json_integer_value(json_object_get(json, "a")), 1);
        assert_int_equal(json->refcount, 1);
        json_decref(json);
    }
    assert_int_equal(json_file_read_in("here", "good", 100, 0, &json, &error), ERR_OK);
    json_decref(json);
}

static void only_a_regular_file_is_read(void **state) {
    (void)state;
    const struct {
        const char *path, *message;
    } cases[] = {
        {"nowhere", ": cannot open: No such file or directory"},
        {"good/x", ": cannot open: Not a directory"},
        {"directory", ": is not a regular file"},
        {"pipe", ": is not a regular file"},
        {"socket", ": is not a regular file"},
        {"/dev/zero", ": is not a regular file"},
        {"link", ": is a symbolic link, not a regular file"},
        {"link_to_pipe", ": is a symbolic link, not a regular file"},
        {"dangling", ": is a symbolic link, not a regular file"},
        {"-", ": cannot open: No such file or directory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        expect_fault(cases[i].path, 100, 0, cases[i].message);
        bool is_missing = i == 0 || i == 9;
        assert_int_equal(file_is_missing(cases[i].path), is_missing);
        if (!is_missing) expect_fault(cases[i].path, 100, JSON_FILE_MAY_LACK, cases[i].message);
    }
}

static void a_missing_file_can_be_no_error(void **state) {
    (void)state;
    struct error error = {""};
    json_t *json = untouched;
    assert_int_equal(json_file_read("nowhere", 100, JSON_FILE_MAY_LACK, &json, &error), ERR_OK);
    assert_null(json);
    json = untouched;
    assert_int_equal(json_file_read_in("directory", "x", 100, JSON_FILE_MAY_LACK, &json, &error), ERR_OK);
    assert_null(json);
}

static void links_are_followed_on_request(void **state) {
    (void)state;
    struct error error;
    json_t *json;
    assert_int_equal(json_file_read("link", 100, JSON_FILE_LINKED, &json, &error), ERR_OK);
    assert_int_equal(json_integer_value(json_object_get(json, "a")), 1);
    json_decref(json);
    expect_fault("link_to_pipe", 100, JSON_FILE_LINKED, ": is not a regular file");
    expect_fault("dangling", 100, JSON_FILE_LINKED, ": cannot open: No such file or directory");
    expect_fault("loop", 100, JSON_FILE_LINKED, ": cannot open: Too many levels of symbolic links");
}

static void wrong_content_is_told_with_its_place(void **state) {
    (void)state;
    const struct {
        const char *text, *message;
    } cases[] = {
        {"", ":1:1: is empty"},
        {" \n\t\r\n", ":1:1: is empty"},
        {"{\"a\": 1", ":1:7: is cut off: '}' expected near end of file"},
        {"{\n \"a\": [", ":2:7: is cut off: ']' expected near end of file"},
        {"{\"a\": \"xy", ":1:9: is cut off: premature end of input near '\"xy'"},
        {"{\n\"a\" 1}", ":2:5: not JSON: ':' expected near '1'"},
        {"{\"a\": 1, \"a\": 1}", ":1:12: not JSON: duplicate object key near '\"a\"'"},
        {"{} {}", ":1:4: not JSON: end of file expected near '{'"},
        {"\xff\xfe", ":1:0: not JSON: unable to decode byte 0xff"},
        {"[1]", ":1:1: not a JSON object"},
        {"[]", ":1:1: not a JSON object"},
        {"\"a\"", NULL},
        {"7", NULL},
        {"null", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(file_write_plain("bad", cases[i].text, strlen(cases[i].text), NULL), ERR_OK);
        if (cases[i].message) {
            expect_fault("bad", 100, 0, cases[i].message);
            expect_fault("bad", 100, JSON_FILE_MAY_LACK | JSON_FILE_LINKED, cases[i].message);
        } else {
            json_t *json = untouched;
            assert_int_equal(json_file_read("bad", 100, 0, &json, NULL), ERR_INPUT);
            assert_ptr_equal(json, untouched);
        }
    }
    assert_int_equal(file_write_plain("bad", "\0\0\0\0", 4, NULL), ERR_OK); /* as a power cut leaves it */
    json_t *json = untouched;
    assert_int_equal(json_file_read("bad", 100, 0, &json, NULL), ERR_INPUT);
    expect_fault("good", 8, 0, ": larger than the allowed 8 bytes");
}

static void a_text_knows_where_it_begins(void **state) {
    (void)state;
    struct error error;
    json_t *json = NULL;
    assert_int_equal(json_file_parse("F", 7, "{\n!}", 4, &json, &error), ERR_INPUT);
    assert_ptr_equal(strstr(error.message, "F:8:1: not JSON: "), error.message);
    assert_int_equal(json_file_parse("F", 7, "", 0, &json, &error), ERR_INPUT);
    assert_string_equal(error.message, "F:7:1: is empty");
    assert_int_equal(json_file_parse("F", 7, "[]", 2, &json, &error), ERR_INPUT);
    assert_string_equal(error.message, "F:7:1: not a JSON object");
}

static int allocations_left;

static void *few_allocations(size_t size) { return allocations_left-- > 0 ? malloc(size) : NULL; }

/* With every number of allocations that is too small: nothing comes out, and where Jansson says why, it is
 * not the file's fault. */
static void lack_of_memory_is_told(void **state) {
    (void)state;
    static const char text[] = "{\"a\": [1, 2.5, \"x\"], \"b\": {\"c\": null}}";
    json_malloc_t had_malloc;
    json_free_t had_free;
    int told = 0;
    json_get_alloc_funcs(&had_malloc, &had_free);
    for (int most = 0;; most++) {
        struct error error;
        json_t *json = untouched;
        allocations_left = most;
        json_set_alloc_funcs(few_allocations, free);
        enum err code = json_file_parse("F", 1, text, sizeof text - 1, &json, &error);
        if (!code) json_decref(json);
        json_set_alloc_funcs(had_malloc, had_free);
        if (!code) break;
        assert_true(most < 100);
        assert_ptr_equal(json, untouched);
        told += code == ERR_RUNTIME;
        if (most == 0) assert_int_equal(code, ERR_RUNTIME);
        if (code == ERR_RUNTIME) assert_string_equal(error.message, "out of memory for F");
    }
    assert_true(told >= 2);
}

static void what_is_written_comes_back(void **state) {
    (void)state;
    struct error error;
    json_t *json = json_pack("{s:s, s:f}", "text", "\xc3\xa4", "real", 0.1), *read;
    assert_int_equal(json_file_write("written", json_incref(json), &error), ERR_OK);
    assert_int_equal(json->refcount, 1);
    assert_int_equal(json_file_read("written", 100, 0, &read, &error), ERR_OK);
    assert_true(json_equal(json, read));
    json_decref(read);
    assert_int_equal(json_file_write_in("directory", "x", json_incref(json), &error), ERR_OK);
    assert_int_equal(json_file_read("directory/x", 100, 0, &read, &error), ERR_OK);
    assert_true(json_equal(json, read));
    json_decref(read);
    assert_int_equal(json_file_write("nowhere/x", json_incref(json), &error), ERR_RUNTIME);
    assert_ptr_equal(strstr(error.message, "nowhere/x: cannot write"), error.message);
    assert_int_equal(json->refcount, 1);
    assert_int_equal(json_file_write("written", NULL, &error), ERR_RUNTIME);
    assert_string_equal(error.message, "out of memory for written");
    assert_int_equal(json_file_read("written", 100, 0, &read, &error), ERR_OK); /* as it was */
    assert_true(json_equal(json, read));
    json_decref(read);
    json_decref(json);
}

static void what_stands_in_the_way_is_replaced(void **state) {
    (void)state;
    const char *const names[] = {"link2", "dangling2", "pipe2"};
    struct error error;
    struct stat status;
    assert_int_equal(symlink("good", "link2"), 0);
    assert_int_equal(symlink("nowhere", "dangling2"), 0);
    assert_int_equal(mkfifo("pipe2", 0600), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        json_t *json;
        alarm(10);
        assert_int_equal(json_file_write(names[i], json_pack("{s:i}", "a", 2), &error), ERR_OK);
        alarm(0);
        assert_int_equal(lstat(names[i], &status), 0);
        assert_true(S_ISREG(status.st_mode));
        assert_int_equal(json_file_read(names[i], 100, 0, &json, &error), ERR_OK);
        json_decref(json);
    }
    assert_true(file_is_missing("nowhere"));
    a_good_file_is_read(state);
    assert_int_equal(json_file_write("directory", json_object(), &error), ERR_RUNTIME);
    assert_int_equal(shell("ls $SCRATCH/*.tmp.*")->status, 2); /* nothing half-written is left */
}

static void text_that_is_not_utf8_becomes_harmless(void **state) {
    (void)state;
    const char *const cases[][2] = {
        {"", ""}, {"plain", "plain"}, {"\xc3\xa4", "\xc3\xa4"}, {"/tmp/\xff\x80~/x", "/tmp/??~/x"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *json = json_file_text(cases[i][0]);
        assert_string_equal(json_string_value(json), cases[i][1]);
        json_decref(json);
    }
}

static void plain_files_and_their_tails(void **state) {
    (void)state;
    struct error error;
    char *bytes = NULL;
    size_t length;
    assert_int_equal(file_write_plain("tail", "0123456789", 10, &error), ERR_OK);
    const char *const tails[] = {"", "9", "89"};
    for (size_t most = 0; most < 3; most++) {
        assert_int_equal(file_read_tail("tail", most, &bytes, &length, &error), ERR_OK);
        assert_int_equal(length, most);
        assert_string_equal(bytes, tails[most]);
        free(bytes);
    }
    for (size_t most = 10; most < 12; most++) {
        assert_int_equal(file_read_tail("tail", most, &bytes, &length, &error), ERR_OK);
        assert_string_equal(bytes, "0123456789");
        free(bytes);
    }
    assert_int_equal(file_read_tail("nowhere", 5, &bytes, &length, &error), ERR_INPUT);
    assert_int_equal(file_read_tail("link", 5, &bytes, &length, &error), ERR_INPUT);
    assert_int_equal(file_read_tail("directory", 5, &bytes, &length, &error), ERR_INPUT);
    assert_int_equal(file_read_plain("link", 100, &bytes, &length, &error), ERR_INPUT);
    assert_int_equal(file_read_plain("tail", 9, &bytes, &length, &error), ERR_INPUT);
    assert_int_equal(file_read_plain("tail", 10, &bytes, &length, &error), ERR_OK);
    assert_int_equal(length, 10);
    assert_string_equal(bytes, "0123456789");
    free(bytes);
    assert_int_equal(file_read_regular("link", 100, &bytes, &length, &error), ERR_OK);
    assert_int_equal(length, 9);
    free(bytes);
    if (!geteuid()) return; /* who may read everything */
    assert_int_equal(chmod("tail", 0), 0);
    assert_int_equal(file_read_plain("tail", 100, &bytes, &length, &error), ERR_INPUT);
    assert_string_equal(error.message, "tail: cannot open: Permission denied");
}

static void counts_are_whole_and_not_too_high(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t count; /* -1: none */
    } cases[] = {{"0", 0},     {"7", 7},      {"8", -1},   {"-1", -1},  {"3.0", -1},
                 {"true", -1}, {"\"3\"", -1}, {"[3]", -1}, {"null", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *json = json_loads(cases[i].text, JSON_DECODE_ANY, NULL);
        int64_t count;
        assert_non_null(json);
        assert_true(json_file_count(json, 7, &count) == (cases[i].count >= 0));
        if (cases[i].count >= 0) assert_int_equal(count, cases[i].count);
        json_decref(json);
    }
    int64_t count;
    assert_false(json_file_count(NULL, 7, &count));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file_is_read),
        cmocka_unit_test(only_a_regular_file_is_read),
        cmocka_unit_test(a_missing_file_can_be_no_error),
        cmocka_unit_test(links_are_followed_on_request),
        cmocka_unit_test(wrong_content_is_told_with_its_place),
        cmocka_unit_test(a_text_knows_where_it_begins),
        cmocka_unit_test(lack_of_memory_is_told),
        cmocka_unit_test(what_is_written_comes_back),
        cmocka_unit_test(what_stands_in_the_way_is_replaced),
        cmocka_unit_test(text_that_is_not_utf8_becomes_harmless),
        cmocka_unit_test(plain_files_and_their_tails),
        cmocka_unit_test(counts_are_whole_and_not_too_high),
    };
    return cmocka_run_group_tests_name("json_file", tests, prepare, shell_teardown);
}
