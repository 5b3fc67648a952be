/* Whether texts made elsewhere have the form of those that a model is tested with: a prompt without its last
 * newline, or a completion without its answer line, looks right to a person and is another language to a
 * model. */
#ifndef COTNOISE_DATA_FORM_H
#define COTNOISE_DATA_FORM_H

#include <stdbool.h>

#include "base/err.h"
#include "data/dataset.h"
#include "trace/vocabulary.h"

/* Whether fewer than half of the prompts of `given` have the form of one of the problems' prompts: the same
 * tokens, whatever the numbers and however long the lists. *message then says so of the file `path`.
 * ERR_RUNTIME without memory. */
enum err form_prompts_differ(const struct dataset *given, const struct dataset *problems,
                             const struct vocabulary *vocabulary, const char *path, bool *differ,
                             struct error *message, struct error *error);

/* The same of completions: fewer than half have an answer line where the problems' true completions have it,
 * or all of the ones are answers alone and all of the others traces. */
bool form_completions_differ(const struct dataset *given, const struct dataset *problems, const char *path,
                             struct error *message);

#endif
