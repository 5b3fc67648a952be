/* Completions that were kept: written, read back, cut off behind what was saved, and refused when damaged. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "reinforce/kept.h"
#include "tests/support/told.h"

enum { VOCABULARY = 40, LONGEST = 12 };

static const int32_t ids[] = {20, 4, 0, 39, 5, 26, 7, 8, 9, 10, 11};
static const struct token_span prompts[] = {{ids, 2}, {ids + 1, 3}, {ids, 1}, {ids, 0}},
                               completions[] = {{ids + 3, 4}, {ids + 2, 0}, {ids, 9}, {ids + 5, 1}};
enum { KEPT = 4 };
static const char lines[] = "{\"prompt\":[20,4],\"completion\":[39,5,26,7]}\n"
                            "{\"prompt\":[4,0,39],\"completion\":[]}\n"
                            "{\"prompt\":[20],\"completion\":[20,4,0,39,5,26,7,8,9]}\n"
                            "{\"prompt\":[],\"completion\":[26]}\n";

static char folder[] = "/tmp/cotnoise-kept-XXXXXX", path[64];

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/kept.jsonl", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void open_well(struct kept *kept, int64_t bytes) {
    struct error error;
    assert_ok(kept_open(folder, bytes, VOCABULARY, LONGEST, kept, &error), &error);
}

static void add(struct kept *kept, int i) {
    struct error error;
    assert_ok(kept_add(kept, prompts[i], completions[i], &error), &error);
}

static void assert_holds(const struct kept *kept, int count) {
    const struct dataset *data = &kept->data.dataset;
    assert_int_equal(data->samples, count);
    for (int i = 0; i < count; i++) {
        struct token_span prompt = dataset_prompt(data, i), completion = dataset_completion(data, i);
        assert_int_equal(prompt.count, prompts[i].count + 1);
        assert_int_equal(prompt.id[0], TOKEN_BOS);
        assert_memory_equal(prompt.id + 1, prompts[i].id, prompts[i].count * sizeof *ids);
        assert_int_equal(completion.count, completions[i].count);
        assert_memory_equal(completion.id, completions[i].id, completions[i].count * sizeof *ids);
    }
}

static void assert_file(const char *expected, size_t length) {
    char *text;
    size_t found;
    struct error error;
    assert_ok(file_read_plain(path, 1 << 20, &text, &found, &error), &error);
    assert_int_equal(found, length);
    assert_memory_equal(text, expected, length);
    free(text);
}

static size_t bytes_of(int count) {
    const char *at = lines;
    for (; count > 0; count--) at = strchr(at, '\n') + 1;
    return (size_t)(at - lines);
}

/* Each line is known to the byte, so that a state can say where it was. */
static void written_and_read_back(void **state) {
    (void)state;
    struct kept kept;
    struct error error;
    open_well(&kept, 0);
    for (int i = 0; i < KEPT; i++) {
        assert_int_equal(kept_bytes(&kept), bytes_of(i));
        add(&kept, i);
    }
    assert_holds(&kept, KEPT);
    assert_int_equal(kept_bytes(&kept), strlen(lines));
    assert_ok(kept_sync(&kept, &error), &error);
    assert_file(lines, strlen(lines)); /* before it is closed */
    kept_close(&kept);
    kept_close(&kept); /* harmless */

    open_well(&kept, (int64_t)strlen(lines));
    assert_holds(&kept, KEPT);
    assert_int_equal(kept_bytes(&kept), strlen(lines));
    kept_close(&kept);
}

/* What a process wrote after its last saved state is made again. */
static void cut_off_behind_what_was_saved(void **state) {
    (void)state;
    struct kept kept;
    for (int saved = KEPT - 1; saved >= 0; saved--) {
        open_well(&kept, (int64_t)bytes_of(saved));
        assert_holds(&kept, saved);
        assert_file(lines, bytes_of(saved));
        for (int i = saved; i < KEPT; i++) add(&kept, i);
        assert_holds(&kept, KEPT);
        kept_close(&kept);
        assert_file(lines, strlen(lines));
    }
    open_well(&kept, 0); /* from the beginning, whatever lies there */
    assert_holds(&kept, 0);
    kept_close(&kept);
    assert_file("", 0);
}

/* With <bos> and <eos> LONGEST tokens are the most. */
static void too_long_is_left_out(void **state) {
    (void)state;
    struct kept kept;
    struct error error;
    open_well(&kept, 0);
    const struct token_span long_one = {ids, 10}, longer = {ids, 11}, one = {ids, 1}, none = {ids, 0};
    assert_ok(kept_add(&kept, none, longer, &error), &error);
    assert_ok(kept_add(&kept, one, long_one, &error), &error);
    assert_int_equal(kept.data.dataset.samples, 0);
    assert_int_equal(kept_bytes(&kept), 0);
    assert_ok(kept_add(&kept, none, long_one, &error), &error);
    assert_int_equal(kept.data.dataset.longest, LONGEST);
    int64_t bytes = kept_bytes(&kept);
    kept_close(&kept);
    open_well(&kept, bytes);
    assert_int_equal(kept.data.dataset.samples, 1);
    kept_close(&kept);
}

