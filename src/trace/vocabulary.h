/* Tokens and text: which tokens there are, splitting text into them, and their canonical rendering.
 *
 * Every vocabulary starts with the same fixed tokens, in the order of `enum token`; names follow. Text
 * splits by  [A-Za-z_][A-Za-z_0-9]*|[0-9]|\n|[^\sA-Za-z_0-9]  and spaces only separate, so for any ids
 * without specials encode(render(ids)) gives the same ids. */
#ifndef COTNOISE_TRACE_VOCABULARY_H
#define COTNOISE_TRACE_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/err.h"

enum token {
    TOKEN_PAD,
    TOKEN_BOS,
    TOKEN_EOS,
    TOKEN_UNKNOWN,
    TOKEN_NEWLINE,
    TOKEN_EQUALS,
    TOKEN_OPEN_LIST,
    TOKEN_CLOSE_LIST,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_TIMES,
    TOKEN_DIVIDE,
    TOKEN_PERCENT,
    TOKEN_DIGIT, /* 0; the other digits follow */
    TOKEN_ANSWER = TOKEN_DIGIT + 10,
    TOKEN_FIXED, /* how many are fixed */
};

static inline bool token_is_digit(int32_t id) { return id >= TOKEN_DIGIT && id < TOKEN_DIGIT + 10; }

/* A growing array of token ids. Start from {0}; release with tokens_free. */
struct tokens {
    int32_t *id;
    size_t count, capacity;
};
void tokens_free(struct tokens *tokens);

/* A stretch of token ids that somebody else holds. */
struct token_span {
    const int32_t *id;
    size_t count;
};

struct vocabulary; /* opaque: its index must match its strings */

/* The fixed tokens alone. ERR_RUNTIME without memory; the words are the caller's. NULL may be freed. */
enum err vocabulary_create(struct vocabulary **out);
void vocabulary_free(struct vocabulary *vocabulary);

/* The id of a token (into *id, which may be NULL), added when new: a name, or one punctuation character.
 * ERR_RUNTIME without memory; the words are the caller's. */
enum err vocabulary_add(struct vocabulary *vocabulary, const char *text, int32_t *id);

/* Adds texts[0 ... count-1] in order, as a checkpoint stores them; the fixed tokens must come first.
 * ERR_INPUT for a list that no vocabulary of ours can have. */
enum err vocabulary_restore(const char *const *texts, int count, struct vocabulary **out,
                            struct error *error);

int vocabulary_count(const struct vocabulary *vocabulary);

/* The token's text ("\n" for the newline); valid as long as the vocabulary. */
const char *vocabulary_text(const struct vocabulary *vocabulary, int32_t id);

/* The id of text[0 ... length-1], or -1. */
int32_t vocabulary_find(const struct vocabulary *vocabulary, const char *text, size_t length);

/* Splits text and appends its ids to *out. ERR_INPUT, naming the piece, for a token that is not in the
 * vocabulary. Special tokens cannot be written as text. */
enum err vocabulary_encode(const struct vocabulary *vocabulary, const char *text, size_t length,
                           struct tokens *out, struct error *error);

/* The next piece of text by the expression above: its length, and *start moved to its first byte; 0 at the
 * end. A character outside ASCII is one piece. */
size_t vocabulary_split(const char **start, const char *end);

/* Appends the canonical text of ids. With space_digits a space parts neighbouring digits. */
void vocabulary_render(const struct vocabulary *vocabulary, const int32_t *ids, size_t count,
                       bool space_digits, struct buffer *out);

/* The same as a JSON string with its quotes. */
void vocabulary_render_json(const struct vocabulary *vocabulary, struct token_span span, bool space_digits,
                            struct buffer *out);

#endif
