/* The two words that return-conditioned tuning (rl.method: rcrl) puts before completions or their lines. */
#ifndef COTNOISE_TRAIN_LABELS_H
#define COTNOISE_TRAIN_LABELS_H

#include <stdint.h>

#include "base/err.h"
#include "trace/vocabulary.h"

struct labels {
    int32_t good, bad; /* -1: the vocabulary has none */
};

/* Adds them to a vocabulary. ERR_RUNTIME without memory. */
enum err labels_add(struct vocabulary *vocabulary, struct error *error);

struct labels labels_of(const struct vocabulary *vocabulary);

#endif
