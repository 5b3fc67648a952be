/* Completions that were kept to learn from: a data set, and the file that a resumed run reads it back from.
 *
 * kept.jsonl has a line a completion, token ids of prompt and completion:
 * {"prompt":[...],"completion":[...]}, appended to and never changed. */
#ifndef COTNOISE_REINFORCE_KEPT_H
#define COTNOISE_REINFORCE_KEPT_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "data/dataset.h"

struct kept {
    struct dataset_builder data;
    FILE *file;
    char *path;
    int vocabulary, longest; /* tokens of a vocabulary, and of the longest sequence that can be learned */
    uint64_t content;        /* a hash (XXH64, chained) of all completions, in order */
};

/* Opens the file in `directory` and reads its first `bytes` bytes back; what is behind them is cut off.
 * ERR_INPUT for lines that it cannot have, or fewer bytes. On failure *kept may be partly open: kept_close
 * ends it in any case, and is harmless on a zeroed struct. */
enum err kept_open(const char *directory, int64_t bytes, int vocabulary, int longest, struct kept *kept,
                   struct error *error);
void kept_close(struct kept *kept);

/* Adds one, with <bos> and <eos> not in either span, unless it is longer than can be learned. ERR_RUNTIME
 * without memory; errors of the stream stay there. */
enum err kept_add(struct kept *kept, struct token_span prompt, struct token_span completion,
                  struct error *error);

/* Bytes of the file with what was added last. */
int64_t kept_bytes(const struct kept *kept);

/* Brings all to the disk. ERR_RUNTIME when it could not be written. */
enum err kept_sync(const struct kept *kept, struct error *error);

#endif
