/* The sample traces that a run leaves to be looked at, examples.jsonl: written at its end, read for the
 * report. */
#ifndef COTNOISE_RECORD_EXAMPLES_H
#define COTNOISE_RECORD_EXAMPLES_H

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "data/dataset.h"
#include "nn/decoder.h"
#include "record/record.h"
#include "spec/config.h"

/* Writes a few training samples (of `given`, data.file's, unless it is NULL) beside their clean form, and of
 * the test problems a few that were solved and a few that were not, with what the model wrote: of several
 * completions (written[i * samples] and on for problem i) the one that the verdict is about, which won the
 * vote. */
enum err examples_write(const char *directory, const struct config *config,
                        const struct vocabulary *vocabulary, const struct dataset *given,
                        const struct dataset *problems, const struct vote *votes,
                        const struct decoder_result *written, int samples, struct error *error);

/* The texts belong to `lines`. */
struct example {
    const char *prompt; /* NULL: there is none */
    const char *clean, *completion;
    int corrupted; /* sites, of a training example */
};

struct examples {
    json_t *lines;
    struct example training;     /* the one that noise changed most */
    struct example right, wrong; /* test problems that the model solved and did not solve */
};

/* Chooses from the file of the run that lies in `directory`; where nothing can be read, nothing is chosen.
 * Release with examples_free in any case. */
enum err examples_read(const char *directory, struct examples *examples, struct error *error);
void examples_free(struct examples *examples);

#endif
