/* How the recorder writes values and calls as tokens. `reverse`: numbers least significant digit first, a
 * minus before them all the same. All of these return false without memory. */
#ifndef COTNOISE_TRACE_TOKEN_WRITER_H
#define COTNOISE_TRACE_TOKEN_WRITER_H

#include "base/memory.h"
#include "trace/task.h"
#include "trace/vocabulary.h"

/* Makes room for so many tokens more. */
static inline bool tokens_room(struct tokens *tokens, size_t more) {
    return tokens->capacity - tokens->count >= more ||
           !memory_reserve(&tokens->id, &tokens->capacity, tokens->count + more, sizeof *tokens->id);
}

/* Appends a token that there is room for. */
static inline void tokens_put(struct tokens *tokens, int32_t id) { tokens->id[tokens->count++] = id; }

bool tokens_put_number(struct tokens *tokens, const struct decimal *number, bool reverse);
bool tokens_put_list(struct tokens *tokens, const struct list *list, bool reverse);
bool tokens_put_value(struct tokens *tokens, const struct value *value, bool reverse);

/* `name(48, 18)`; leaves room for one token more. */
bool tokens_put_call(struct tokens *tokens, int32_t name, const struct task *task,
                     const struct arguments *arguments, bool reverse);

#endif
