/* Completions drawn and judged. See rollouts.h. */
#include "reinforce/rollouts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pcg.h"

uint64_t rollouts_seed(uint64_t seed, const char *purpose, uint64_t index) {
    struct pcg pcg = pcg_stream(seed, purpose, index);
    uint64_t high = pcg_next(&pcg);
    return high << 32 | pcg_next(&pcg);
}

int64_t rollouts_problem(const struct rollouts *r, size_t c) { return (int64_t)(c / (size_t)r->generations); }

struct token_span rollouts_prompt(const struct rollouts *r, size_t c) {
    return (struct token_span){r->request[c].prompt, (size_t)r->request[c].length};
}

struct token_span rollouts_written(const struct rollouts *r, size_t c) {
    return (struct token_span){r->written[c].tokens, (size_t)r->written[c].length};
}

struct token_span rollouts_text(const struct rollouts *r, size_t c) {
    return (struct token_span){r->text.id + r->first_text[c], r->first_text[c + 1] - r->first_text[c]};
}

static void forget(struct rollouts *r) {
    if (r->written) decoder_free_results(r->written, r->count);
    r->count = 0;
}

void rollouts_free(struct rollouts *r) {
    forget(r);
    free(r->written);
    free(r->verdict);
    free(r->first_target);
    free(r->first_line);
    free(r->first_text);
    free(r->line_right);
    free(r->request);
    tokens_free(&r->prompts);
    tokens_free(&r->text);
    *r = (struct rollouts){0};
}

/* Makes room for `count` elements where there is some for r->capacity. */
static enum err grow(const struct rollouts *r, void *array, size_t count, size_t size) {
    size_t capacity = r->capacity;
    return memory_reserve(array, &capacity, count, size);
}

static enum err make_room(struct rollouts *r, size_t count) {
    if (count < r->capacity) return ERR_OK;
    if (grow(r, &r->written, count + 1, sizeof *r->written) ||
        grow(r, &r->verdict, count + 1, sizeof *r->verdict) ||
        grow(r, &r->first_target, count + 1, sizeof *r->first_target) ||
        grow(r, &r->first_line, count + 1, sizeof *r->first_line) ||
        grow(r, &r->first_text, count + 1, sizeof *r->first_text) ||
        grow(r, &r->request, count + 1, sizeof *r->request))
        return ERR_RUNTIME;
    r->capacity = count + 1; /* at least */
    return ERR_OK;
}

/* Appends ids to tokens that have room for them. */
static void append(struct tokens *tokens, const int32_t *id, size_t count) {
    if (count) memcpy(tokens->id + tokens->count, id, count * sizeof *id);
    tokens->count += count;
}

static size_t beginning_length(const struct rollout_options *options, int64_t problem) {
    return options->beginning ? options->beginning[problem].count : 0;
}

/* One prompt a problem, with what its completions begin with. */
static enum err make_requests(struct rollouts *r, const struct rollout_options *options) {
    const struct dataset *problems = r->problems;
    size_t count = (size_t)problems->samples * (size_t)options->generations, most = 0;
    for (int64_t i = 0; i < problems->samples; i++)
        most += (size_t)problems->prompt[i] + beginning_length(options, i);
    if (make_room(r, count) ||
        memory_reserve(&r->prompts.id, &r->prompts.capacity, most, sizeof *r->prompts.id))
        return ERR_RUNTIME;
    r->prompts.count = 0;
    r->generations = options->generations;
    for (int64_t i = 0; i < problems->samples; i++) {
        size_t begin = r->prompts.count;
        struct token_span prompt = dataset_prompt(problems, i);
        append(&r->prompts, prompt.id, prompt.count);
        if (options->beginning) append(&r->prompts, options->beginning[i].id, options->beginning[i].count);
        for (int g = 0; g < options->generations; g++) {
            size_t c = (size_t)i * (size_t)options->generations + (size_t)g;
            r->request[c] = (struct decoder_request){
                .prompt = r->prompts.id + begin, .length = (int)(r->prompts.count - begin), .stream = c};
        }
    }
    return ERR_OK;
}

/* Adds the text of a completion as the judge knows it: its beginning, then what was drawn. */
static enum err add_text(struct rollouts *r, const struct rollout_options *options, size_t c) {
    int64_t i = rollouts_problem(r, c);
    struct token_span written = rollouts_written(r, c);
    size_t begun = beginning_length(options, i);
    if (memory_reserve(&r->text.id, &r->text.capacity, r->text.count + begun + written.count + 1,
                       sizeof *r->text.id))
        return ERR_RUNTIME;
    if (begun) append(&r->text, options->beginning[i].id, begun);
    append(&r->text, written.id, written.count);
    r->first_text[c + 1] = r->text.count;
    return ERR_OK;
}

static enum err judge_one(struct rollouts *r, const struct rollout_options *options, struct task_judge *judge,
                          size_t c, struct error *error) {
    int64_t i = rollouts_problem(r, c);
    const struct decoder_result *result = &r->written[c];
    if (add_text(r, options, c)) return err_memory(error, "rollouts");
    enum err code =
        task_judge_completion(judge, dataset_prompt(r->problems, i), dataset_completion(r->problems, i),
                              rollouts_text(r, c), result->stopped, &r->verdict[c], error);
    if (code) return code;
    size_t lines;
    const bool *right = task_judge_lines(judge, &lines);
    if (memory_reserve(&r->line_right, &r->line_capacity, r->first_line[c] + lines, sizeof *r->line_right))
        return err_memory(error, "rollouts");
    memcpy(r->line_right + r->first_line[c], right, lines * sizeof *right);
    r->first_line[c + 1] = r->first_line[c] + lines;
    r->first_target[c + 1] = r->first_target[c] + (size_t)result->length + result->stopped;
    return ERR_OK;
}

enum err rollouts_draw(struct rollouts *r, const struct dataset *problems,
                       const struct rollout_options *options, const struct folded *folded, struct team *team,
                       struct task_judge *judge, struct error *error) {
    forget(r);
    r->problems = problems;
    if (make_requests(r, options)) return err_memory(error, "rollouts");
    size_t count = (size_t)problems->samples * (size_t)options->generations;
    struct decoder_options decoding = {.max_new_tokens = options->max_new_tokens,
                                       .stop = TOKEN_EOS,
                                       .temperature = options->temperature,
                                       .seed = options->seed,
                                       .log_probabilities = true,
                                       .value_head = options->value_head};
    enum err code =
        labelling_decode(options->labelling, folded, team, r->request, count, &decoding, r->written, error);
    if (code) return code;
    r->count = count;
    r->first_target[0] = r->first_line[0] = r->first_text[0] = r->text.count = 0;
    for (size_t c = 0; c < count && !code; c++) code = judge_one(r, options, judge, c, error);
    if (code) forget(r);
    return code;
}
