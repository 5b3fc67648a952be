/* The two words of return-conditioned tuning (rl.method: rcrl): `good` or `bad` stands before a completion,
 * or before each of its lines, when it is learned, and `good` when one is asked for. Nobody else sees them.
 */
#ifndef COTNOISE_TRAIN_LABELLING_H
#define COTNOISE_TRAIN_LABELLING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "nn/decoder.h"
#include "spec/config.h"
#include "trace/vocabulary.h"

struct label_words {
    int32_t good, bad; /* -1: the vocabulary has none */
};

/* Adds them to a vocabulary. ERR_RUNTIME without memory. */
enum err labelling_add(struct vocabulary *vocabulary, struct error *error);

struct label_words labelling_of(const struct vocabulary *vocabulary);

/* What a model is asked with. */
struct labelling {
    int32_t label; /* TOKEN_PAD, as in a zeroed struct: nothing */
    bool lines;    /* before each line, not before the completion */
};

/* How the model of such a run is asked; ERR_INPUT when its vocabulary lacks the words. */
enum err labelling_wanted(const struct config *config, const struct vocabulary *vocabulary,
                          struct labelling *labelling, struct error *error);

/* decoder_run with labels, which the results are without; those of lines count as new tokens, of which there
 * is then room for two at least. */
enum err labelling_decode(struct labelling labelling, const struct folded *folded, struct team *team,
                          const struct decoder_request *requests, size_t count,
                          const struct decoder_options *options, struct decoder_result *results,
                          struct error *error);

#endif
