/* Few-shot prompts. See shots.h. */
#include "data/shots.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/draw.h"

/* So many indices are tried for an exemplar that no other one is: of small sizes some have few problems. */
enum { TRIES = 100 };

/* The indices of training samples that a training set may have. */
#define INDICES_LOG2 40

struct shots {
    const struct mix *mix;
    const struct vocabulary *vocabulary;
    struct mix_sampler *sampler;
    struct mix one; /* the entries of the mix that are of the question's task */
    int count, drawn;
    uint64_t hash[SHOTS_MAX]; /* of the exemplars that the prompt has so far */
    struct tokens prompt;
    struct turn {
        size_t start, count; /* in the prompt, without newlines at the end */
    } turn[2 * SHOTS_MAX + 1];
    int turns;
};

enum err shots_create(const struct mix *mix, const struct vocabulary *vocabulary, int count, int epoch,
                      int epochs, struct shots **out, struct error *error) {
    struct shots *shots = memory_array(1, sizeof *shots);
    enum err code = shots ? mix_sampler_create(mix, vocabulary, false, &shots->sampler, error)
                          : err_memory(error, "prompts");
    if (code) {
        free(shots);
        return code;
    }
    mix_sampler_set_epoch(shots->sampler, epoch, epochs);
    shots->mix = mix;
    shots->vocabulary = vocabulary;
    shots->count = count;
    *out = shots;
    return ERR_OK;
}

void shots_free(struct shots *shots) {
    if (!shots) return;
    mix_sampler_free(shots->sampler);
    tokens_free(&shots->prompt);
    free(shots);
}

static bool is_new(void *context, uint64_t hash) {
    const struct shots *shots = context;
    for (int i = 0; i < shots->drawn; i++)
        if (shots->hash[i] == hash) return false;
    return true;
}

/* The next exemplar. */
static enum err draw_exemplar(struct shots *shots, uint64_t seed, struct pcg *pcg, struct sample *exemplar,
                              struct drawn *drawn, struct error *error) {
    struct draw draw = {&shots->one, seed, SPLIT_TRAIN, 0, is_new, shots};
    bool exhausted = true;
    for (int i = 0; i < TRIES && exhausted; i++) {
        uint64_t high = pcg_next(pcg), low = pcg_next(pcg);
        draw.index = (high << 32 | low) >> (64 - INDICES_LOG2);
        enum err code = draw_problem(&draw, drawn, &exhausted, error);
        if (code) return code;
    }
    if (exhausted)
        return err_set(error, ERR_INPUT,
                       "task %s: these sizes leave too few training problems for %d different exemplars; "
                       "allow larger sizes, or ask for fewer",
                       drawn->task->name, shots->count);
    shots->hash[shots->drawn++] = drawn->hash;
    enum err code = mix_sample_problem(shots->sampler, seed, SPLIT_TRAIN, draw.index, drawn->task,
                                       &drawn->arguments, exemplar, error);
    return code ? code : mix_check_whole(shots->sampler, exemplar, error);
}

/* One more turn, with newlines behind it so that there are `newlines` of them. */
static enum err add_turn(struct shots *shots, struct token_span text, int newlines) {
    struct tokens *prompt = &shots->prompt;
    if (text.count > 0 && text.id[text.count - 1] == TOKEN_NEWLINE) text.count--;
    size_t count = prompt->count + text.count + (size_t)newlines;
    if (memory_reserve(&prompt->id, &prompt->capacity, count, sizeof *prompt->id)) return ERR_RUNTIME;
    shots->turn[shots->turns++] = (struct turn){prompt->count, text.count};
    memcpy(prompt->id + prompt->count, text.id, text.count * sizeof *text.id);
    for (size_t i = prompt->count + text.count; i < count; i++) prompt->id[i] = TOKEN_NEWLINE;
    prompt->count = count;
    return ERR_OK;
}

enum err shots_prompt(struct shots *shots, uint64_t seed, struct sample *question, struct error *error) {
    struct pcg pcg = pcg_stream(seed, "shots", question->index);
    struct drawn drawn;
    enum err code = ERR_OK;
    shots->prompt.count = 0;
    shots->turns = shots->drawn = shots->one.entries = 0;
    for (int i = 0; i < shots->mix->entries; i++)
        if (shots->mix->entry[i].task == question->task)
            shots->one.entry[shots->one.entries++] = shots->mix->entry[i];
    for (int i = 0; i < shots->count && !code; i++) {
        struct sample exemplar;
        code = draw_exemplar(shots, seed, &pcg, &exemplar, &drawn, error);
        if (code) return code;
        question->contaminated |= exemplar.contaminated;
        question->truncated |= exemplar.truncated;
        question->corrupted += exemplar.corrupted;
        code = add_turn(shots, exemplar.prompt, 1);
        if (!code) code = add_turn(shots, exemplar.completion, 2);
    }
    if (!code) code = add_turn(shots, question->prompt, 1);
    if (code) return err_memory(error, "prompts");
    question->prompt = (struct token_span){shots->prompt.id, shots->prompt.count};
    return ERR_OK;
}

void shots_request(const struct shots *shots, const struct sample *question, const char *model,
                   bool space_digits, struct buffer *out) {
    buffer_printf(out, "{\"custom_id\":\"%s-%llu\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",",
                  question->task->name, (unsigned long long)question->index);
    buffer_text(out, "\"body\":{\"model\":");
    buffer_json_string(out, model, strlen(model));
    buffer_text(out, ",\"temperature\":0,\"messages\":[");
    for (int i = 0; i < shots->turns; i++) {
        const struct turn *turn = &shots->turn[i];
        buffer_printf(out, "%s{\"role\":\"%s\",\"content\":", i ? "," : "", i % 2 ? "assistant" : "user");
        vocabulary_render_json(shots->vocabulary,
                               (struct token_span){shots->prompt.id + turn->start, turn->count}, space_digits,
                               out);
        buffer_char(out, '}');
    }
    buffer_text(out, "]}}\n");
}
