/* Log-probabilities of given sequences under the model. */
#ifndef COTNOISE_NN_SCORE_H
#define COTNOISE_NN_SCORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/team.h"
#include "nn/folded.h"

struct score_request {
    const int32_t *tokens;
    int length;                /* 1 ... config.positions */
    int from;                  /* first token to score, 1 ... length */
    double *log_probabilities; /* length - from of them are written here (natural logarithm) */
};

/* Scores all requests. ERR_INPUT for a sequence that is too long or a token outside the vocabulary. The
 * numbers do not depend on the number of threads. */
enum err score_sequences(const struct gpt *gpt, struct team *team, const struct score_request *requests,
                         size_t count, struct error *error);

/* The same by a model that is prepared for at least as many threads as the team has, and under
 * softmax(logits / temperature). */
enum err score_prepared(const struct folded *folded, struct team *team, const struct score_request *requests,
                        size_t count, double temperature, struct error *error);

#endif
