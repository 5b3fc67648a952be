/* Words as a POSIX shell would split and quote them, without a shell. */
#ifndef COTNOISE_BASE_WORDS_H
#define COTNOISE_BASE_WORDS_H

#include "base/buffer.h"
#include "base/err.h"

struct words {
    char **word;
    int count;
};

/* Splits at blanks; quotes and backslashes keep a word together. Nothing is expanded: `$`, `*`, `;` and the
 * like stand for themselves. ERR_INPUT for a quote that does not end. words_free releases *words. */
enum err words_split(const char *text, struct words *words, struct error *error);
void words_free(struct words *words);

/* Appends a word so that a shell reads back exactly it: as it is where that is safe, otherwise in single
 * quotes. */
void words_quote(const char *word, struct buffer *text);

#endif
