/* The size of a terminal, asked of a pseudo-terminal of a known size, and text made harmless. */
#define _GNU_SOURCE /* posix_openpt */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/terminal.h"
#include "base/utf8.h"

static void the_size_is_the_windows(void **state) {
    (void)state;
    int window = posix_openpt(O_RDWR | O_NOCTTY);
    if (window < 0) skip();
    assert_int_equal(grantpt(window), 0);
    assert_int_equal(unlockpt(window), 0);
    int fd = open(ptsname(window), O_RDWR | O_NOCTTY);
    assert_true(fd >= 0);
    FILE *stream = fdopen(fd, "w");
    assert_non_null(stream);
    struct winsize size = {.ws_row = 33, .ws_col = 121};
    assert_int_equal(ioctl(window, TIOCSWINSZ, &size), 0);
    assert_int_equal(terminal_width(stream, 7), 121);
    assert_int_equal(terminal_height(stream, 8), 33);
    size = (struct winsize){.ws_row = 34, .ws_col = 122};
    assert_int_equal(ioctl(window, TIOCSWINSZ, &size), 0);
    assert_int_equal(terminal_width(stream, 7), 122);
    assert_int_equal(terminal_height(stream, 8), 34);
    size = (struct winsize){0}; /* a terminal that does not say */
    assert_int_equal(ioctl(window, TIOCSWINSZ, &size), 0);
    assert_int_equal(terminal_width(stream, 7), 7);
    assert_int_equal(terminal_height(stream, 8), 8);
    fclose(stream);
    close(window);
}

static void what_is_no_terminal_has_the_fallback(void **state) {
    (void)state;
    FILE *stream = tmpfile();
    assert_non_null(stream);
    assert_int_equal(terminal_width(stream, 0), 0);
    assert_int_equal(terminal_width(stream, 100), 100);
    assert_int_equal(terminal_height(stream, 24), 24);
    fclose(stream);
}

static const struct {
    const char *given, *shown;
} cases[] = {
    {"", ""},
    {"plain ~ \\ text", "plain ~ \\ text"},
    {"a\nb\tc\rd\x1b[31m\x7f\x01\x1f", "a\\nb\\tc\\rd\\u001b[31m\\u007f\\u0001\\u001f"},
    {"\xc3\xa4\xe2\x82\xac \xc2\xa0 \xf0\x9f\x98\x80 \xef\xb8\x8f",
     "\xc3\xa4\xe2\x82\xac \xc2\xa0 \xf0\x9f\x98\x80 \xef\xb8\x8f"},
    {"\xc2\x9b"
     "31m \xc2\x80 \xc2\x9f",
     "\\u009b31m \\u0080 \\u009f"},
    /* The direction of writing, in every way it can be turned. */
    {"\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9", "\\u202a\\u202e\\u2066\\u2069"},
    {"\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", "\\u200e\\u200f\\u061c"},
    /* Ends of lines and paragraphs; nothing wide: zero-width space, joiner, byte order mark, soft hyphen, a
       tag. */
    {"\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029"},
    {"\xe2\x80\x8b\xe2\x80\x8d\xef\xbb\xbf\xc2\xad\xf3\xa0\x81\x81",
     "\\u200b\\u200d\\ufeff\\u00ad\\U000e0041"},
    /* No UTF-8: a lone byte, cut off, overlong, a surrogate, beyond the last. */
    {"\x9b[2J \xff", "\\x9b[2J \\xff"},
    {"cut \xc2", "cut \\xc2"},
    {"\xc0\x9b \xe0\x80\x9b", "\\xc0\\x9b \\xe0\\x80\\x9b"},
    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
    {"\xf4\x90\x80\x80 \xf8\x88\x80\x80\x80", "\\xf4\\x90\\x80\\x80 \\xf8\\x88\\x80\\x80\\x80"},
};

static void text_cannot_steer_a_terminal(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        struct buffer shown = {0};
        strcpy(text, cases[i].given);
        terminal_text(text, sizeof text);
        assert_string_equal(text, cases[i].shown);
        terminal_text(text, sizeof text); /* what was shown once stays as it is */
        assert_string_equal(text, cases[i].shown);
        terminal_show(cases[i].given, strlen(cases[i].given), &shown);
        assert_string_equal(shown.bytes, cases[i].shown);
        buffer_free(&shown);
    }
    struct buffer shown = {0};
    terminal_show("a\0b", 3, &shown);
    assert_string_equal(shown.bytes, "a\\u0000b");
    buffer_free(&shown);
    for (uint32_t c = 0; c < 0xad; c++)
        assert_int_equal(terminal_is_seen(c), c >= 32 && (c < 127 || c >= 0xa0));
}

static void what_does_not_fit_is_cut(void **state) {
    (void)state;
    static const struct {
        const char *given, *shown;
    } short_of_room[] = {
        {"1234567", "1234567"},    {"\n\n\n!", "\\n\\n\\n!"}, {"123456\n", "1234..."},
        {"\n\n\n\n", "\\n\\n..."}, {"12\x1b!", "12..."},      {"\x1b\x1b", "..."},
    };
    for (size_t i = 0; i < sizeof short_of_room / sizeof *short_of_room; i++) {
        char text[8];
        strcpy(text, short_of_room[i].given);
        terminal_text(text, sizeof text);
        assert_string_equal(text, short_of_room[i].shown);
    }
    char text[16] = "ab\xe2\x82\xac";
    utf8_cut(text, 4);
    assert_string_equal(text, "ab");
    utf8_cut(text, 2);
    assert_string_equal(text, "ab");
}

static void lines_are_harmless_and_whole(void **state) {
    (void)state;
    char line[64] = "";
    FILE *stream = tmpfile();
    assert_non_null(stream);
    terminal_line(stream, "%s: %d", "a\x1b\nb", 7);
    rewind(stream);
    assert_non_null(fgets(line, sizeof line, stream));
    assert_string_equal(line, "a\\u001b\\nb: 7\n");
    fclose(stream);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_size_is_the_windows),
        cmocka_unit_test(what_is_no_terminal_has_the_fallback),
        cmocka_unit_test(text_cannot_steer_a_terminal),
        cmocka_unit_test(what_does_not_fit_is_cut),
        cmocka_unit_test(lines_are_harmless_and_whole),
    };
    return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
