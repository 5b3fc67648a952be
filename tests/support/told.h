/* Failures that say what a person needs to mend them: the words of an error, and texts as a difference of
 * their lines. A header alone, for tests that are compiled without the rest of this folder. */
#ifndef COTNOISE_TESTS_SUPPORT_TOLD_H
#define COTNOISE_TESTS_SUPPORT_TOLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

/* The call must return ERR_OK; else its error is shown. */
#define assert_ok(call, error)                                             \
    do {                                                                   \
        if ((call) != ERR_OK) fail_msg("%s: %s", #call, (error)->message); \
    } while (0)

enum { TOLD_CONTEXT = 3, TOLD_LINES = 8 };

/* The text behind the first `lines` of its lines. */
static inline const char *told_skip(const char *text, int lines) {
    while (lines-- > 0) text += strcspn(text, "\n") + (text[strcspn(text, "\n")] != 0);
    return text;
}

static inline int told_count(const char *text) {
    int lines = 0;
    for (; *text; lines++) text = told_skip(text, 1);
    return lines;
}

static inline bool told_same(const char *a, const char *b) {
    size_t length = strcspn(a, "\n");
    return length == strcspn(b, "\n") && !strncmp(a, b, length);
}

static inline void told_print(char mark, const char *text, int from, int to) {
    for (int line = from; line < to; line++) {
        const char *start = told_skip(text, line);
        if (line == from + TOLD_LINES) {
            fprintf(stderr, "%c ... %d more\n", mark, to - line);
            return;
        }
        fprintf(stderr, "%c %.*s\n", mark, (int)strcspn(start, "\n"), start);
    }
}

/* The texts must be the same. Else the lines that differ are shown, `-` wanted and `+` got, and the test
 * fails at the first of them in the file `path`, whose text is `wanted`. */
static inline void assert_same_lines(const char *path, const char *wanted, const char *got) {
    int of_wanted = told_count(wanted), of_got = told_count(got), first = 0, last = 0;
    if (!strcmp(wanted, got)) return;
    int least = of_wanted < of_got ? of_wanted : of_got;
    while (first < least && told_same(told_skip(wanted, first), told_skip(got, first))) first++;
    while (last < least - first &&
           told_same(told_skip(wanted, of_wanted - 1 - last), told_skip(got, of_got - 1 - last)))
        last++;
    fprintf(stderr, "%s:%d: - is wanted (the file), + is got\n", path, first + 1);
    told_print(' ', wanted, first > TOLD_CONTEXT ? first - TOLD_CONTEXT : 0, first);
    told_print('-', wanted, first, of_wanted - last);
    told_print('+', got, first, of_got - last);
    if (first == of_wanted && first == of_got) fprintf(stderr, "(one of them lacks its last newline)\n");
    _fail(path, first + 1);
}

#endif
