/* The sample traces that a run leaves. See examples.h. */
#include "record/examples.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "record/layout.h"

/* --- writing ----------------------------------------------------------------------------------------- */

static void append_text(struct buffer *line, const char *key, const struct vocabulary *vocabulary,
                        const int32_t *ids, size_t count) {
    struct buffer text = {0};
    buffer_text(&text, "");
    vocabulary_render(vocabulary, ids, count, false, &text);
    buffer_printf(line, ",\"%s\":", key);
    buffer_json_string(line, text.bytes ? text.bytes : "", text.length);
    line->failed |= text.failed;
    buffer_free(&text);
}

enum { EXAMPLES = 4 };

static enum err training_examples(const struct config *config, const struct vocabulary *vocabulary,
                                  struct buffer *lines, struct error *error) {
    struct mix_sampler *sampler;
    enum err code = mix_sampler_create(&config->mix, vocabulary, true, &sampler, error);
    if (code) return code;
    bool noisy = mix_is_noisy(&config->mix);
    int shown = 0;
    /* Where contamination is rare, look a while for samples that show it. */
    for (uint64_t i = 0; i < 1000 && shown < EXAMPLES && !code; i++) {
        struct sample sample;
        code = mix_sample(sampler, (uint64_t)config->seed, SPLIT_TRAIN, i, &sample, error);
        if (code || (noisy && !sample.contaminated)) continue;
        buffer_text(lines, "{\"kind\":\"training\"");
        append_text(lines, "prompt", vocabulary, sample.prompt.id, sample.prompt.count);
        append_text(lines, "clean", vocabulary, sample.clean.id, sample.clean.count);
        append_text(lines, "completion", vocabulary, sample.completion.id, sample.completion.count);
        buffer_printf(lines, ",\"contaminated\":%s,\"corrupted\":%d}\n",
                      sample.contaminated ? "true" : "false", sample.corrupted);
        shown++;
    }
    mix_sampler_free(sampler);
    return code;
}

/* Lines of data.file: nothing is known of a clean form. */
static void given_examples(const struct dataset *given, const struct vocabulary *vocabulary,
                           struct buffer *lines) {
    for (int64_t i = 0; i < given->samples && i < EXAMPLES; i++) {
        struct token_span prompt = dataset_prompt(given, i), completion = dataset_completion(given, i);
        buffer_text(lines, "{\"kind\":\"training\"");
        append_text(lines, "prompt", vocabulary, prompt.id + 1, prompt.count - 1);
        append_text(lines, "clean", vocabulary, completion.id, completion.count);
        append_text(lines, "completion", vocabulary, completion.id, completion.count);
        buffer_text(lines, ",\"contaminated\":false,\"corrupted\":0}\n");
    }
}

enum err examples_write(const char *directory, const struct config *config,
                        const struct vocabulary *vocabulary, const struct dataset *given,
                        const struct dataset *problems, const struct vote *votes,
                        const struct decoder_result *written, int samples, struct error *error) {
    struct buffer lines = {0};
    enum err code = ERR_OK;
    if (given)
        given_examples(given, vocabulary, &lines);
    else
        code = training_examples(config, vocabulary, &lines, error);
    int shown[2] = {0, 0};
    for (int64_t i = 0; i < problems->samples && !code; i++) {
        if (shown[votes[i].right]++ >= EXAMPLES) continue;
        struct token_span prompt = dataset_prompt(problems, i), clean = dataset_completion(problems, i);
        const struct decoder_result *result =
            &written[i * samples + (votes[i].winner < 0 ? 0 : votes[i].winner)];
        buffer_text(&lines, "{\"kind\":\"test\"");
        append_text(&lines, "prompt", vocabulary, prompt.id + 1, prompt.count - 1);
        append_text(&lines, "clean", vocabulary, clean.id, clean.count);
        append_text(&lines, "completion", vocabulary, result->tokens, (size_t)result->length);
        buffer_printf(&lines, ",\"correct\":%s}\n", votes[i].right ? "true" : "false");
    }
    char *path = file_join(directory, LAYOUT_EXAMPLES);
    if (!code && (lines.failed || !path)) code = err_memory(error, "the examples");
    if (!code) code = file_write_plain(path, lines.bytes ? lines.bytes : "", lines.length, error);
    free(path);
    buffer_free(&lines);
    return code;
}

/* --- reading ----------------------------------------------------------------------------------------- */

enum { BYTES_MAX = 4 << 20, LINES_READ = 64 };

static void choose(struct examples *examples, const json_t *line) {
    const char *kind = json_string_value(json_object_get(line, "kind"));
    struct example example = {
        .prompt = json_string_value(json_object_get(line, "prompt")),
        .clean = json_string_value(json_object_get(line, "clean")),
        .completion = json_string_value(json_object_get(line, "completion")),
    };
    if (!kind || !example.prompt || !example.clean || !example.completion) return;
    if (!strcmp(kind, "training")) {
        json_int_t corrupted = json_integer_value(json_object_get(line, "corrupted"));
        example.corrupted = corrupted > 0 && corrupted < 1000000 ? (int)corrupted : 0;
        if (!examples->training.prompt || example.corrupted > examples->training.corrupted)
            examples->training = example;
    } else if (!strcmp(kind, "test")) {
        struct example *place =
            json_is_true(json_object_get(line, "correct")) ? &examples->right : &examples->wrong;
        if (!place->prompt) *place = example;
    }
}

enum err examples_read(const char *directory, struct examples *examples, struct error *error) {
    char *bytes = NULL, *path = file_join(directory, LAYOUT_EXAMPLES);
    size_t length;
    *examples = (struct examples){.lines = json_array()};
    enum err code = path && examples->lines ? file_read_plain(path, BYTES_MAX, &bytes, &length, error)
                                            : err_memory(error, "examples");
    free(path);
    if (code) return code == ERR_INPUT ? ERR_OK : code;
    struct jsonl_scan scan = jsonl_scan(bytes, length, JSONL_LINE_MAX);
    for (json_t *line; scan.number < LINES_READ && (line = jsonl_scan_next(&scan));)
        if (!json_array_append_new(examples->lines, line)) choose(examples, line);
    free(bytes);
    return scan.failed ? err_memory(error, "examples") : ERR_OK;
}

void examples_free(struct examples *examples) {
    json_decref(examples->lines);
    *examples = (struct examples){0};
}
