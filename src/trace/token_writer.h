/* How values, calls and prompts are written as tokens. `reverse`: numbers least significant digit first, a
 * minus before them all the same. ERR_RUNTIME without memory, ERR_INPUT when the vocabulary lacks a symbol
 * (alphabets->missing); the words are the caller's. */
#ifndef COTNOISE_TRACE_TOKEN_WRITER_H
#define COTNOISE_TRACE_TOKEN_WRITER_H

#include "base/memory.h"
#include "trace/alphabets.h"
#include "trace/task.h"
#include "trace/vocabulary.h"

/* Makes room for so many tokens more. */
static inline enum err token_writer_room(struct tokens *tokens, size_t more) {
    if (tokens->capacity - tokens->count >= more) return ERR_OK;
    return memory_reserve(&tokens->id, &tokens->capacity, tokens->count + more, sizeof *tokens->id);
}

/* Appends a token that there is room for. */
static inline void token_writer_put(struct tokens *tokens, int32_t id) { tokens->id[tokens->count++] = id; }

enum err token_writer_put_number(struct tokens *tokens, const struct decimal *number, bool reverse);
/* The same for a machine integer. There must be room for one token. */
enum err token_writer_put_digits(struct tokens *tokens, int64_t number, bool reverse);
static inline enum err token_writer_put_int(struct tokens *tokens, int64_t number, bool reverse) {
    if (number < 0 || number >= 10) return token_writer_put_digits(tokens, number, reverse);
    token_writer_put(tokens, TOKEN_DIGIT + (int32_t)number); /* most of what is ever written */
    return ERR_OK;
}

enum err token_writer_put_list(struct tokens *tokens, struct alphabets *alphabets, const struct list *list,
                               bool reverse);
enum err token_writer_put_value(struct tokens *tokens, struct alphabets *alphabets, const struct value *value,
                                bool reverse);

/* `name(48, 18)`; leaves room for one token more. */
enum err token_writer_put_call(struct tokens *tokens, struct alphabets *alphabets, int32_t name,
                               const struct task *task, const struct arguments *arguments, bool reverse);

/* Appends the tokens of a value, never reversed, and of a prompt with its final newline. */
enum err token_writer_value(struct tokens *tokens, const struct vocabulary *vocabulary,
                            const struct value *value);
enum err token_writer_prompt(struct tokens *tokens, const struct vocabulary *vocabulary,
                             const struct task *task, const struct arguments *arguments);

#endif
