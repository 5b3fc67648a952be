/* Guesses what a mistyped word may have meant. */
#ifndef COTNOISE_SPEC_NEAREST_H
#define COTNOISE_SPEC_NEAREST_H

enum { NEAREST_LENGTH = 64 };

struct nearest {
    const char *word;
    int distance;                  /* of the best so far */
    char best[NEAREST_LENGTH + 1]; /* "" while nothing is near */
};

/* Offers a candidate to a search that began as {.word = word}. Near is within a third of the word's
 * letters changed, added, missing, or swapped with their neighbour. */
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
