/* A small model and a toy problem for the transformer's tests: <bos> a b c = c b a <eos>, loss after the `=`.
 */
#ifndef COTNOISE_TESTS_TOY_MODEL_H
#define COTNOISE_TESTS_TOY_MODEL_H

#include <stdint.h>
#include <stdlib.h>

#include "base/pcg.h"
#include "nn/decoder.h"
#include "nn/learner.h"

/* Fails the test with the message unless the call, written with &error for its last argument, succeeds. */
#define OK(call)                                                                \
    do {                                                                        \
        struct error error = {""};                                              \
        enum err outcome = (call);                                              \
        if (outcome) fail_msg("%s: %d %s", #call, (int)outcome, error.message); \
    } while (0)

enum { TOY_BOS = 0, TOY_EOS = 1, TOY_EQUALS = 2, TOY_SYMBOL = 3, TOY_VOCABULARY = 13, TOY_LONGEST = 12 };

static inline struct gpt_config toy_config(void) {
    return (struct gpt_config){.vocabulary = TOY_VOCABULARY,
                               .width = 48,
                               .layers = 2,
                               .heads = 3,
                               .ffn = 96,
                               .positions = 64,
                               .rotary_share = 0.5,
                               .rotary_base = 10000,
                               .epsilon = 1e-5};
}

/* A sample of 3 to 5 symbols; returns its length. */
static inline int toy_sample(uint64_t index, int32_t *tokens, int32_t *targets) {
    struct pcg pcg = pcg_stream(17, "toy", index);
    int n = 3 + (int)pcg_below(&pcg, 3), length = 0;
    tokens[length++] = TOY_BOS;
    for (int i = 0; i < n; i++) tokens[length++] = TOY_SYMBOL + (int32_t)pcg_below(&pcg, 10);
    tokens[length++] = TOY_EQUALS;
    for (int i = 0; i < n - 1; i++, length++) tokens[length] = tokens[n - i];
    tokens[length++] = TOY_EOS;
    for (int t = 0; t < length; t++) targets[t] = t > n && t + 1 < length ? tokens[t + 1] : -1;
    return length;
}

enum { TOY_LANES = 4, TOY_SAMPLES = 16 };

/* A batch of 4 lanes of 16 samples. */
struct toy_batch {
    int32_t tokens[TOY_LANES][TOY_SAMPLES * TOY_LONGEST], targets[TOY_LANES][TOY_SAMPLES * TOY_LONGEST];
    int32_t starts[TOY_LANES][TOY_SAMPLES + 1];
    struct gpt_batch lanes[TOY_LANES];
};

static inline void toy_batch_fill(struct toy_batch *batch, int step) {
    for (int lane = 0; lane < TOY_LANES; lane++) {
        batch->starts[lane][0] = 0;
        for (int s = 0; s < TOY_SAMPLES; s++) {
            int at = batch->starts[lane][s];
            uint64_t index = (uint64_t)((step * TOY_LANES + lane) * TOY_SAMPLES + s);
            batch->starts[lane][s + 1] =
                at + toy_sample(index, batch->tokens[lane] + at, batch->targets[lane] + at);
        }
        batch->lanes[lane] = (struct gpt_batch){batch->tokens[lane], batch->targets[lane],
                                                batch->starts[lane], TOY_SAMPLES, NULL};
    }
}

/* decoder_run on a model folded for this call. */
static inline enum err toy_decode(const struct gpt *gpt, struct team *team,
                                  const struct decoder_request *requests, size_t count,
                                  const struct decoder_options *options, struct decoder_result *results,
                                  struct error *error) {
    struct folded folded = {0};
    enum err code = folded_create(gpt, team_threads(team), &folded, error);
    if (!code) code = decoder_run(&folded, team, requests, count, options, results, error);
    folded_free(&folded);
    return code;
}

#endif
