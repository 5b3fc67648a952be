/* A trained model read back from its run directory: weights, vocabulary, and the options it was made with. */
#ifndef COTNOISE_TRAIN_MODEL_DIRECTORY_H
#define COTNOISE_TRAIN_MODEL_DIRECTORY_H

#include <stdbool.h>

#include "base/err.h"
#include "nn/checkpoint.h"
#include "trace/vocabulary.h"
#include "train/config.h"

struct model_directory {
    struct checkpoint checkpoint;
    struct vocabulary *vocabulary;
    bool has_config; /* config.json records the options of a run of ours */
    struct config config;
};

/* Reads `directory`. ERR_INPUT names the file and what is wrong with it. */
enum err model_directory_read(const char *directory, struct model_directory *model, struct error *error);

/* Harmless on a zeroed struct. */
void model_directory_free(struct model_directory *model);

/* Copies the weights of the checkpoint in `directory` into `gpt`. Shape and vocabulary must be the same:
 * ERR_INPUT says what differs. */
enum err model_directory_initialise(const char *directory, const struct vocabulary *vocabulary,
                                    struct gpt *gpt, struct error *error);

#endif
