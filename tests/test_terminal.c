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

static void text_cannot_steer_a_terminal(void **state) {
    (void)state;
    const struct {
        const char *given, *shown;
    } cases[] = {
        {"", ""},
        {"plain ~ text", "plain ~ text"},
        {"a\nb\tc\x1b[31m\x7f\x01\x1f", "a?b?c?[31m???"},
        {"\xc3\xa4\xe2\x82\xac \xc2\xa0",
         "\xc3\xa4\xe2\x82\xac \xc2\xa0"}, /* U+00A0 is the first that is shown */
        {"\xc2\x9b"
         "31m \xc2\x80 \xc2\x9f",
         "??31m ?? ??"},
        {"cut \xc2", "cut \xc2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        strcpy(text, cases[i].given);
        terminal_text(text);
        assert_string_equal(text, cases[i].shown);
    }
    for (int c = -128; c < 128; c++)
        assert_int_equal(terminal_is_control((char)c), (c >= 0 && c < 32) || c == 127);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_size_is_the_windows),
        cmocka_unit_test(what_is_no_terminal_has_the_fallback),
        cmocka_unit_test(text_cannot_steer_a_terminal),
    };
    return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
