/* What of a test a training set gives away. See overlap.h. */
#include "data/overlap.h"

#include <stdlib.h>
#include <xxhash.h>

#include "base/hash_set.h"
#include "base/memory.h"
#include "trace/token_writer.h"

/* Of a prompt without <bos>; never 0. */
static uint64_t prompt_hash(const int32_t *tokens, size_t count) {
    uint64_t hash = XXH64(tokens, count * sizeof *tokens, 0);
    return hash ? hash : 1;
}

enum err overlap_twin(const struct sample *sample, const struct vocabulary *vocabulary,
                      struct tokens *scratch, uint64_t *twin, struct error *error) {
    *twin = 0;
    if (!sample->task->symmetric) return ERR_OK;
    const struct atom *number = sample->arguments->atom;
    if (atom_same(&number[0], &number[1])) return ERR_OK;
    struct arguments exchanged;
    arguments_clear(&exchanged);
    exchanged.atom[0] = number[1];
    exchanged.atom[1] = number[0];
    scratch->count = 0;
    if (token_writer_prompt(scratch, vocabulary, sample->task, &exchanged))
        return err_memory(error, "the problems");
    *twin = prompt_hash(scratch->id, scratch->count);
    return ERR_OK;
}

static uint64_t hash_of(const struct dataset *dataset, int64_t i) {
    struct token_span prompt = dataset_prompt(dataset, i);
    return prompt_hash(prompt.id + 1, prompt.count - 1);
}

enum err overlap_count(const struct dataset *training, const struct dataset *problems, int64_t *same,
                       int64_t *twins, struct error *error) {
    struct hash_set seen = {0};
    if (hash_set_create(&seen, (size_t)training->samples)) return err_memory(error, "the problems");
    for (int64_t i = 0; i < training->samples; i++) hash_set_add(&seen, hash_of(training, i));
    *same = *twins = 0;
    for (int64_t i = 0; i < problems->samples; i++) {
        *same += hash_set_has(&seen, hash_of(problems, i));
        *twins += problems->twin && problems->twin[i] && hash_set_has(&seen, problems->twin[i]);
    }
    hash_set_free(&seen);
    return ERR_OK;
}
