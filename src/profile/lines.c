/* Traces as lines of tokens. See lines.h. */
#include "profile/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trace/value_reader.h"

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
    return (struct lines){.tokens = trace_tokens(trace),
                          .start = trace_starts(trace),
                          .count = trace_lines(trace),
                          .alphabets = trace_alphabets(trace)};
}

/* Where the line's value begins: behind its last `=`, or at its end. */
static int value_start(struct lines lines, int i) {
    int at = lines.start[i + 1];
    while (at > lines.start[i] && lines.tokens[at - 1] != TOKEN_EQUALS) at--;
    return at > lines.start[i] ? at : lines.start[i + 1];
}

bool line_has_leading_zero(struct lines lines, int i) {
    const int32_t *t = lines.tokens;
    for (int at = lines.start[i]; at + 1 < lines.start[i + 1]; at++) {
        if (!token_is_digit(t[at]) || !token_is_digit(t[at + 1])) continue;
        bool begins = at == lines.start[i] || !token_is_digit(t[at - 1]);
        bool ends = at + 2 == lines.start[i + 1] || !token_is_digit(t[at + 2]);
        if (lines.reverse ? ends && t[at + 1] == TOKEN_DIGIT : begins && t[at] == TOKEN_DIGIT) return true;
    }
    return false;
}

/* Whether two tokens are of one kind that noise makes of one another: digits, or symbols of one alphabet. */
static bool is_exchangeable(const struct lines *lines, int32_t a, int32_t b) {
    int symbol;
    if (token_is_digit(a) || token_is_digit(b)) return token_is_digit(a) && token_is_digit(b);
    if (!lines->alphabets || !lines->alphabets->count) return false;
    const struct alphabet *alphabet = alphabets_of(lines->alphabets, a, &symbol);
    return alphabet && alphabet == alphabets_of(lines->alphabets, b, &symbol);
}

/* Whether a line begins with the name of another, keyword and all. */
static bool is_same_name(const int32_t *a, int a_length, const int32_t *b, int b_length) {
    int k = 0;
    while (k < a_length && k < b_length && a[k] == b[k] && a[k] != TOKEN_EQUALS) k++;
    return k > 0 && (k == a_length || a[k] == TOKEN_EQUALS);
}

struct line_comparison line_compare(const struct lines *computed, int i, const struct lines *given, int j) {
    struct line_comparison c = {0};
    const int32_t *a = computed->tokens + computed->start[i], *b = given->tokens + given->start[j];
    int length = computed->start[i + 1] - computed->start[i];
    int given_length = given->start[j + 1] - given->start[j];
    c.same_name = is_same_name(a, length, b, given_length);
    c.same_shape = c.same_name && length == given_length;
    if (!c.same_shape) return c;
    int value = value_start(*computed, i);
    for (int k = 0; k < length && c.same_shape; k++) {
        bool in_value = computed->start[i] + k >= value;
        if (!is_exchangeable(computed, a[k], b[k]) || (!in_value && !token_is_digit(a[k]))) {
            c.same_shape = a[k] == b[k];
            continue;
        }
        bool wrong = a[k] != b[k];
        c.digits++;
        c.wrong += wrong;
        c.value_digits += in_value;
        c.value_wrong += wrong && in_value;
    }
    if (!c.same_shape) c.digits = c.wrong = c.value_digits = c.value_wrong = 0;
    return c;
}

bool line_value(struct lines lines, int i, const struct alphabets *alphabets, struct value *value) {
    int at = value_start(lines, i);
    struct token_span span = {lines.tokens + at, (size_t)(lines.start[i + 1] - at)};
    return value_read(span, alphabets, lines.reverse, value);
}
