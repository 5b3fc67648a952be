/* Errors, memory, buffers, atomic files and the thread team. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/err.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/team.h"
#include "base/temporary.h"

static const char *clear_before_rename; /* as another process would that writes the same file */

int rename(const char *from, const char *to) {
    if (clear_before_rename) temporary_clear(clear_before_rename);
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

/* Through links and into pipes, as output that a user names. */
static enum err write_file(const char *path, const void *bytes, size_t length, struct error *error) {
    struct file_writer writer;
    enum err code = file_create(&writer, path, error);
    if (code) return code;
    fwrite(bytes, 1, length, writer.stream);
    return file_commit(&writer, error);
}

static void test_error_message_is_one_safe_line(void **state) {
    (void)state;
    struct error error;
    assert_int_equal(err_set(&error, ERR_INPUT, "bad %s\x1b[31m", "line\nbreak"), ERR_INPUT);
    assert_string_equal(error.message, "bad line\\nbreak\\u001b[31m");
    char *text = memory_array(5000, 1);
    memset(text, 'x', 4999);
    err_set(&error, ERR_RUNTIME, "%s", text);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    assert_string_equal(error.message + strlen(error.message) - 4, "x...");
    free(text);
    err_set(&error, ERR_INPUT, "inner");
    assert_int_equal(err_prefix(&error, ERR_INPUT, "file.yaml"), ERR_INPUT);
    assert_string_equal(error.message, "file.yaml: inner");
    assert_int_equal(err_set(NULL, ERR_RUNTIME, "nobody listens"), ERR_RUNTIME);
    assert_int_equal(err_exit_status(ERR_INTERRUPTED), 1);
}

static void test_memory_refuses_overflow(void **state) {
    (void)state;
    assert_null(memory_array(SIZE_MAX / 2, 3));
    assert_null(memory_aligned(SIZE_MAX / 2, 3));
    assert_null(memory_aligned(SIZE_MAX, 1));
    float *aligned = memory_aligned(3, sizeof *aligned);
    assert_int_equal((uintptr_t)aligned % 64, 0);
    assert_true(aligned[2] == 0);
    free(aligned);
    int *array = NULL;
    size_t capacity = 0;
    assert_int_equal(memory_reserve(&array, &capacity, SIZE_MAX / 2, sizeof *array), ERR_RUNTIME);
    assert_null(array);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(memory_reserve(&array, &capacity, i + 1, sizeof *array), ERR_OK);
        array[i] = (int)i;
    }
    assert_int_equal(array[999], 999);
    free(array);
}

static void test_buffer(void **state) {
    (void)state;
    struct buffer buffer = {0};
    buffer_text(&buffer, "one ");
    buffer_printf(&buffer, "%d ", 2);
    buffer_json_string(&buffer, "a\"b\\c\n\x01\x1f\xc3\xa4", 10);
    assert_string_equal(buffer.bytes, "one 2 \"a\\\"b\\\\c\\n\\u0001\\u001f\xc3\xa4\"");
    assert_int_equal(buffer.length, strlen(buffer.bytes));
    buffer_clear(&buffer);
    assert_string_equal(buffer.bytes, "");
    for (int i = 0; i < 100000; i++) buffer_char(&buffer, 'x');
    assert_int_equal(buffer.length, 100000);
    assert_false(buffer.failed);
    buffer_free(&buffer);
}

struct folder {
    char path[64];
};

static int folder_create(void **state) {
    struct folder *folder = memory_array(1, sizeof *folder);
    strcpy(folder->path, "/tmp/cotnoise-base-XXXXXX");
    if (!mkdtemp(folder->path)) return -1;
    *state = folder;
    return 0;
}

static int folder_remove(void **state) {
    struct folder *folder = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder->path);
    int status = system(command);
    free(folder);
    return status;
}

