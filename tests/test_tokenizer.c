/* tokenizer.json says how others are to read and write: every row of tokens, whether a trace or not, as the
 * vocabulary does. tests/huggingface/read.py reads the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/json_file.h"
#include "base/pcg.h"
#include "nn/tokenizer_json.h"
#include "tests/support/shell.h"
#include "trace/vocabulary.h"

/* Ones that end with a digit, which stands beside tokens that are digits, and such as tasks use. */
static const char *const names[] = {"x", "x1", "_9", "a_b", "carry", "mod",   "<",
                                    ">", "&",  "!",  "?",   "B2b",   "\u00e9"};
enum { NAMES = sizeof names / sizeof *names, COUNT = TOKEN_FIXED + NAMES, LINES = 4000, LONGEST = 12 };

static void write_tokenizer(const struct vocabulary *vocabulary) {
    const char *text[COUNT];
    for (int i = 0; i < COUNT; i++) text[i] = vocabulary_text(vocabulary, i);
    const struct checkpoint_vocabulary all = {text, COUNT, TOKEN_PAD, TOKEN_BOS, TOKEN_EOS, TOKEN_UNKNOWN};
    struct error error;
    const char *scratch = getenv("SCRATCH");
    assert_int_equal(json_file_write_in(scratch, "tokenizer.json", tokenizer_json(&all), &error), ERR_OK);
    assert_int_equal(
        json_file_write_in(scratch, "tokenizer_config.json", tokenizer_config_json(&all, 99), &error),
        ERR_OK);
}

/* Rows of any tokens, of which there are so many of each kind that every pair of kinds stands behind every
 * other kind. */
static void write_lines(const struct vocabulary *vocabulary) {
    char path[512];
    snprintf(path, sizeof path, "%s/lines.jsonl", getenv("SCRATCH"));
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    for (uint64_t line = 0; line < LINES; line++) {
        struct pcg pcg = pcg_stream(1, "tokenizer", line);
        int32_t ids[LONGEST];
        size_t count = 1 + pcg_below(&pcg, LONGEST);
        int32_t least = line % 10 ? TOKEN_NEWLINE : 0; /* now and then special ones too */
        struct buffer text = {0};
        for (size_t i = 0; i < count; i++)
            ids[i] = least + (int32_t)pcg_below(&pcg, (uint32_t)(COUNT - least));
        vocabulary_render_json(vocabulary, (struct token_span){ids, count}, false, &text);
        fputs("{\"ids\":[", stream);
        for (size_t i = 0; i < count; i++) fprintf(stream, "%s%d", i ? "," : "", (int)ids[i]);
        fprintf(stream, "],\"text\":%s}\n", text.bytes);
        buffer_free(&text);
    }
    assert_int_equal(fclose(stream), 0);
}

static void test_texts_of_any_tokens(void **state) {
    (void)state;
    struct vocabulary *vocabulary;
    assert_int_equal(vocabulary_create(&vocabulary), ERR_OK);
    for (int i = 0; i < NAMES; i++) assert_int_equal(vocabulary_add(vocabulary, names[i], NULL), ERR_OK);
    write_tokenizer(vocabulary);
    write_lines(vocabulary);
    vocabulary_free(vocabulary);
    assert_string_equal(
        shell_expect(0, "python3 tests/huggingface/read.py $SCRATCH/tokenizer.json $SCRATCH/lines.jsonl"),
        "4000 lines\n");
}

static json_t *load(const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    json_t *json = json_load_file(path, 0, NULL);
    assert_non_null(json);
    return json;
}

/* The rest of what the libraries read, as it is where they read it right: prompts and completions in pairs,
 * rows of a batch that end together. */
static void test_what_libraries_read(void **state) {
    (void)state;
    json_t *tokenizer = load("tokenizer.json"), *config = load("tokenizer_config.json");
    char *text = json_dumps(json_object_get(tokenizer, "post_processor"), JSON_COMPACT);
    assert_string_equal(
        text, "{\"type\":\"TemplateProcessing\","
              "\"single\":[{\"SpecialToken\":{\"id\":\"<bos>\",\"type_id\":0}},{\"Sequence\":{\"id\":\"A\","
              "\"type_id\":0}}],"
              "\"pair\":[{\"SpecialToken\":{\"id\":\"<bos>\",\"type_id\":0}},{\"Sequence\":{\"id\":\"A\","
              "\"type_id\":0}},"
              "{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}],"
              "\"special_tokens\":{\"<bos>\":{\"id\":\"<bos>\",\"ids\":[1],\"tokens\":[\"<bos>\"]}}}");
    free(text);
    assert_string_equal(json_string_value(json_object_get(config, "padding_side")), "left");
    assert_true(json_is_false(json_object_get(config, "clean_up_tokenization_spaces")));
    json_decref(tokenizer);
    json_decref(config);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_of_any_tokens),
        cmocka_unit_test(test_what_libraries_read),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
