/* Writing text: batched decoding with a key-value cache, greedy or sampled.
 *
 * Finished samples leave the batch and waiting prompts join it. What is written for a request depends only on
 * the model, the request and the options, not on the other requests or the number of threads. */
#ifndef COTNOISE_NN_DECODER_H
#define COTNOISE_NN_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/team.h"
#include "nn/folded.h"

struct decoder_request {
    const int32_t *prompt; /* <bos> included */
    int length;            /* >= 1 */
    uint64_t stream;       /* sampling draws from pcg_stream(seed, "decoding", stream) */
};

struct decoder_options {
    int max_new_tokens; /* >= 1; cut so that prompt and text fit config.positions */
    int32_t stop;       /* decoding ends with this token (<eos>), which is not part of the text */
    double temperature; /* 0: greedy, the smallest id among equals */
    int top_k;          /* sample among the k likeliest; 0: all */
    uint64_t seed;
    bool log_probabilities; /* keep that of each token drawn */
    const real *value_head; /* keep its number of each token drawn (learner.h); NULL: none */
    /* A token that every line of the text begins with, whatever the model says: at the text's beginning and
     * behind each `newline`. It is part of the text, its logarithm is 0, and nothing is drawn for it.
     * 0 or less: none. */
    int32_t line_start, newline;
};

struct decoder_result {
    int32_t *tokens; /* what follows the prompt, without the stop token */
    int length;
    bool stopped; /* the stop token came; otherwise the limit was reached */
    /* If asked for, of each token and, where stopped, of the stop token: its natural logarithm under
     * softmax(logits / temperature), or softmax(logits) when greedy; top_k is not looked at. They are bit
     * for bit what score_prepared gives for the same text at that temperature, and what the learner finds
     * (in models whose products are our own, linear.h). */
    double *log_probabilities;
    /* With a value head, for the same tokens: its number at the row that says what follows, bit for bit what
     * the learner finds there. */
    double *values;
};

/* Fills results[0 ... count - 1]; what they point to belongs to the caller (decoder_free_results). `folded`
 * was made for at least as many threads as the team has, and may serve any number of calls. ERR_INPUT for an
 * empty or too long prompt or a token outside the vocabulary. */
enum err decoder_run(const struct folded *folded, struct team *team, const struct decoder_request *requests,
                     size_t count, const struct decoder_options *options, struct decoder_result *results,
                     struct error *error);

/* Frees what `count` results point to (not the array). */
void decoder_free_results(struct decoder_result *results, size_t count);

#endif
