/* Completions that a program of the user's has written, one for each test problem. */
#ifndef COTNOISE_TRAIN_COMPLETIONS_H
#define COTNOISE_TRAIN_COMPLETIONS_H

#include "base/err.h"
#include "nn/decoder.h"
#include "trace/vocabulary.h"

/* Reads the JSONL file PATH, whose lines are objects with a string "completion", as many as there are
 * problems and in their order, into results[0 ... problems - 1], to be released with decoder_free_results. A
 * word that the vocabulary does not have becomes <unk>, and such a completion counts as one that did not end:
 * it is malformed. ERR_INPUT names file and line of what is no such line, of the first that is missing, or
 * of one too many; also for what is no plain file. */
enum err completions_read(const char *path, const struct vocabulary *vocabulary, int64_t problems,
                          struct decoder_result *results, struct error *error);

#endif
