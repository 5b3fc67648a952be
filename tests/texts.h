/* Texts as tokens, for tests: a vocabulary with the names of a made-up algorithm. */
#ifndef COTNOISE_TESTS_TEXTS_H
#define COTNOISE_TESTS_TEXTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trace/vocabulary.h"

/* The fixed tokens, then x, carry, mod and fix. The caller frees it. */
static inline struct vocabulary *texts_vocabulary(void) {
    static const char *const names[] = {"x", "carry", "mod", "fix"};
    struct vocabulary *vocabulary = NULL;
    assert_int_equal(vocabulary_create(&vocabulary), ERR_OK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(vocabulary_add(vocabulary, names[i], NULL), ERR_OK);
    return vocabulary;
}

/* The tokens of a text; the caller frees them. */
static inline struct tokens texts_tokens(const struct vocabulary *vocabulary, const char *text) {
    struct tokens tokens = {0};
    struct error error = {""};
    if (vocabulary_encode(vocabulary, text, strlen(text), &tokens, &error)) fail_msg("%s", error.message);
    return tokens;
}

static inline struct token_span texts_span(const struct tokens *tokens) {
    return (struct token_span){tokens->id, tokens->count};
}

#endif
