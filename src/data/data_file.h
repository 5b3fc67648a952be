/* Training data made elsewhere: a JSONL file whose lines have "prompt" and "completion", or standard input.
 */
#ifndef COTNOISE_DATA_DATA_FILE_H
#define COTNOISE_DATA_DATA_FILE_H

#include <stdint.h>

#include "base/err.h"
#include "data/dataset.h"
#include "trace/vocabulary.h"

enum {
    DATA_FILE_VOCABULARY = 65536, /* most tokens of a vocabulary */
    DATA_FILE_TOKENS = 65536,     /* most tokens of a sequence */
    DATA_FILE_WARNINGS = 5,       /* lines that are complained of one by one */
};

struct data_file {
    struct dataset_builder builder; /* builder.dataset: the sequences, in the order of the lines */
    int64_t skipped;                /* malformed lines */
    uint64_t content;               /* of what was read: XXH64 over its raw bytes */
};

/* Reads PATH ("-": standard input). Tokens that the vocabulary lacks join it, in the order of their first
 * appearance. A malformed line is passed over, counted, and reported to `warn` (which may be NULL), the first
 * few with FILE:LINE and then how many there were. ERR_INPUT when the file cannot be read, no line of it is
 * good, or it holds too many different words. *file belongs to the caller (dataset_free). */
enum err data_file_read(const char *path, struct vocabulary *vocabulary,
                        void (*warn)(void *context, const char *message), void *context,
                        struct data_file *file, struct error *error);

#endif
