/* tokenizer.json and tokenizer_config.json for Hugging Face's AutoTokenizer; for checkpoint*.c only. */
#ifndef COTNOISE_NN_TOKENIZER_JSON_H
#define COTNOISE_NN_TOKENIZER_JSON_H

#include <jansson.h>

#include "nn/checkpoint.h"

/* A WordLevel tokenizer that splits text by [A-Za-z_][A-Za-z_0-9]*|[0-9]|\n|[^\sA-Za-z_0-9]; spaces only
 * separate. It puts <bos> in front of what it reads, and writes tokens as vocabulary_render does. NULL
 * without memory. */
json_t *tokenizer_json(const struct checkpoint_vocabulary *vocabulary);

/* Its companion with the special tokens; a batch is padded on the left, so that all texts go on at its end.
 * NULL without memory. */
json_t *tokenizer_config_json(const struct checkpoint_vocabulary *vocabulary, int positions);

/* Reads a WordLevel tokenizer.json back: text[i] is token i, `count` of them. ERR_INPUT unless the ids are
 * exactly 0 ... count - 1 and it cuts text as ours does. text and its strings are the caller's. */
enum err tokenizer_read(const char *path, const json_t *tokenizer, int count, char ***text,
                        struct error *error);

/* The same for one that was made elsewhere, WordLevel or byte-level BPE, of at most `count` tokens with its
 * added ones; ids that it does not use have the text "". How it cuts text does not matter: rows are taken
 * by the texts of tokens. */
enum err tokenizer_read_foreign(const char *path, const json_t *tokenizer, int count, char ***text,
                                struct error *error);

#endif
