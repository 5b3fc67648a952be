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

enum err token_writer_put_digits(struct tokens *tokens, int64_t number, bool reverse) {
    struct decimal a = decimal_from(number);
    return token_writer_put_number(tokens, &a, reverse);
}

static enum err put_atom(struct tokens *tokens, struct alphabets *alphabets, const struct atom *atom,
                         bool reverse) {
    int32_t id;
    if (atom->kind == KIND_NUMBER) return token_writer_put_number(tokens, &atom->number, reverse);
    enum err code = alphabets_id(alphabets, atom, &id);
    if (!code) code = token_writer_room(tokens, 1);
    if (!code) token_writer_put(tokens, id);
    return code;
}

/* The atoms of a list without its own brackets, elements parted by `between`. */
static enum err put_atoms(struct tokens *tokens, struct alphabets *alphabets, const struct list *list,
                          int32_t between, bool reverse) {
    bool tuple[LIST_ATOMS];
    int depth = 0;
    bool first = true;
    for (int i = 0; i < list->atoms; i++) {
        const struct atom *atom = &list->atom[i];
        if (token_writer_room(tokens, 2)) return ERR_RUNTIME;
        if (!first && atom->kind != KIND_END) token_writer_put(tokens, between);
        first = atom->kind == KIND_LIST || atom->kind == KIND_TUPLE;
        if (first) {
            tuple[depth] = atom->kind == KIND_TUPLE;
            token_writer_put(tokens, tuple[depth++] ? TOKEN_OPEN : TOKEN_OPEN_LIST);
        } else if (atom->kind == KIND_END) {
            token_writer_put(tokens, tuple[--depth] ? TOKEN_CLOSE : TOKEN_CLOSE_LIST);
        } else {
            enum err code = put_atom(tokens, alphabets, atom, reverse);
            if (code) return code;
        }
    }
    return token_writer_room(tokens, 1);
}

enum err token_writer_put_list(struct tokens *tokens, struct alphabets *alphabets, const struct list *list,
                               bool reverse) {
    if (token_writer_room(tokens, 1)) return ERR_RUNTIME;
    token_writer_put(tokens, list->tuple ? TOKEN_OPEN : TOKEN_OPEN_LIST);
    enum err code = put_atoms(tokens, alphabets, list, TOKEN_COMMA, reverse);
    if (!code) token_writer_put(tokens, list->tuple ? TOKEN_CLOSE : TOKEN_CLOSE_LIST);
    return code;
}

enum err token_writer_put_value(struct tokens *tokens, struct alphabets *alphabets, const struct value *value,
                                bool reverse) {
    return value_is_list(value) ? token_writer_put_list(tokens, alphabets, &value->list, reverse)
                                : put_atom(tokens, alphabets, &value->atom, reverse);
}

enum err token_writer_value(struct tokens *tokens, const struct vocabulary *vocabulary,
                            const struct value *value) {
    struct alphabets alphabets;
    alphabets_open(&alphabets, vocabulary);
    return token_writer_put_value(tokens, &alphabets, value, false);
}

/* Arguments with `between` between them. */
static enum err put_arguments(struct tokens *tokens, struct alphabets *alphabets, const struct task *task,
                              const struct arguments *arguments, int32_t between, bool reverse) {
    const struct list *list = arguments->list;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        if (token_writer_room(tokens, 1)) return ERR_RUNTIME;
        if (i) token_writer_put(tokens, between);
        enum parameter_kind kind = task->parameters[i].kind;
        enum err code = kind == PARAMETER_LIST ? token_writer_put_list(tokens, alphabets, list++, reverse)
                        : kind == PARAMETER_NUMBERS
                            ? put_atoms(tokens, alphabets, list++, between, reverse)
                            : put_atom(tokens, alphabets, &arguments->atom[i], reverse);
        if (code) return code;
    }
    return token_writer_room(tokens, 3);
}

enum err token_writer_put_call(struct tokens *tokens, struct alphabets *alphabets, int32_t name,
                               const struct task *task, const struct arguments *arguments, bool reverse) {
    if (token_writer_room(tokens, 2)) return ERR_RUNTIME;
    token_writer_put(tokens, name);
    token_writer_put(tokens, TOKEN_OPEN);
    enum err code = put_arguments(tokens, alphabets, task, arguments, TOKEN_COMMA, reverse);
    if (!code) token_writer_put(tokens, TOKEN_CLOSE);
    return code;
}

enum err token_writer_prompt(struct tokens *tokens, const struct vocabulary *vocabulary,
                             const struct task *task, const struct arguments *arguments) {
    struct alphabets alphabets;
    const char *word = task->infix ? task->infix : task->name;
    int32_t id = vocabulary_find(vocabulary, word, strlen(word));
    assert(id >= 0);
    alphabets_open(&alphabets, vocabulary);
    enum err code = task->infix ? put_arguments(tokens, &alphabets, task, arguments, id, false)
                                : token_writer_put_call(tokens, &alphabets, id, task, arguments, false);
    if (!code) code = token_writer_room(tokens, 1);
    if (!code) token_writer_put(tokens, TOKEN_NEWLINE);
    return code;
}
