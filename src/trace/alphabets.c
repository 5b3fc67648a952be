/* Token ids of symbols. See alphabets.h. */
#include "trace/alphabets.h"

#include <string.h>

void alphabets_open(struct alphabets *alphabets, const struct vocabulary *vocabulary) {
    alphabets->vocabulary = vocabulary;
    alphabets->missing = NULL;
    alphabets->count = 0;
}

enum err alphabets_find(struct alphabets *alphabets, const char *const *texts, int *place) {
    for (*place = 0; *place < alphabets->count; ++*place)
        if (alphabets->alphabet[*place].texts == texts) return ERR_OK;
    alphabets->missing = texts[0];
    if (alphabets->count == ALPHABETS_MAX) return ERR_INPUT;
    struct alphabet *alphabet = &alphabets->alphabet[alphabets->count];
    alphabet->texts = texts;
    alphabet->count = 0;
    for (; texts[alphabet->count] && alphabet->count < ALPHABET_MAX; alphabet->count++) {
        const char *text = texts[alphabet->count];
        alphabet->id[alphabet->count] = vocabulary_find(alphabets->vocabulary, text, strlen(text));
        alphabets->missing = text;
        if (alphabet->id[alphabet->count] < 0) return ERR_INPUT;
    }
    alphabets->missing = NULL;
    alphabets->count++;
    return ERR_OK;
}

enum err alphabets_id(struct alphabets *alphabets, const struct atom *atom, int32_t *id) {
    bool truth = atom->kind == KIND_TRUTH;
    int place;
    enum err code = alphabets_find(alphabets, truth ? value_truth_texts : atom->alphabet, &place);
    if (!code) *id = alphabets->alphabet[place].id[truth ? (int)atom->truth : atom->symbol];
    return code;
}

const struct alphabet *alphabets_of(const struct alphabets *alphabets, int32_t id, int *symbol) {
    for (int a = 0; a < alphabets->count; a++)
        for (*symbol = 0; *symbol < alphabets->alphabet[a].count; ++*symbol)
            if (alphabets->alphabet[a].id[*symbol] == id) return &alphabets->alphabet[a];
    return NULL;
}
