/* A model directory in the Hugging Face layout: model.safetensors, config.json, tokenizer.json,
 * tokenizer_config.json. */
#ifndef COTNOISE_NN_CHECKPOINT_H
#define COTNOISE_NN_CHECKPOINT_H

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"
#include "nn/gpt.h"

/* Names inside a model directory. */
#define CHECKPOINT_WEIGHTS          "model.safetensors"
#define CHECKPOINT_INDEX            "model.safetensors.index.json" /* of weights in several files */
#define CHECKPOINT_CONFIG           "config.json"
#define CHECKPOINT_TOKENIZER        "tokenizer.json"
#define CHECKPOINT_TOKENIZER_CONFIG "tokenizer_config.json"

/* The tokens of a model: token i is text[i] (a newline is "\n"); the special ones by their ids. */
struct checkpoint_vocabulary {
    const char *const *text;
    int count;
    int32_t pad, bos, eos, unk;
};

struct checkpoint {
    struct gpt *gpt;
    char **text; /* config.vocabulary strings */
    int32_t pad, bos, eos, unk;
    json_t *cotnoise; /* config.json's member of that name, or NULL */
};

/* config.json as an object: the members that GPTNeoXForCausalLM reads and, unless NULL, `cotnoise` as given
 * (borrowed: one more reference is taken). NULL without memory. */
json_t *checkpoint_config(const struct gpt_config *config, const struct checkpoint_vocabulary *vocabulary,
                          json_t *cotnoise);

/* Writes the four files into an existing directory, each whole or not at all, the weights last. */
enum err checkpoint_write(const char *directory, const struct gpt *gpt,
                          const struct checkpoint_vocabulary *vocabulary, json_t *cotnoise,
                          struct error *error);

/* Reads a directory that checkpoint_write made. ERR_INPUT names the file and what is wrong with it. */
enum err checkpoint_read(const char *directory, struct checkpoint *checkpoint, struct error *error);

/* Reads a GPT-NeoX checkpoint made elsewhere (Hugging Face transformers): weights in one model.safetensors or
 * in the shards of model.safetensors.index.json; a tokenizer.json of WordLevel or byte-level BPE. Ids without
 * a token have the text "", special tokens that it does not name are -1. */
enum err checkpoint_read_foreign(const char *directory, struct checkpoint *checkpoint, struct error *error);

/* Refuses what stands for weights, or beside them, and is not read here: other formats, adapters. ERR_INPUT
 * names the file. */
enum err checkpoint_check_files(const char *directory, struct error *error);

/* A number for what is in a model directory, wherever it lies: from the bytes of its files that
 * checkpoint_read_foreign looks at, those that exist. ERR_INPUT when there are no weights or a file cannot be
 * read. */
enum err checkpoint_content(const char *directory, uint64_t *content, struct error *error);

/* Frees what was read; harmless on a zeroed struct. */
void checkpoint_free(struct checkpoint *checkpoint);

#endif
