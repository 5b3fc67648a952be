/* Text and tokens: splitting, rendering, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/pcg.h"
#include "trace/vocabulary.h"

static int32_t add(struct vocabulary *v, const char *text) {
    int32_t id = -1;
    assert_int_equal(vocabulary_add(v, text, &id), ERR_OK);
    return id;
}

static struct vocabulary *vocabulary_with_names(void) {
    static const char *const names[] = {"mod", "y", "carry", "_x9", "!"};
    struct vocabulary *v;
    assert_int_equal(vocabulary_create(&v), ERR_OK);
    assert_non_null(v);
    for (int i = 0; i < 5; i++) assert_int_equal(add(v, names[i]), TOKEN_FIXED + i);
    return v;
}

static void canonical_texts_survive(void **state) {
    (void)state;
    static const char *const texts[] = {
        "carry = 9",
        "answer = [88, 80, 412]",
        "y = mod(98, 8) = 2",
        "answer = -5",
        "58679 + 52\n",
        "y = 5 - 3\ny = -5 - -3\ncarry = [-1, 20, -333]\nanswer = []",
        "mod([1, 2], -3)\n",
        "y _x9 carry",
        "",
        "y = 1 * 2 / 3 % 4",
        "\n\n",
        "y carry = 7\nmod = 1\n",
        "y carry = 7\n-3 * 4",
        "y = 1\nmod = 2\n+ = 3\n(= 4\n\n= 5\ncarry = 67\ny = 8",
    };
    struct vocabulary *v = vocabulary_with_names();
    struct tokens tokens = {0};
    struct buffer text = {0};
    struct error error;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        tokens.count = 0;
        buffer_clear(&text);
        assert_int_equal(vocabulary_encode(v, texts[i], strlen(texts[i]), &tokens, &error), ERR_OK);
        vocabulary_render(v, tokens.id, tokens.count, false, &text);
        assert_string_equal(text.bytes, texts[i]);
    }
    buffer_free(&text);
    tokens_free(&tokens);
    vocabulary_free(v);
}

/* Some lines as most in traces are, and one that perhaps has no end, from a place among the ids on. */
static void write_lines(int32_t *ids, size_t count, int words, struct pcg *pcg) {
    size_t at = count ? pcg_below(pcg, (uint32_t)count) : 0;
    for (; count - at >= 4 && pcg_below(pcg, 8); at += 4) {
        ids[at] = TOKEN_NEWLINE + (int32_t)pcg_below(pcg, (uint32_t)(words - TOKEN_NEWLINE));
        ids[at + 1] = TOKEN_EQUALS;
        ids[at + 2] = TOKEN_DIGIT + (int32_t)pcg_below(pcg, 10);
        if (pcg_below(pcg, 8)) ids[at + 3] = TOKEN_NEWLINE;
    }
}

static void any_ids_survive(void **state) {
    (void)state;
    struct vocabulary *v = vocabulary_with_names();
    struct tokens tokens = {0};
    struct buffer text = {0};
    struct error error;
    struct pcg pcg = pcg_seed(2, 2);
    for (int round = 0; round < 50000; round++) {
        int32_t ids[24];
        size_t count = pcg_below(&pcg, 25);
        for (size_t i = 0; i < count; i++)
            ids[i] =
                TOKEN_NEWLINE + (int32_t)pcg_below(&pcg, (uint32_t)(vocabulary_count(v) - TOKEN_NEWLINE));
        write_lines(ids, count, vocabulary_count(v), &pcg);
        tokens.count = 0;
        buffer_clear(&text);
        vocabulary_render(v, ids, count, round % 2, &text);
        assert_int_equal(vocabulary_encode(v, text.bytes, text.length, &tokens, &error), ERR_OK);
        assert_int_equal(tokens.count, count);
        if (count) assert_memory_equal(tokens.id, ids, count * sizeof *ids);
    }
    buffer_free(&text);
    tokens_free(&tokens);
    vocabulary_free(v);
}

/* Tokens of every length around that which is copied at once, and those that JSON writes in another way. */
static void json_is_the_escaped_text(void **state) {
    (void)state;
    static const char *const more[] = {"\"",
                                       "\\",
                                       "\x01",
                                       "\xc3\xa4",
                                       "fifteen_bytes__",
                                       "sixteen_bytes___",
                                       "seventeen_bytes__",
                                       "a_name_that_is_much_longer_than_any_that_somebody_would_write",
                                       NULL};
    struct vocabulary *v = vocabulary_with_names();
    struct buffer text = {0}, expected = {0}, json = {0};
    struct pcg pcg = pcg_seed(5, 2);
    for (int i = 0; more[i]; i++) assert_int_equal(vocabulary_add(v, more[i], NULL), ERR_OK);
    for (int round = 0; round < 20000; round++) {
        int32_t ids[24];
        size_t count = pcg_below(&pcg, 25);
        for (size_t i = 0; i < count; i++) ids[i] = (int32_t)pcg_below(&pcg, (uint32_t)vocabulary_count(v));
        write_lines(ids, count, vocabulary_count(v), &pcg);
        buffer_free(&json); /* so that its memory has to grow anew */
        buffer_clear(&text);
        buffer_clear(&expected);
        vocabulary_render(v, ids, count, round % 2, &text);
        buffer_json_string(&expected, text.bytes, text.length);
        vocabulary_render_json(v, (struct token_span){ids, count}, round % 2, &json);
        assert_string_equal(json.bytes, expected.bytes);
        assert_int_equal(json.length, expected.length);
    }
    buffer_free(&json);
    buffer_free(&expected);
    buffer_free(&text);
    vocabulary_free(v);
}

