/* Words as a shell would split and quote them. See words.h. */
#include "base/words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void words_free(struct words *words) {
    for (int i = 0; i < words->count; i++) free(words->word[i]);
    free(words->word);
    *words = (struct words){0};
}

/* Takes the next word from *text. Returns 0, or the quote that did not end. */
static char take_word(const char **text, struct buffer *word) {
    char quote = 0;
    const char *c = *text;
    buffer_text(word, ""); /* an empty word in quotes is a word too */
    for (; *c && (quote || !strchr(" \t\n", *c)); c++) {
        bool escapes = *c == '\\' && c[1] && quote != '\'';
        if (escapes && quote == '"') escapes = strchr("\"\\$`", c[1]) != NULL;
        if (escapes)
            buffer_char(word, *++c);
        else if (*c == quote)
            quote = 0;
        else if (!quote && (*c == '"' || *c == '\''))
            quote = *c;
        else
            buffer_char(word, *c);
    }
    *text = c;
    return quote;
}

enum err words_split(const char *text, struct words *out, struct error *error) {
    struct words words = {0};
    size_t capacity = 0;
    enum err code = ERR_OK;
    for (text += strspn(text, " \t\n"); *text && !code; text += strspn(text, " \t\n")) {
        struct buffer word = {0};
        char quote = take_word(&text, &word);
        if (quote)
            code = err_set(error, ERR_INPUT, "%c without its end", quote);
        else if (word.failed ||
                 memory_reserve(&words.word, &capacity, (size_t)words.count + 1, sizeof *words.word))
            code = err_memory(error, "words");
        if (code)
            buffer_free(&word);
        else
            words.word[words.count++] = word.bytes;
    }
    if (code)
        words_free(&words);
    else
        *out = words;
    return code;
}

void words_quote(const char *word, struct buffer *text) {
    static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=:,./@%";
    if (*word && strspn(word, safe) == strlen(word)) {
        buffer_text(text, word);
        return;
    }
    buffer_char(text, '\'');
    for (const char *c = word; *c; c++) {
        if (*c == '\'')
            buffer_text(text, "'\\''");
        else
            buffer_char(text, *c);
    }
    buffer_char(text, '\'');
}
