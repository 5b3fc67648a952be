/* Traces as lines of tokens. See lines.h. */
#include "profile/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum err line_store_fill(struct line_store *store, struct token_span completion) {
    int count = 0;
    int used = 0;
    if (memory_reserve(&store->tokens, &store->token_capacity, completion.count + 1, sizeof *store->tokens) ||
        memory_reserve(&store->start, &store->start_capacity, completion.count + 2, sizeof *store->start))
        return ERR_RUNTIME;
    store->start[0] = 0;
    for (size_t i = 0; i <= completion.count; i++) {
        if (i < completion.count && completion.id[i] != TOKEN_NEWLINE)
            store->tokens[used++] = completion.id[i];
        else if (used > store->start[count]) /* an empty line is none */
            store->start[++count] = used;
    }
    store->lines = (struct lines){.tokens = store->tokens, .start = store->start, .count = count};
    return ERR_OK;
}

void line_store_free(struct line_store *store) {
    free(store->tokens);
    free(store->start);
    *store = (struct line_store){0};
}

struct lines lines_of_trace(const struct trace *trace) {
    return (struct lines){
        .tokens = trace_tokens(trace), .start = trace_starts(trace), .count = trace_lines(trace)};
}

/* Where the line's value begins: behind its last `=`, or at its end. */
static int value_start(struct lines lines, int i) {
    int at = lines.start[i + 1];
    while (at > lines.start[i] && lines.tokens[at - 1] != TOKEN_EQUALS) at--;
    return at > lines.start[i] ? at : lines.start[i + 1];
}

static bool has_leading_zero(struct lines lines, int i) {
    const int32_t *t = lines.tokens;
    for (int at = lines.start[i]; at + 1 < lines.start[i + 1]; at++) {
        if (!token_is_digit(t[at]) || !token_is_digit(t[at + 1])) continue;
        bool begins = at == lines.start[i] || !token_is_digit(t[at - 1]);
        bool ends = at + 2 == lines.start[i + 1] || !token_is_digit(t[at + 2]);
        if (lines.reverse ? ends && t[at + 1] == TOKEN_DIGIT : begins && t[at] == TOKEN_DIGIT) return true;
    }
    return false;
}

struct line_comparison line_compare(struct lines computed, int i, struct lines given, int j) {
    struct line_comparison c = {.leading_zero = has_leading_zero(given, j)};
    const int32_t *a = computed.tokens + computed.start[i], *b = given.tokens + given.start[j];
    int length = computed.start[i + 1] - computed.start[i], value = value_start(computed, i);
    c.same_name = a[0] == b[0];
    c.same_shape = c.same_name && length == given.start[j + 1] - given.start[j];
    for (int k = 0; k < length && c.same_shape; k++) {
        if (!token_is_digit(a[k]) || !token_is_digit(b[k])) {
            c.same_shape = a[k] == b[k];
            continue;
        }
        bool wrong = a[k] != b[k], in_value = computed.start[i] + k >= value;
        c.digits++;
        c.wrong += wrong;
        c.value_digits += in_value;
        c.value_wrong += wrong && in_value;
    }
    if (!c.same_shape) c.digits = c.wrong = c.value_digits = c.value_wrong = 0;
    return c;
}

/* Reads a number at *at and moves behind it. */
static bool read_number(struct lines lines, int *at, int end, struct decimal *number) {
    const int32_t *tokens = lines.tokens;
    uint8_t digits[DECIMAL_DIGITS];
    bool negative = *at < end && tokens[*at] == TOKEN_MINUS;
    int first = *at + negative, last = first;
    while (last < end && token_is_digit(tokens[last])) last++;
    if (last == first || last - first > DECIMAL_DIGITS) return false;
    for (int k = first; k < last; k++)
        digits[lines.reverse ? k - first : last - 1 - k] = (uint8_t)(tokens[k] - TOKEN_DIGIT);
    *number = decimal_pack(negative, digits, last - first);
    *at = last;
    return true;
}

bool line_value(struct lines lines, int i, struct value *value) {
    int at = value_start(lines, i), end = lines.start[i + 1];
    value->is_list = at < end && lines.tokens[at] == TOKEN_OPEN_LIST;
    if (!value->is_list) return read_number(lines, &at, end, &value->number) && at == end;
    value->list.length = 0;
    for (at++; at < end && lines.tokens[at] != TOKEN_CLOSE_LIST;) {
        struct decimal element;
        if (value->list.length == LIST_MAX || !read_number(lines, &at, end, &element)) return false;
        list_append(&value->list, &element);
        if (at < end && lines.tokens[at] == TOKEN_COMMA) at++;
    }
    return at == end - 1;
}