static void digits_can_be_spaced(void **state) {
    (void)state;
    struct vocabulary *v = vocabulary_with_names();
    struct tokens tokens = {0};
    struct buffer text = {0};
    struct error error;
    assert_int_equal(vocabulary_encode(v, "y = [-58, 7]", 12, &tokens, &error), ERR_OK);
    vocabulary_render(v, tokens.id, tokens.count, true, &text);
    assert_string_equal(text.bytes, "y = [-5 8, 7]");
    buffer_free(&text);
    tokens_free(&tokens);
    vocabulary_free(v);
}

/* What is a piece, and how long it is: names, digits one by one, single characters of whatever width. */
static void texts_split_into_pieces(void **state) {
    (void)state;
    static const struct {
        const char *text, *first;
    } cases[] = {{"carry = 1", "carry"},
                 {"x9y_1 2", "x9y_1"},
                 {"12", "1"},
                 {" \t\r7", "7"},
                 {" \n", "\n"},
                 {"_", "_"},
                 {"9x", "9"},
                 {"!!", "!"},
                 {"\xc3\xa9\xc3\xa9", "\xc3\xa9"},
                 {"\xe2\x82\xac x", "\xe2\x82\xac"},
                 {"\xf0\x9f\x98\x80.", "\xf0\x9f\x98\x80"},
                 {"\xa9\xa9", "\xa9"},
                 {"x\xc3\xa9", "x"},
                 {"", ""},
                 {"  ", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *piece = cases[i].text;
        size_t length = vocabulary_split(&piece, cases[i].text + strlen(cases[i].text));
        assert_int_equal(length, strlen(cases[i].first));
        assert_memory_equal(piece, cases[i].first, length);
    }
}

static void unknown_text_is_an_error(void **state) {
    (void)state;
    struct vocabulary *v = vocabulary_with_names();
    struct tokens tokens = {0};
    struct error error;
    assert_int_equal(vocabulary_encode(v, "y = 5", 5, &tokens, &error), ERR_OK);
    static const char *const texts[] = {"y = foo", "x9", "y = 5;", "y = \xc3\xa9", "<eos>"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(vocabulary_encode(v, texts[i], strlen(texts[i]), &tokens, &error), ERR_INPUT);
        assert_int_equal(tokens.count, 3);
    }
    assert_int_equal(vocabulary_find(v, "carry", 5), TOKEN_FIXED + 2);
    assert_int_equal(vocabulary_find(v, "carr", 4), -1);
    tokens_free(&tokens);
    vocabulary_free(v);
}

static void a_stored_vocabulary_comes_back(void **state) {
    (void)state;
    struct vocabulary *v = vocabulary_with_names(), *again = NULL;
    const char *texts[64];
    struct error error;
    int count = vocabulary_count(v);
    for (int i = 0; i < count; i++) texts[i] = vocabulary_text(v, i);
    assert_int_equal(vocabulary_restore(texts, count, &again, &error), ERR_OK);
    assert_int_equal(vocabulary_count(again), count);
    assert_string_equal(vocabulary_text(again, count - 1), "!");
    vocabulary_free(again);

    again = NULL;
    assert_int_equal(vocabulary_restore(texts, 5, &again, &error), ERR_INPUT);
    texts[count - 1] = "y";
    assert_int_equal(vocabulary_restore(texts, count, &again, &error), ERR_INPUT);
    texts[count - 1] = "two words";
    assert_int_equal(vocabulary_restore(texts, count, &again, &error), ERR_INPUT);
    texts[0] = "<bos>";
    assert_int_equal(vocabulary_restore(texts, count, &again, &error), ERR_INPUT);
    assert_null(again);
    vocabulary_free(v);
}

static void many_names_are_found(void **state) {
    (void)state;
    struct vocabulary *v;
    assert_int_equal(vocabulary_create(&v), ERR_OK);
    char name[16];
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(add(v, name), TOKEN_FIXED + i);
    }
    for (int i = 0; i < 2000; i++) {
        int length = snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(vocabulary_find(v, name, (size_t)length), TOKEN_FIXED + i);
        assert_int_equal(add(v, name), TOKEN_FIXED + i);
    }
    vocabulary_free(v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_texts_survive),        cmocka_unit_test(any_ids_survive),
        cmocka_unit_test(json_is_the_escaped_text),       cmocka_unit_test(digits_can_be_spaced),
        cmocka_unit_test(texts_split_into_pieces),        cmocka_unit_test(unknown_text_is_an_error),
        cmocka_unit_test(a_stored_vocabulary_comes_back), cmocka_unit_test(many_names_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
