/* Lays two texts side by side, line by line. */
#ifndef COTNOISE_PAGE_ALIGN_H
#define COTNOISE_PAGE_ALIGN_H

#include <stddef.h>

#include "base/err.h"

enum { ALIGN_LINES_MAX = 400 };

struct text_line {
    const char *start; /* NULL: the other side has a line that this one lacks */
    size_t length;
};

struct line_pair {
    struct text_line left, right;
};

struct alignment {
    struct line_pair *pairs;
    size_t count;
};

/* Pairs the lines of two texts (of each the first ALIGN_LINES_MAX) so that as much as possible agrees: equal
 * lines cost nothing, lines that assign to the same name ("res = 7", "res = 3") less than others. The
 * pairs point into the texts; free alignment->pairs. */
enum err align_lines(const char *left, const char *right, struct alignment *alignment, struct error *error);

/* Pairs line n with line n. */
enum err align_in_step(const char *left, const char *right, struct alignment *alignment, struct error *error);

int align_same_line(struct text_line one, struct text_line other);

#endif