static void write_file(const char *text, size_t length) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void assert_refused(const char *text, size_t length, int64_t bytes, const char *end) {
    struct kept kept;
    struct error error = {""};
    char expected[256];
    write_file(text, length);
    enum err code = kept_open(folder, bytes, VOCABULARY, LONGEST, &kept, &error);
    snprintf(expected, sizeof expected, "%s:%s", path, end);
    if (code != ERR_INPUT) fail_msg("'%.*s' is read: %d", (int)length, text, code);
    assert_string_equal(error.message, expected);
    kept_close(&kept);
    assert_file(text, length); /* left for people to look at */
}

static void damaged_lines_are_refused(void **state) {
    (void)state;
    static const char *const second[] = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"prompt\":[1]}",
        "{\"completion\":[1]}",
        "{\"prompt\":[1],\"completion\":1}",
        "{\"prompt\":{},\"completion\":[1]}",
        "{\"prompt\":[1],\"completion\":null}",
        "{\"prompt\":[-1],\"completion\":[1]}",
        "{\"prompt\":[40],\"completion\":[1]}",
        "{\"prompt\":[1],\"completion\":[1.0]}",
        "{\"prompt\":[1],\"completion\":[\"1\"]}",
        "{\"prompt\":[1],\"completion\":[true]}",
        "{\"prompt\":[1],\"completion\":[[1]]}",
        "{\"prompt\":[1],\"completion\":[4294967297]}",
        "{\"prompt\":[1],\"completion\":[99999999999999999999999]}",
        "{\"prompt\":[1],\"prompt\":[1],\"completion\":[1]}",
        "{\"prompt\":[1],\"completion\":[1]} {}",
        "{\"prompt\":[1,1,1,1,1],\"completion\":[1,1,1,1,1,1]}",
        "{\"prompt\":[],\"completion\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}",
        "{\"prompt\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],\"completion\":[]}",
        "\xff\xfe",
    };
    for (size_t i = 0; i < sizeof second / sizeof *second; i++) {
        char text[256];
        int length = snprintf(text, sizeof text, "{\"prompt\":[1],\"completion\":[2]}\n%s\n", second[i]);
        assert_refused(text, (size_t)length, length, "2: not a completion of this run");
    }
    static const char nul[] = "{\"prompt\":[1],\"completion\":[2]\0}\n";
    assert_refused(nul, sizeof nul - 1, sizeof nul - 1, "1: not a completion of this run");
    /* The state says that less of a line was there, or more of the file than there is. */
    assert_refused(lines, strlen(lines), (int64_t)bytes_of(1) - 3, "1: not a completion of this run");
    char expected[64];
    snprintf(expected, sizeof expected, " has %zu of the %zu bytes that it had", strlen(lines),
             strlen(lines) + 1);
    assert_refused(lines, strlen(lines), (int64_t)strlen(lines) + 1, expected);
    /* A deep text is no danger to the reader. */
    static char deep[1 << 16];
    memset(deep, '[', sizeof deep - 1);
    assert_refused(deep, sizeof deep - 1, sizeof deep - 1, "1: not a completion of this run");
}

/* No file where there was one; a file that is none. */
static void missing_or_no_file(void **state) {
    (void)state;
    struct kept kept;
    struct error error;
    unlink(path);
    assert_int_equal(kept_open(folder, 10, VOCABULARY, LONGEST, &kept, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, path));
    kept_close(&kept);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_not_equal(kept_open(folder, 10, VOCABULARY, LONGEST, &kept, &error), ERR_OK);
    kept_close(&kept);
    assert_int_equal(kept_open(folder, 0, VOCABULARY, LONGEST, &kept, &error), ERR_RUNTIME);
    kept_close(&kept);
    assert_int_equal(rmdir(path), 0);
}

/* A disk that is full is noticed before the state that counts on the file is written, also where only an
 * earlier write failed. */
static void full_disk_is_noticed(void **state) {
    (void)state;
    struct kept kept;
    struct error error;
    struct rlimit before, small = {.rlim_cur = 20, .rlim_max = RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    for (int earlier = 0; earlier < 2; earlier++) {
        open_well(&kept, 0);
        add(&kept, 0);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        if (earlier) assert_int_equal(fflush(kept.file), EOF);
        if (earlier) assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        enum err code = kept_sync(&kept, &error);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(code, ERR_RUNTIME);
        assert_memory_equal(error.message, path, strlen(path));
        assert_non_null(strstr(error.message, ": cannot write"));
        kept_close(&kept);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_and_read_back), cmocka_unit_test(cut_off_behind_what_was_saved),
        cmocka_unit_test(too_long_is_left_out),  cmocka_unit_test(damaged_lines_are_refused),
        cmocka_unit_test(missing_or_no_file),    cmocka_unit_test(full_disk_is_noticed),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
