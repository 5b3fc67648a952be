/* Values and calls as tokens. See token_writer.h. */
#include "trace/token_writer.h"

#include <assert.h>
#include <string.h>

#include "trace/trace.h"

enum err token_writer_put_number(struct tokens *tokens, const struct decimal *a, bool reverse) {
    uint8_t digits[DECIMAL_DIGITS];
    int length = decimal_unpack(a, digits);
    if (token_writer_room(tokens, (size_t)length + 1)) return ERR_RUNTIME;
    if (decimal_is_negative(a)) token_writer_put(tokens, TOKEN_MINUS);
    int32_t *to = tokens->id + tokens->count;
    for (int i = 0; i < length; i++) to[reverse ? i : length - 1 - i] = TOKEN_DIGIT + digits[i];
    tokens->count += (size_t)length;
    return ERR_OK;
}

static enum err put_numbers(struct tokens *tokens, const struct list *list, int32_t between, bool reverse) {
    for (int i = 0; i < list->length; i++) {
        if (token_writer_room(tokens, 1)) return ERR_RUNTIME;
        if (i) token_writer_put(tokens, between);
        if (token_writer_put_number(tokens, &list->element[i], reverse)) return ERR_RUNTIME;
    }
    return token_writer_room(tokens, 1);
}

enum err token_writer_put_list(struct tokens *tokens, const struct list *list, bool reverse) {
    if (token_writer_room(tokens, 1)) return ERR_RUNTIME;
    token_writer_put(tokens, TOKEN_OPEN_LIST);
    if (put_numbers(tokens, list, TOKEN_COMMA, reverse)) return ERR_RUNTIME;
    token_writer_put(tokens, TOKEN_CLOSE_LIST);
    return ERR_OK;
}

enum err token_writer_put_value(struct tokens *tokens, const struct value *value, bool reverse) {
    return value->is_list ? token_writer_put_list(tokens, &value->list, reverse)
                          : token_writer_put_number(tokens, &value->number, reverse);
}

enum err token_writer_value(struct tokens *tokens, const struct value *value) {
    return token_writer_put_value(tokens, value, false);
}

/* Arguments with `between` between them. */
static enum err put_arguments(struct tokens *tokens, const struct task *task,
                              const struct arguments *arguments, int32_t between, bool reverse) {
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        if (token_writer_room(tokens, 1)) return ERR_RUNTIME;
        if (i) token_writer_put(tokens, between);
        enum parameter_kind kind = task->parameters[i].kind;
        enum err code = kind == PARAMETER_NUMBER
                            ? token_writer_put_number(tokens, &arguments->number[i], reverse)
                        : kind == PARAMETER_LIST ? token_writer_put_list(tokens, &arguments->list, reverse)
                                                 : put_numbers(tokens, &arguments->list, between, reverse);
        if (code) return code;
    }
    return token_writer_room(tokens, 3);
}

enum err token_writer_put_call(struct tokens *tokens, int32_t name, const struct task *task,
                               const struct arguments *arguments, bool reverse) {
    if (token_writer_room(tokens, 2)) return ERR_RUNTIME;
    token_writer_put(tokens, name);
    token_writer_put(tokens, TOKEN_OPEN);
    if (put_arguments(tokens, task, arguments, TOKEN_COMMA, reverse)) return ERR_RUNTIME;
    token_writer_put(tokens, TOKEN_CLOSE);
    return ERR_OK;
}

enum err token_writer_prompt(struct tokens *tokens, const struct vocabulary *vocabulary,
                             const struct task *task, const struct arguments *arguments) {
    const char *word = task->infix ? task->infix : task->name;
    int32_t id = vocabulary_find(vocabulary, word, strlen(word));
    assert(id >= 0);
    enum err code = task->infix ? put_arguments(tokens, task, arguments, id, false)
                                : token_writer_put_call(tokens, id, task, arguments, false);
    if (!code) code = token_writer_room(tokens, 1);
    if (code) return code;
    token_writer_put(tokens, TOKEN_NEWLINE);
    return ERR_OK;
}
