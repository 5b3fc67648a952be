/* Samples as token sequences, `<bos>` prompt completion `<eos>`, laid end to end: a training set, or the
 * test problems with their true completions. */
#ifndef COTNOISE_DATA_DATASET_H
#define COTNOISE_DATA_DATASET_H

#include <stdint.h>

#include "base/err.h"
#include "base/team.h"
#include "data/mix.h"

/* Sequence i is tokens start[i] ... start[i + 1] - 1; its first prompt[i] tokens are <bos> and the prompt. */
struct dataset {
    int64_t samples;  /* sequences */
    int64_t versions; /* > 1: the last samples / versions of them are the last epoch's, and so on; 0 or 1: the
                         same in every epoch */
    int32_t *tokens;
    int64_t *start; /* samples + 1 */
    int32_t *prompt;
    int longest;            /* tokens of the longest sequence; 0 without samples */
    int longest_completion; /* <eos> included */
    int64_t contaminated, truncated;
    int64_t sites, corrupted; /* of noise, over all samples */
    double changed; /* share of the lines that noise changed (changes.h), added up over noised samples */
    uint64_t *twin; /* of problems to test on: overlap_twin; NULL for training samples */
};

/* Training samples first ... first + samples - 1, made on all threads of the team. *dataset belongs to the
 * caller (dataset_free). */
enum err dataset_build(const struct mix *mix, const struct vocabulary *vocabulary, uint64_t seed,
                       uint64_t first, int64_t samples, struct team *team, struct dataset *dataset,
                       struct error *error);

/* The same for the distinct problems of the other sides, as many as there are up to `problems`
 * (problem_set.h, whose errors these are). */
enum err dataset_build_problems(const struct mix *mix, const struct vocabulary *vocabulary, uint64_t seed,
                                enum split split, int64_t problems, struct team *team,
                                struct dataset *dataset, struct error *error);

/* The same for training data of `epochs` epochs, where the mix makes them differ (mix_varies): the samples of
 * the first epoch, then those of the second, ... */
enum err dataset_build_epochs(const struct mix *mix, const struct vocabulary *vocabulary, uint64_t seed,
                              int64_t samples, int epochs, struct team *team, struct dataset *dataset,
                              struct error *error);

/* Adds one sequence at the end of a dataset (zeroed to begin with). ERR_RUNTIME without memory. */
struct dataset_builder {
    struct dataset dataset;
    size_t token_capacity, start_capacity, prompt_capacity;
};
enum err dataset_add(struct dataset_builder *builder, struct token_span prompt, struct token_span completion,
                     struct error *error);

void dataset_free(struct dataset *dataset);

/* Views of sequence i: <bos> and prompt; the completion without <eos>; all of it. */
struct token_span dataset_prompt(const struct dataset *dataset, int64_t i);
struct token_span dataset_completion(const struct dataset *dataset, int64_t i);
struct token_span dataset_sequence(const struct dataset *dataset, int64_t i);

#endif
