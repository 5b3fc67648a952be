/* Words before completions. See labelling.h. */
#include "train/labelling.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char good[] = "good", bad[] = "bad";

enum err labelling_add(struct vocabulary *vocabulary, struct error *error) {
    return vocabulary_add(vocabulary, good, NULL) || vocabulary_add(vocabulary, bad, NULL)
               ? err_memory(error, "the vocabulary")
               : ERR_OK;
}

struct label_words labelling_of(const struct vocabulary *vocabulary) {
    return (struct label_words){vocabulary_find(vocabulary, good, strlen(good)),
                                vocabulary_find(vocabulary, bad, strlen(bad))};
}

enum err labelling_wanted(const struct config *config, const struct vocabulary *vocabulary,
                          struct labelling *labelling, struct error *error) {
    *labelling = (struct labelling){.label = TOKEN_PAD};
    if (config->rl.method != RL_RCRL) return ERR_OK;
    struct label_words labels = labelling_of(vocabulary);
    if (labels.good < 0 || labels.bad < 0)
        return err_set(error, ERR_INPUT,
                       "the model's vocabulary lacks '%s' or '%s', which rl.method: rcrl needs", good, bad);
    *labelling = (struct labelling){labels.good, config->rl.labels == RL_LABEL_LINE};
    return ERR_OK;
}

/* The requests once more, with the label behind each prompt; one block to be freed. */
static struct decoder_request *label_prompts(int32_t label, const struct decoder_request *requests,
                                             size_t count) {
    size_t tokens = 0;
    for (size_t i = 0; i < count; i++) tokens += (size_t)requests[i].length + 1;
    struct decoder_request *made = memory_array(1, count * sizeof *made + tokens * sizeof(int32_t));
    if (!made) return NULL;
    int32_t *to = (int32_t *)(made + count);
    for (size_t i = 0; i < count; i++) {
        made[i] = (struct decoder_request){to, requests[i].length + 1, requests[i].stream};
        memcpy(to, requests[i].prompt, (size_t)requests[i].length * sizeof *to);
        to += requests[i].length;
        *to++ = label;
    }
    return made;
}

/* Takes the labels out that the decoder put before each line. */
static void strip(struct decoder_result *result) {
    int kept = 0;
    bool starts = true;
    for (int t = 0; t < result->length; t++) {
        bool is_label = starts;
        starts = result->tokens[t] == TOKEN_NEWLINE;
        if (is_label) continue;
        if (result->log_probabilities) result->log_probabilities[kept] = result->log_probabilities[t];
        if (result->values) result->values[kept] = result->values[t];
        result->tokens[kept++] = result->tokens[t];
    }
    if (result->stopped && result->log_probabilities)
        result->log_probabilities[kept] = result->log_probabilities[result->length];
    if (result->stopped && result->values) result->values[kept] = result->values[result->length];
    result->length = kept;
}

enum err labelling_decode(struct labelling labelling, const struct folded *folded, struct team *team,
                          const struct decoder_request *requests, size_t count,
                          const struct decoder_options *options, struct decoder_result *results,
                          struct error *error) {
    if (labelling.label == TOKEN_PAD)
        return decoder_run(folded, team, requests, count, options, results, error);
    struct decoder_options with_labels = *options;
    with_labels.newline = TOKEN_NEWLINE;
    if (labelling.lines) {
        with_labels.line_start = labelling.label;
        if (with_labels.max_new_tokens < 2) with_labels.max_new_tokens = 2; /* no result is a label alone */
    }
    struct decoder_request *labelled =
        labelling.lines ? NULL : label_prompts(labelling.label, requests, count);
    if (!labelling.lines && !labelled) return err_memory(error, "labels");
    enum err code =
        decoder_run(folded, team, labelled ? labelled : requests, count, &with_labels, results, error);
    for (size_t i = 0; i < count && !code && labelling.lines; i++) strip(&results[i]);
    free(labelled);
    return code;
}
