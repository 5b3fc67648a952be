/* What a run leaves in its directory. See record.h. */
#include "record/record.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "nn/kernels/gemm.h"
#include "noise/noises.h"
#include "record/machine.h"
#include "spec/config_json.h"

json_t *record_provenance(const struct config *config, const char *id, json_t *identity) {
    char processor[128], products[64];
    machine_processor(processor, sizeof processor);
    gemm_describe(products);
    json_t *made =
        json_pack("{s:s, s:s, s:s, s:I, s:o, s:{s:s, s:s, s:s, s:i}}", "version", machine_version(), "commit",
                  machine_commit(), "id", id, "seed", (json_int_t)config->seed, "options",
                  config_json(config), "machine", "cpu", processor, "openblas_core", openblas_get_corename(),
                  "gemm", products, "threads", config->train.threads);
    if (!made || !identity || !json_object_update(made, identity)) return made;
    json_decref(made);
    return NULL;
}

/* The tasks of a mix, and its noises with their rates, joined by '+'. */
static void describe_mix(const struct mix *mix, struct buffer *tasks, struct buffer *noises,
                         struct buffer *rates) {
    for (int i = 0; i < mix->entries; i++)
        buffer_printf(tasks, "%s%s", i ? "+" : "", mix->entry[i].task->name);
    for (int kind = 0; noise_list[kind]; kind++) {
        if (mix->rate[kind] <= 0) continue;
        buffer_printf(noises, "%s%s", noises->length ? "+" : "", noise_list[kind]->name);
        buffer_printf(rates, "%s%.10g", rates->length ? "+" : "", mix->rate[kind]);
    }
    if (!noises->length) {
        buffer_text(noises, "none");
        buffer_text(rates, "0");
    }
}

static json_t *result_json(const struct config *config, const struct record_outcome *outcome,
                           const char *tasks, const char *noises, const char *rates) {
    char model[32];
    config_model_name(config, model);
    const struct evaluation *e = &outcome->evaluation;
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:i, s:s, s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:I, "
        "s:I, s:f, s:f, s:s, s:s, s:I, s:I, s:s}",
        "run", outcome->id, "task", tasks, "format", format_names[config->mix.format], "model", model,
        "parameters", (json_int_t)outcome->parameters, "seed", (json_int_t)config->seed, "samples",
        (json_int_t)outcome->samples, "epochs", config->data.epochs, "noise", noises, "rate", rates,
        "contamination", config->mix.contamination, "accuracy", e->accuracy, "accuracy_low", e->interval.low,
        "accuracy_high", e->interval.high, "trace_accuracy", e->trace_accuracy, "line_accuracy",
        e->line_accuracy, "malformed", e->malformed, "test_loss", e->test_loss, "steps",
        (json_int_t)outcome->steps, "tokens", (json_int_t)outcome->tokens, "seconds", outcome->seconds,
        "tokens_per_second", outcome->tokens_per_second, "stopped", outcome->stopped, "commit",
        machine_commit(), "problems", (json_int_t)e->problems, "correct", (json_int_t)e->correct, "version",
        machine_version());
}

enum err record_result(const char *directory, const struct config *config,
                       const struct record_outcome *outcome, struct error *error) {
    struct buffer tasks = {0}, noises = {0}, rates = {0};
    describe_mix(&config->mix, &tasks, &noises, &rates);
    bool failed = tasks.failed || noises.failed || rates.failed;
    json_t *json = failed ? NULL : result_json(config, outcome, tasks.bytes, noises.bytes, rates.bytes);
    if (json && outcome->data)
        failed = json_object_set_new(json, "data", json_string(outcome->data)) ||
                 json_object_set_new(json, "skipped", json_integer(outcome->skipped));
    char *text = json && !failed ? json_dumps(json, JSON_INDENT(1)) : NULL;
    char *path = file_join(directory, RECORD_RESULT);
    enum err code =
        text && path ? file_write(path, text, strlen(text), error) : err_memory(error, "the result");
    free(path);
    free(text);
    json_decref(json);
    buffer_free(&tasks);
    buffer_free(&noises);
    buffer_free(&rates);
    return code;
}

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

enum err record_examples(const char *directory, const struct config *config,
                         const struct vocabulary *vocabulary, const struct dataset *given,
                         const struct dataset *problems, const bool *solved,
                         const struct decoder_result *written, int samples, struct error *error) {
    struct buffer lines = {0};
    enum err code = ERR_OK;
    if (given)
        given_examples(given, vocabulary, &lines);
    else
        code = training_examples(config, vocabulary, &lines, error);
    int shown[2] = {0, 0};
    for (int64_t i = 0; i < problems->samples && !code; i++) {
        if (shown[solved[i]]++ >= EXAMPLES) continue;
        struct token_span prompt = dataset_prompt(problems, i), clean = dataset_completion(problems, i);
        const struct decoder_result *result = &written[i * samples];
        buffer_text(&lines, "{\"kind\":\"test\"");
        append_text(&lines, "prompt", vocabulary, prompt.id + 1, prompt.count - 1);
        append_text(&lines, "clean", vocabulary, clean.id, clean.count);
        append_text(&lines, "completion", vocabulary, result->tokens, (size_t)result->length);
        buffer_printf(&lines, ",\"correct\":%s}\n", solved[i] ? "true" : "false");
    }
    char *path = file_join(directory, RECORD_EXAMPLES);
    if (!code && (lines.failed || !path)) code = err_memory(error, "the examples");
    if (!code) code = file_write(path, lines.bytes ? lines.bytes : "", lines.length, error);
    free(path);
    buffer_free(&lines);
    return code;
}