static void test_files_appear_whole_or_not_at_all(void **state) {
    struct folder *folder = *state;
    struct error error;
    char *path = file_join(folder->path, "a/b/c");
    assert_int_equal(file_make_directories(path, &error), ERR_OK);
    assert_int_equal(file_make_directories(path, &error), ERR_OK);
    char *file = file_join(path, "file"), *below_file = file_join(file, "x");
    assert_int_equal(write_file(file, "first", 5, &error), ERR_OK);

    struct file_writer writer;
    assert_int_equal(file_create(&writer, file, &error), ERR_OK);
    fputs("second", writer.stream);
    char *bytes;
    size_t length;
    assert_int_equal(file_read(file, 100, &bytes, &length, &error), ERR_OK);
    assert_string_equal(bytes, "first");
    free(bytes);
    file_abandon(&writer);
    assert_int_equal(write_file(file, "third", 5, &error), ERR_OK);
    assert_int_equal(file_read(file, 5, &bytes, &length, &error), ERR_OK);
    assert_string_equal(bytes, "third");
    free(bytes);

    assert_int_equal(file_read(file, 4, &bytes, &length, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "larger than the allowed 4 bytes"));
    assert_int_equal(file_read(path, 100, &bytes, &length, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "is a directory"));
    assert_int_equal(file_read(below_file, 100, &bytes, &length, &error), ERR_INPUT);
    assert_int_equal(write_file(below_file, "x", 1, &error), ERR_RUNTIME);
    assert_int_equal(file_make_directories(below_file, &error), ERR_RUNTIME);
    assert_int_equal(file_make_directories(file, &error), ERR_RUNTIME);
    free(below_file);
    free(file);
    free(path);
}

