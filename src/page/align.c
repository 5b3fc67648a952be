/* Lays two texts side by side. See align.h. */
#include "page/align.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static size_t split(const char *text, struct text_line *lines) {
    size_t count = 0;
    while (*text && count < ALIGN_LINES_MAX) {
        size_t length = strcspn(text, "\n");
        lines[count++] = (struct text_line){text, length};
        text += length + (text[length] == '\n');
    }
    return count;
}

int align_same_line(struct text_line one, struct text_line other) {
    if (!one.start || !other.start) return one.start == other.start;
    return one.length == other.length && !memcmp(one.start, other.start, one.length);
}

/* Bytes before " =", or all of the line. */
static size_t name_length(struct text_line line) {
    for (size_t i = 0; i + 1 < line.length; i++)
        if (line.start[i] == ' ' && line.start[i + 1] == '=') return i;
    return line.length;
}

enum { COST_GAP = 4, COST_SAME_NAME = 3, COST_OTHER = 9 };

static int pair_cost(struct text_line one, struct text_line other) {
    if (align_same_line(one, other)) return 0;
    size_t length = name_length(one);
    return length == name_length(other) && !memcmp(one.start, other.start, length) ? COST_SAME_NAME
                                                                                   : COST_OTHER;
}

/* cost[i][j]: of aligning the first i lines on the left with the first j on the right. */
static void fill_costs(int32_t *cost, const struct text_line *left, size_t lefts,
                       const struct text_line *right, size_t rights) {
    size_t width = rights + 1;
    for (size_t i = 0; i <= lefts; i++)
        for (size_t j = 0; j <= rights; j++) {
            int32_t best = i || j ? INT32_MAX : 0;
            if (i && j) best = cost[(i - 1) * width + j - 1] + pair_cost(left[i - 1], right[j - 1]);
            if (i && cost[(i - 1) * width + j] + COST_GAP < best) best = cost[(i - 1) * width + j] + COST_GAP;
            if (j && cost[i * width + j - 1] + COST_GAP < best) best = cost[i * width + j - 1] + COST_GAP;
            cost[i * width + j] = best;
        }
}

/* Walks back from the end; pairs come out last first and are turned around. */
static size_t trace_back(const int32_t *cost, const struct text_line *left, size_t i,
                         const struct text_line *right, size_t j, struct line_pair *pairs) {
    size_t width = j + 1, count = 0;
    while (i || j) {
        struct line_pair pair = {{0}, {0}};
        int32_t here = cost[i * width + j];
        if (i && j && here == cost[(i - 1) * width + j - 1] + pair_cost(left[i - 1], right[j - 1])) {
            pair = (struct line_pair){left[--i], right[--j]};
        } else if (i && here == cost[(i - 1) * width + j] + COST_GAP) {
            pair.left = left[--i];
        } else {
            pair.right = right[--j];
        }
        pairs[count++] = pair;
    }
    for (size_t a = 0, b = count; a + 1 < b; a++) {
        struct line_pair swapped = pairs[a];
        pairs[a] = pairs[--b];
        pairs[b] = swapped;
    }
    return count;
}

enum err align_lines(const char *left, const char *right, struct alignment *alignment, struct error *error) {
    struct text_line lines[2][ALIGN_LINES_MAX];
    size_t lefts = split(left, lines[0]), rights = split(right, lines[1]);
    int32_t *cost = memory_array((lefts + 1) * (rights + 1), sizeof *cost);
    struct line_pair *pairs = memory_array(lefts + rights, sizeof *pairs);
    if (!cost || !pairs) {
        free(cost);
        free(pairs);
        return err_memory(error, "sample traces");
    }
    fill_costs(cost, lines[0], lefts, lines[1], rights);
    *alignment = (struct alignment){pairs, trace_back(cost, lines[0], lefts, lines[1], rights, pairs)};
    free(cost);
    return ERR_OK;
}

enum err align_in_step(const char *left, const char *right, struct alignment *alignment,
                       struct error *error) {
    struct text_line lines[2][ALIGN_LINES_MAX] = {0};
    size_t lefts = split(left, lines[0]), rights = split(right, lines[1]);
    size_t count = lefts > rights ? lefts : rights;
    struct line_pair *pairs = memory_array(count, sizeof *pairs);
    if (!pairs) return err_memory(error, "sample traces");
    for (size_t i = 0; i < count; i++) pairs[i] = (struct line_pair){lines[0][i], lines[1][i]};
    *alignment = (struct alignment){pairs, count};
    return ERR_OK;
}
