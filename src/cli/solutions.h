/* What `cotnoise eval -o` writes: the problems as lines of JSON, with what the model made of each. */
#ifndef COTNOISE_CLI_SOLUTIONS_H
#define COTNOISE_CLI_SOLUTIONS_H

#include <jansson.h>

#include "base/err.h"
#include "data/dataset.h"
#include "nn/decoder.h"
#include "record/record.h"
#include "trace/task_judge.h"

/* Of each problem `samples` completions, written[i * samples] and on, and what they come to. */
struct solutions {
    const struct vocabulary *vocabulary;
    const struct dataset *problems; /* with their true completions */
    json_t *const *lines;           /* one a problem, to be completed */
    const struct decoder_result *written;
    const struct vote *votes;
    int samples;
    struct task_judge *judge; /* in this vocabulary */
};

/* Writes to PATH (NULL or "-": standard output). With one completion a problem a line gets "completion" and
 * "correct"; with several "completions", "correct" (a list, each judged by itself), "vote" (the answer line
 * that won, or null where no completion ended) and "vote_correct". */
enum err solutions_write(const struct solutions *solutions, const char *path, struct error *error);

#endif
