/* Traces as lines of tokens: what a data set gives, what a replay computes, and how two lines compare. */
#ifndef COTNOISE_PROFILE_LINES_H
#define COTNOISE_PROFILE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/sample.h"
#include "trace/task.h"
#include "trace/trace.h"

/* A view: line i is tokens start[i] ... start[i + 1] - 1, without newlines. */
struct lines {
    const int32_t *tokens;
    const int *start; /* count + 1 */
    int count;
    const struct alphabets *alphabets; /* of the symbols in computed lines; NULL elsewhere */
    bool reverse; /* numbers least significant digit first; a replay sets it for what it is given */
};

/* The lines of a completion, cut at its newlines, numbers most significant digit first unless changed. Start
 * from {0}, reuse; release with line_store_free. */
struct line_store {
    struct lines lines;
    int32_t *tokens;
    int *start;
    size_t token_capacity, start_capacity;
};
enum err line_store_fill(struct line_store *store, struct token_span completion); /* ERR_RUNTIME: no memory */
void line_store_free(struct line_store *store);

/* What the recorder has written so far. */
struct lines lines_of_trace(const struct trace *trace);

/* How a given line compares with a computed one. Digits, and symbols and truths of values as if they were
 * digits, count where the two have the same shape: as many tokens, and the same ones but for these. */
struct line_comparison {
    bool same_name, same_shape;
    int digits, wrong;             /* all digits of the line */
    int value_digits, value_wrong; /* those behind the last `=` */
};
struct line_comparison line_compare(const struct lines *computed, int i, const struct lines *given, int j);

/* Whether a line has a number of two digits or more that has 0 for its most significant. */
bool line_has_leading_zero(struct lines lines, int i);

/* Reads what stands behind the last `=` of a line (value_reader.h). */
bool line_value(struct lines lines, int i, const struct alphabets *alphabets, struct value *value);

#endif
