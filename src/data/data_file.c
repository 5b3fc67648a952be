/* Training data made elsewhere. See data_file.h. */
#include "data/data_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/jsonl.h"
#include "base/memory.h"

struct data_file_reading {
    struct jsonl jsonl;
    struct vocabulary *vocabulary;
    struct tokens prompt, completion;
    struct data_file file;
};

/* Adds the words of a text that are new. The vocabulary is left alone when there would be too many. */
static enum err add_words(struct data_file_reading *r, const char *text, size_t length, struct error *error) {
    const char *piece = text, *end = text + length;
    size_t bytes;
    for (; (bytes = vocabulary_split(&piece, end)) > 0; piece += bytes) {
        if (vocabulary_find(r->vocabulary, piece, bytes) >= 0) continue;
        if (vocabulary_count(r->vocabulary) >= DATA_FILE_VOCABULARY)
            return err_set(error, ERR_RUNTIME, "%s:%ld: more than %d different words", r->jsonl.path,
                           r->jsonl.line, DATA_FILE_VOCABULARY);
        char *word = memory_array(bytes + 1, 1);
        enum err code = word ? ERR_OK : ERR_RUNTIME;
        if (word) code = vocabulary_add(r->vocabulary, memcpy(word, piece, bytes), NULL);
        free(word);
        if (code) return err_memory(error, "the vocabulary");
    }
    return ERR_OK;
}

static size_t count_pieces(const char *text, size_t length) {
    const char *piece = text, *end = text + length;
    size_t bytes, count = 0;
    for (; (bytes = vocabulary_split(&piece, end)) > 0; piece += bytes) count++;
    return count;
}

/* ERR_INPUT, with its place, when the line cannot be used. */
static enum err take_line(struct data_file_reading *r, json_t *line, struct error *error) {
    const char *prompt, *completion;
    size_t prompt_length, completion_length;
    enum err code = jsonl_string(&r->jsonl, line, "prompt", &prompt, &prompt_length, error);
    if (!code) code = jsonl_string(&r->jsonl, line, "completion", &completion, &completion_length, error);
    if (code) return code;
    size_t count = count_pieces(completion, completion_length);
    if (!count)
        return err_set(error, ERR_INPUT, "%s:%ld: \"completion\" is empty", r->jsonl.path, r->jsonl.line);
    count += count_pieces(prompt, prompt_length) + 2;
    if (count > DATA_FILE_TOKENS)
        return err_set(error, ERR_INPUT, "%s:%ld: %zu tokens; at most %d are allowed", r->jsonl.path,
                       r->jsonl.line, count, DATA_FILE_TOKENS);
    r->prompt.count = r->completion.count = 0;
    code = add_words(r, prompt, prompt_length, error);
    if (!code) code = add_words(r, completion, completion_length, error);
    if (!code) code = vocabulary_encode(r->vocabulary, prompt, prompt_length, &r->prompt, error);
    if (!code) code = vocabulary_encode(r->vocabulary, completion, completion_length, &r->completion, error);
    if (!code)
        code = dataset_add(&r->file.builder, (struct token_span){r->prompt.id, r->prompt.count},
                           (struct token_span){r->completion.id, r->completion.count}, error);
    if (code) return ERR_RUNTIME;
    return ERR_OK;
}

static enum err read_lines(struct data_file_reading *r, void (*warn)(void *context, const char *message),
                           void *context, struct error *error) {
    for (;;) {
        json_t *line = NULL;
        enum err code = interrupt_check(error);
        if (!code) code = jsonl_next(&r->jsonl, &line, error);
        if (!code && !line) return ERR_OK;
        if (!code) code = take_line(r, line, error);
        json_decref(line);
        if (code && (code != ERR_INPUT || ferror(r->jsonl.stream))) return code;
        if (code && r->file.skipped++ < DATA_FILE_WARNINGS && warn) warn(context, error->message);
    }
}

enum err data_file_read(const char *path, struct vocabulary *vocabulary,
                        void (*warn)(void *context, const char *message), void *context,
                        struct data_file *file, struct error *error) {
    struct data_file_reading r = {.vocabulary = vocabulary};
    struct error unheard;
    if (!error) error = &unheard;
    enum err code = jsonl_open(&r.jsonl, path, error);
    if (!code) code = read_lines(&r, warn, context, error);
    int64_t taken = r.file.builder.dataset.samples;
    if (!code && r.file.skipped && warn) {
        struct error message;
        err_set(&message, ERR_INPUT, "%s: %lld of %lld lines are malformed and were passed over",
                r.jsonl.path, (long long)r.file.skipped, (long long)(r.file.skipped + taken));
        warn(context, message.message);
    }
    if (!code && !taken)
        code = err_set(error, ERR_INPUT, "%s: no line with \"prompt\" and \"completion\"", r.jsonl.path);
    if (!code) r.file.content = jsonl_content(&r.jsonl);
    jsonl_close(&r.jsonl);
    tokens_free(&r.prompt);
    tokens_free(&r.completion);
    if (code)
        dataset_free(&r.file.builder.dataset);
    else
        *file = r.file;
    return code;
}
