/* A trained model read back from its run directory: weights, vocabulary, and the options it was made with. */
#ifndef COTNOISE_RECORD_MODEL_DIRECTORY_H
#define COTNOISE_RECORD_MODEL_DIRECTORY_H

#include <stdbool.h>

#include "base/err.h"
#include "nn/checkpoint.h"
#include "spec/config.h"
#include "trace/vocabulary.h"

struct model_directory {
    struct checkpoint checkpoint;
    struct vocabulary *vocabulary;
    bool has_config; /* config.json records the options of a run of ours */
    struct config config;
};

/* Reads `directory`. ERR_INPUT names the file and what is wrong with it. */
enum err model_directory_read(const char *directory, struct model_directory *model, struct error *error);

/* Compares what the model's tasks and noises do with what they did when it was trained: `tell` is given a
 * line of text for each that has changed. Nothing is said of a model whose version did not record it. */
enum err model_directory_compare(const struct model_directory *model,
                                 void (*tell)(void *context, const char *change), void *context,
                                 struct error *error);

/* Harmless on a zeroed struct. */
void model_directory_free(struct model_directory *model);

/* Starts `gpt` from the GPT-NeoX checkpoint in `directory`, made here or elsewhere (checkpoint_read_foreign).
 * Its shape must be the same: ERR_INPUT says what differs. Rows of the two embeddings go by the tokens' text,
 * special tokens by their role; a token that the checkpoint does not have gets random rows (from `seed`). It
 * must have the ten digits. */
enum err model_directory_initialise(const char *directory, const struct vocabulary *vocabulary, uint64_t seed,
                                    struct gpt *gpt, struct error *error);

#endif
