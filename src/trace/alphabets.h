/* The token ids of symbols and truths in one vocabulary, looked up once for each alphabet. */
#ifndef COTNOISE_TRACE_ALPHABETS_H
#define COTNOISE_TRACE_ALPHABETS_H

#include "base/err.h"
#include "trace/value.h"
#include "trace/vocabulary.h"

enum { ALPHABETS_MAX = 8 };

struct alphabets {
    const struct vocabulary *vocabulary;
    const char *missing; /* the text that the vocabulary lacked last */
    int count;
    struct alphabet {
        const char *const *texts; /* value_truth_texts: the truths */
        int count;                /* 1 ... ALPHABET_MAX */
        int32_t id[ALPHABET_MAX];
    } alphabet[ALPHABETS_MAX];
};

/* None yet. The vocabulary must outlive it. */
void alphabets_open(struct alphabets *alphabets, const struct vocabulary *vocabulary);

/* Number of an alphabet in *place, looked up when it is new. ERR_INPUT when the vocabulary lacks one of its
 * texts (alphabets->missing) or there are too many alphabets. */
enum err alphabets_find(struct alphabets *alphabets, const char *const *texts, int *place);

/* The token id of a symbol or truth; ERR_INPUT as above. */
enum err alphabets_id(struct alphabets *alphabets, const struct atom *atom, int32_t *id);

/* The alphabet, of those that were looked up, in which a token stands, and its number there; NULL: in none.
 */
const struct alphabet *alphabets_of(const struct alphabets *alphabets, int32_t id, int *symbol);

#endif