static void test_links_and_pipes_are_written_not_replaced(void **state) {
    struct folder *folder = *state;
    struct error error;
    char *target = file_join(folder->path, "target"), *link = file_join(folder->path, "link");
    char *fifo = file_join(folder->path, "pipe"), *bytes, text[8] = {0};
    size_t length;
    struct stat status;
    assert_int_equal(write_file(target, "old", 3, &error), ERR_OK);
    assert_int_equal(symlink("target", link), 0);
    assert_int_equal(write_file(link, "new", 3, &error), ERR_OK);
    assert_int_equal(lstat(link, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(file_read(target, 10, &bytes, &length, &error), ERR_OK);
    assert_string_equal(bytes, "new");
    free(bytes);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    int reader = open(fifo, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_int_equal(write_file(fifo, "through", 7, &error), ERR_OK);
    assert_int_equal(read(reader, text, 7), 7);
    assert_string_equal(text, "through");
    close(reader);
    assert_int_equal(lstat(fifo, &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
    /* As /dev/stdout of a pipeline, a link to what has no path. */
    int ends[2];
    char unnamed[32], got[8] = {0};
    assert_int_equal(pipe(ends), 0);
    snprintf(unnamed, sizeof unnamed, "/dev/fd/%d", ends[1]);
    if (write_file(unnamed, "unnamed", 7, &error)) fail_msg("%s", error.message);
    assert_int_equal(read(ends[0], got, 7), 7);
    assert_string_equal(got, "unnamed");
    close(ends[0]);
    close(ends[1]);
    free(fifo);
    free(link);
    free(target);
}

/* What a run adds to, and a path of nothing. */
static void test_only_plain_files_are_added_to(void **state) {
    struct folder *folder = *state;
    struct error error;
    char *target = file_join(folder->path, "log"), *link = file_join(folder->path, "link-to-log");
    char *pipe = file_join(folder->path, "log-pipe"), *bytes;
    size_t length;
    for (int i = 0; i < 2; i++) {
        FILE *stream = NULL;
        int64_t size = -1;
        assert_int_equal(file_append(target, &stream, &size, &error), ERR_OK);
        assert_int_equal(size, 3 * i);
        fputs("abc", stream);
        fclose(stream);
    }
    assert_int_equal(symlink("log", link), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    const char *const refused[] = {link, pipe, folder->path};
    for (size_t i = 0; i < 3; i++) {
        FILE *stream = NULL;
        int64_t size = -1;
        assert_int_equal(file_append(refused[i], &stream, &size, &error), ERR_RUNTIME);
        assert_true(!stream && size == -1);
    }
    assert_int_equal(file_read(target, 10, &bytes, &length, &error), ERR_OK);
    assert_string_equal(bytes, "abcabc");
    assert_int_equal(file_make_directories("", &error), ERR_INPUT);
    free(bytes);
    free(pipe);
    free(link);
    free(target);
}

/* Another process, of another machine or container, may have our number. */
static void test_temporary_files_are_one_writers_each(void **state) {
    struct folder *folder = *state;
    struct error error;
    char *path = file_join(folder->path, "twice"), *bytes;
    size_t length;
    struct file_writer first, second;
    assert_int_equal(file_create(&first, path, &error), ERR_OK);
    assert_int_equal(file_create(&second, path, &error), ERR_OK);
    assert_string_not_equal(first.temporary, second.temporary);
    fputs("first", first.stream);
    fputs("second", second.stream);
    assert_int_equal(file_commit(&second, &error), ERR_OK);
    assert_int_equal(file_commit(&first, &error), ERR_OK);
    assert_int_equal(file_read(path, 10, &bytes, &length, &error), ERR_OK);
    assert_string_equal(bytes, "first");
    free(bytes);
    free(path);
}

/* Another that writes the same file takes nothing of ours for a leftover, up to the moment when it is in
 * place. */
static void test_writers_of_one_file_do_not_disturb_each_other(void **state) {
    struct folder *folder = *state;
    struct error error;
    char *path = file_join(folder->path, "contended"), *bytes;
    size_t length;
    clear_before_rename = path;
    assert_int_equal(write_file(path, "whole", 5, &error), ERR_OK);
    clear_before_rename = NULL;
    assert_int_equal(file_read(path, 10, &bytes, &length, &error), ERR_OK);
    assert_string_equal(bytes, "whole");
    free(bytes);
    free(path);
}

/* A directory may be a person's own, with files of any name. */
static void test_leftovers_of_others_stay(void **state) {
    struct folder *folder = *state;
    struct error error;
    static const char *const names[] = {"ours.tmp.7", "notes.tmp.20261124", "ours.tmp.", "ours.tmp.x7",
                                        "ours"};
    char *files[5];
    for (int i = 0; i < 5; i++) {
        files[i] = file_join(folder->path, names[i]);
        assert_int_equal(write_file(files[i], "", 0, &error), ERR_OK);
    }
    temporary_clear_in(folder->path, (const char *const[]){"other", "ours", NULL});
    for (int i = 0; i < 5; i++) {
        assert_int_equal(file_exists(files[i]), i > 0);
        free(files[i]);
    }
    assert_int_equal(temporary_stem("a.tmp.1.tmp.22"), 7);
    assert_int_equal(temporary_stem("a.tmp.1b"), 8);
}

static void test_full_disk_leaves_the_old_file(void **state) {
    (void)state;
    struct error error;
    struct file_writer writer = {.stream = fopen("/dev/full", "w"),
                                 .path = memory_string("/nonexistent/result"),
                                 .temporary = memory_string("/nonexistent/result.tmp")};
    assert_non_null(writer.stream);
    fputs("data", writer.stream);
    assert_int_equal(file_commit(&writer, &error), ERR_RUNTIME);
    assert_non_null(strstr(error.message, strerror(ENOSPC)));
    file_abandon(&writer);
}

enum { LANES = 100 };

static void count_lane(void *context, int lane) { ((int *)context)[lane]++; }

static void test_team_does_each_lane_once(void **state) {
    (void)state;
    struct error error;
    for (int threads = 1; threads <= 8; threads *= 2) {
        int done[LANES] = {0};
        struct team *team = NULL;
        assert_int_equal(team_create(threads, &team, &error), ERR_OK);
        assert_int_equal(team_threads(team), threads);
        for (int round = 0; round < 200; round++) team_run(team, LANES, count_lane, done);
        team_run(team, 0, count_lane, done);
        for (int lane = 0; lane < LANES; lane++) assert_int_equal(done[lane], 200);
        team_free(team);
    }
    team_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_message_is_one_safe_line),
        cmocka_unit_test(test_memory_refuses_overflow),
        cmocka_unit_test(test_buffer),
        cmocka_unit_test_setup_teardown(test_files_appear_whole_or_not_at_all, folder_create, folder_remove),
        cmocka_unit_test_setup_teardown(test_links_and_pipes_are_written_not_replaced, folder_create,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(test_only_plain_files_are_added_to, folder_create, folder_remove),
        cmocka_unit_test_setup_teardown(test_temporary_files_are_one_writers_each, folder_create,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(test_writers_of_one_file_do_not_disturb_each_other, folder_create,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(test_leftovers_of_others_stay, folder_create, folder_remove),
        cmocka_unit_test(test_full_disk_leaves_the_old_file),
        cmocka_unit_test(test_team_does_each_lane_once),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
