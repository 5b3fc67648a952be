/* Rollouts written by hand, for tests: what a model might have drawn for problems whose truth is known. */
#ifndef COTNOISE_TESTS_ROLLOUTS_BY_HAND_H
#define COTNOISE_TESTS_ROLLOUTS_BY_HAND_H

#include <stdlib.h>

#include "reinforce/rollouts.h"
#include "tests/support/told.h"
#include "tests/texts.h"

/* What a completion was given to begin with ("" or whole lines), what was drawn, and whether it ended. */
struct hand_completion {
    const char *given, *written;
    bool stopped;
};

enum { HAND_MAX = 64, HAND_TOKENS = 4096 };

struct hand {
    struct vocabulary *vocabulary;
    struct dataset_builder problems;
    struct rollouts rollouts;
};

/* Completions of problems whose prompts are `0`, `1`, ... and whose true completion is `truth`. The n-th
 * token drawn, all completions' counted, has log-probability -(n + 1) / 64 and value (n + 1) / 32. */
static inline void hand_open(struct hand *h, const char *truth, int generations,
                             const struct hand_completion *completions, size_t count) {
    struct error error;
    *h = (struct hand){.vocabulary = texts_vocabulary()};
    struct rollouts *r = &h->rollouts;
    assert_true(count <= HAND_MAX && count % (size_t)generations == 0);
    struct tokens true_text = texts_tokens(h->vocabulary, truth);
    for (size_t p = 0; p < count / (size_t)generations; p++) {
        int32_t prompt[] = {TOKEN_DIGIT + (int32_t)p % 10, TOKEN_NEWLINE};
        assert_ok(dataset_add(&h->problems, (struct token_span){prompt, 2}, texts_span(&true_text), &error),
                  &error);
    }
    r->problems = &h->problems.dataset;
    r->generations = generations;
    r->count = count;
    r->written = calloc(HAND_MAX, sizeof *r->written);
    r->verdict = calloc(HAND_MAX, sizeof *r->verdict);
    r->request = calloc(HAND_MAX, sizeof *r->request);
    r->first_target = calloc(HAND_MAX + 1, sizeof *r->first_target);
    r->first_line = calloc(HAND_MAX + 1, sizeof *r->first_line);
    r->first_text = calloc(HAND_MAX + 1, sizeof *r->first_text);
    r->line_right = calloc(HAND_TOKENS, sizeof *r->line_right);
    r->text.id = calloc(HAND_TOKENS, sizeof *r->text.id);
    r->prompts.id = calloc(HAND_TOKENS, sizeof *r->prompts.id);
    for (size_t c = 0; c < count; c++) {
        struct tokens given = texts_tokens(h->vocabulary, completions[c].given),
                      written = texts_tokens(h->vocabulary, completions[c].written);
        struct token_span prompt = dataset_prompt(r->problems, (int64_t)c / generations);
        size_t targets = written.count + completions[c].stopped, first = r->first_target[c];
        int32_t *at = r->prompts.id + r->prompts.count;
        memcpy(at, prompt.id, prompt.count * sizeof *at);
        if (given.count) memcpy(at + prompt.count, given.id, given.count * sizeof *at);
        r->request[c] =
            (struct decoder_request){.prompt = at, .length = (int)(prompt.count + given.count), .stream = c};
        r->prompts.count += prompt.count + given.count;
        r->written[c] = (struct decoder_result){.tokens = calloc(written.count + 1, sizeof(int32_t)),
                                                .length = (int)written.count,
                                                .stopped = completions[c].stopped,
                                                .log_probabilities = calloc(targets + 1, sizeof(double)),
                                                .values = calloc(targets + 1, sizeof(double))};
        if (written.count) memcpy(r->written[c].tokens, written.id, written.count * sizeof *written.id);
        for (size_t t = 0; t < targets; t++) {
            r->written[c].log_probabilities[t] = -(double)(first + t + 1) / 64;
            r->written[c].values[t] = (double)(first + t + 1) / 32;
        }
        r->first_target[c + 1] = first + targets;
        int32_t *text = r->text.id + r->first_text[c];
        if (given.count) memcpy(text, given.id, given.count * sizeof *text);
        if (written.count) memcpy(text + given.count, written.id, written.count * sizeof *text);
        r->first_text[c + 1] = r->first_text[c] + given.count + written.count;
        judge_completion(texts_span(&true_text), rollouts_text(r, c), completions[c].stopped, &r->verdict[c]);
        r->first_line[c + 1] = r->first_line[c];
        struct judge_lines lines = judge_lines(texts_span(&true_text), rollouts_text(r, c));
        for (struct judge_line line; judge_lines_next(&lines, &line);)
            if (line.found) r->line_right[r->first_line[c + 1]++] = line.right;
        tokens_free(&given);
        tokens_free(&written);
    }
    tokens_free(&true_text);
}

static inline void hand_close(struct hand *h) {
    rollouts_free(&h->rollouts);
    dataset_free(&h->problems.dataset);
    vocabulary_free(h->vocabulary);
}

#endif
