/* Words before completions. See labels.h. */
#include "train/labels.h"

#include <string.h>

static const char good[] = "good", bad[] = "bad";

enum err labels_add(struct vocabulary *vocabulary, struct error *error) {
    return vocabulary_add(vocabulary, good, NULL) || vocabulary_add(vocabulary, bad, NULL)
               ? err_memory(error, "the vocabulary")
               : ERR_OK;
}

struct labels labels_of(const struct vocabulary *vocabulary) {
    return (struct labels){vocabulary_find(vocabulary, good, strlen(good)),
                           vocabulary_find(vocabulary, bad, strlen(bad))};
}
