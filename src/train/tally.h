/* Texts counted: which are the same, which is the commonest. */
#ifndef COTNOISE_TRAIN_TALLY_H
#define COTNOISE_TRAIN_TALLY_H

#include "trace/vocabulary.h"

struct tally_text {
    struct token_span text; /* borrowed */
    int place;              /* of the completion that it is of; another one for each */
};

/* Brings equal texts together, each bunch by place: what the others ask for. */
void tally_sort(struct tally_text *texts, int count);

/* How many different texts there are. */
int tally_different(const struct tally_text *sorted, int count);

/* The place of the first of those that are commonest, among equals of the one that comes first; -1 without
 * any. */
int tally_commonest(const struct tally_text *sorted, int count);

#endif
