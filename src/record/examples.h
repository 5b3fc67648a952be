/* The sample traces that a run left in examples.jsonl. */
#ifndef COTNOISE_RECORD_EXAMPLES_H
#define COTNOISE_RECORD_EXAMPLES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Texts belong to the lines they were read from. NULL prompt: there is no such example. */
struct example {
    const char *prompt, *clean, *completion;
    int corrupted; /* sites, of a training example */
};

struct examples {
    struct example training;     /* of those recorded the most corrupted */
    struct example right, wrong; /* the first test problem that was solved, and that was not */
    json_t *lines;               /* storage */
};

/* Reads a run's file. Lines that are not what a run writes are passed over, a missing file gives no
 * examples; only a lack of memory is an error. Release with examples_free. */
enum err examples_read(const char *directory, const char *run, struct examples *examples,
                       struct error *error);

void examples_free(struct examples *examples);

#endif
