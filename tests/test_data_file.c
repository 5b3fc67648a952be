/* Training on given lines: the same model as from the tasks, what is malformed, what resuming refuses; and
 * the statistics of samples, as a user sees them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/buffer.h"
#include "base/file.h"
#include "data/data_file.h"
#include "tests/support/shell.h"

#define SPEC                                                                             \
    "name: data\\ntask: {name: add, max_digits: 2}\\ndata: {samples: 300, epochs: 2}\\n" \
    "model: {preset: tiny, layers: 1, width: 32, heads: 2, ffn: 64}\\n"                  \
    "train: {batch_tokens: 1024}\\neval: {problems: 10}\\n"

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "printf '" SPEC "' >$SCRATCH/spec.yaml");
    return 0;
}

static void test_generated_lines_make_the_same_model(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH && $COTNOISE train spec.yaml noise.digit=0.2 -o direct && "
           "$COTNOISE gen spec.yaml noise.digit=0.2 | $COTNOISE train spec.yaml data.file=- -o piped && "
           "$COTNOISE gen spec.yaml noise.digit=0.2 -o made.jsonl && "
           "$COTNOISE train spec.yaml data.file=made.jsonl -o given && "
           "cmp direct/model.safetensors piped/model.safetensors && "
           "cmp direct/model.safetensors given/model.safetensors");
}

static void test_malformed_lines_are_reported_and_counted(void **state) {
    (void)state;
    shell_expect(
        0,
        "cd $SCRATCH && $COTNOISE gen spec.yaml -n 20 -o odd.jsonl && "
        "printf '%%s\\n' '{broken' '{\"prompt\":\"x\"}' '[1]' '{\"prompt\":\"1 + 1\",\"completion\":\"\"}' "
        "'{\"prompt\":3,\"completion\":\"x\"}' '{}' "
        "'{\"prompt\":\"hello 3\",\"completion\":\"world! answer = 4\"}' >>odd.jsonl");
    const char *output =
        shell_expect(0, "cd $SCRATCH && $COTNOISE train spec.yaml data.file=odd.jsonl -o odd");
    assert_non_null(strstr(output, "odd.jsonl:21:"));
    assert_non_null(strstr(output, "odd.jsonl:25:"));
    assert_null(strstr(output, "odd.jsonl:26:")); /* the first five, then the count */
    assert_non_null(strstr(output, "6 of 27 lines are malformed"));
    shell_expect(0, "cd $SCRATCH && grep -q '\"skipped\": 6' odd/result.json && "
                    "grep -q '\"samples\": 21' odd/result.json && grep -q hello odd/tokenizer.json");
    shell_expect(0, "cd $SCRATCH && head -1 odd.jsonl | grep -o 'prompt[^,]*' >first && "
                    "grep -m1 training odd/examples.jsonl | grep -o 'prompt[^,]*' | cmp - first");
    output = shell_expect(2, "cd $SCRATCH && echo '{}' | $COTNOISE train spec.yaml data.file=- -o none");
    assert_non_null(strstr(output, "standard input:1:"));
    shell_expect(2, "$COTNOISE train $SCRATCH/spec.yaml data.file=/nowhere -o $SCRATCH/none");
}

/* Reads these lines with a fresh vocabulary. */
static enum err read_lines(const char *text, size_t length, struct data_file *file, struct error *error) {
    char path[] = "/tmp/cotnoise-data-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    assert_int_equal(file_write_plain(path, text, length, error), ERR_OK);
    struct vocabulary *vocabulary;
    assert_int_equal(vocabulary_create(&vocabulary), ERR_OK);
    enum err code = data_file_read(path, vocabulary, NULL, NULL, file, error);
    vocabulary_free(vocabulary);
    unlink(path);
    return code;
}

#define LINE(prompt, completion) "{\"prompt\":\"" prompt "\",\"completion\":\"" completion "\"}\n"

/* A sequence has at most DATA_FILE_TOKENS tokens, <bos> and <eos> too, and a file as many words. */
static void test_sizes_are_limited(void **state) {
    (void)state;
    struct buffer line = {0};
    struct data_file file;
    struct error error;
    for (int more = 0; more < 2; more++) {
        buffer_clear(&line);
        buffer_text(&line, LINE("1", "2") "{\"prompt\":\"1\",\"completion\":\"");
        for (int i = 0; i < DATA_FILE_TOKENS - 3 + more; i++) buffer_char(&line, '7');
        buffer_text(&line, "\"}\n");
        assert_int_equal(read_lines(line.bytes, line.length, &file, &error), ERR_OK);
        assert_int_equal(file.skipped, more);
        assert_int_equal(file.builder.dataset.longest, more ? 4 : DATA_FILE_TOKENS);
        dataset_free(&file.builder.dataset);
    }
    buffer_clear(&line);
    for (int i = 0; i < DATA_FILE_VOCABULARY; i++) buffer_printf(&line, LINE("1", "w%d"), i);
    assert_int_equal(read_lines(line.bytes, line.length, &file, &error), ERR_RUNTIME);
    assert_non_null(strstr(error.message, "more than 65536 different words"));
    buffer_free(&line);
}

static void test_other_content_is_another_run(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH && $COTNOISE gen spec.yaml -n 30 -o a.jsonl && "
                    "$COTNOISE train spec.yaml data.file=a.jsonl -o once && "
                    "$COTNOISE train spec.yaml data.file=a.jsonl -o once && "
                    "$COTNOISE gen spec.yaml -n 31 -o a.jsonl");
    assert_non_null(
        strstr(shell_expect(2, "cd $SCRATCH && $COTNOISE train spec.yaml data.file=a.jsonl -o once"),
               "not of this run"));
}

/* Data that change from epoch to epoch: a stop in the middle changes nothing. */
static void test_sparse_training_resumes_exactly(void **state) {
    (void)state;
    static const char options[] = "sparsify.share=0.8 sparsify.schedule=linear data.epochs=4 "
                                  "train.checkpoint_every=3 train.batch_tokens=512";
    shell_expect(0, "cd $SCRATCH && $COTNOISE train spec.yaml %s -o whole", options);
    shell_expect(0,
                 "cd $SCRATCH && for pause in 0.02 0.04 0.06 0.1; do "
                 "timeout -s TERM $pause $COTNOISE train spec.yaml %s -o cut; done; "
                 "$COTNOISE train spec.yaml %s train.threads=2 -o cut && "
                 "cmp whole/model.safetensors cut/model.safetensors",
                 options, options);
}

static void test_statistics(void **state) {
    (void)state;
    const char *table =
        shell_expect(0, "$COTNOISE gen $SCRATCH/spec.yaml --stats -n 5000 noise.digit=0.1 noise.slip=0.2 "
                        "noise.slip.contamination=0.3");
    assert_non_null(strstr(table, "samples        5000"));
    assert_non_null(strstr(table, "truncated"));
    assert_non_null(strstr(table, "digit"));
    const char *text = shell_expect(0, "$COTNOISE gen $SCRATCH/spec.yaml --stats --json --threads 3 -n 5000 "
                                       "noise.digit=0.1 noise.slip=0.2 noise.slip.contamination=0.3");
    json_t *json = json_loads(text, 0, NULL), *slip = json_object_get(json_object_get(json, "noise"), "slip");
    assert_int_equal(json_integer_value(json_object_get(json, "samples")), 5000);
    double rate = json_number_value(json_object_get(slip, "rate")),
           sites = json_number_value(json_object_get(slip, "sites")),
           contamination = json_number_value(json_object_get(slip, "contamination"));
    assert_true(fabs(rate - 0.2) < 4 * sqrt(0.2 * 0.8 / sites));
    assert_true(fabs(contamination - 0.3) < 4 * sqrt(0.3 * 0.7 / 5000));
    json_t *tokens = json_object_get(json, "tokens");
    assert_true(json_integer_value(json_object_get(tokens, "p50")) <=
                json_integer_value(json_object_get(tokens, "p99")));
    json_decref(json);
    shell_expect(2, "$COTNOISE gen $SCRATCH/spec.yaml --json");
    shell_expect(2, "$COTNOISE gen $SCRATCH/spec.yaml --epoch 3");
}

static void test_any_number_of_threads_writes_the_same_file(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH && for t in 1 8; do $COTNOISE gen spec.yaml -n 3000 noise.digit=0.1 noise.skip=0.1 "
           "noise.line_swap=0.2 refine=0.5 --threads $t -o $t.jsonl; done && cmp 1.jsonl 8.jsonl");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generated_lines_make_the_same_model),
        cmocka_unit_test(test_malformed_lines_are_reported_and_counted),
        cmocka_unit_test(test_sizes_are_limited),
        cmocka_unit_test(test_other_content_is_another_run),
        cmocka_unit_test(test_sparse_training_resumes_exactly),
        cmocka_unit_test(test_statistics),
        cmocka_unit_test(test_any_number_of_threads_writes_the_same_file),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
