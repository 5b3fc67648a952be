/* How many test problems runs have. See problem_counts.h. */
#include "sweep/problem_counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/problem_set.h"

/* Problems of each side whose clean traces are tried before anything is trained. A rarer one that the line
 * limit cuts is found when its run makes its samples. */
enum { TRIED = 1000 };

static bool same_sizes(const struct sizes *a, const struct sizes *b) {
    return a->sampling == b->sampling && a->min_digits == b->min_digits && a->max_digits == b->max_digits &&
           a->min == b->min && a->max == b->max && a->min_length == b->min_length &&
           a->max_length == b->max_length;
}

static bool same_entries(const struct mix_entry *a, const struct mix_entry *b, int entries) {
    for (int i = 0; i < entries; i++)
        if (a[i].task != b[i].task || a[i].weight != b[i].weight || !same_sizes(&a[i].sizes, &b[i].sizes))
            return false;
    return true;
}

static enum err count(const struct config *config, enum split split, int64_t *problems, struct error *error) {
    struct problem_set set;
    enum err code =
        problem_set_make(&config->mix, (uint64_t)config->seed, split, config->eval.problems, &set, error);
    if (code) return code;
    *problems = set.count;
    problem_set_free(&set);
    return ERR_OK;
}

/* Whether two mixes write the same clean traces of the same problems. */
static bool same_traces(const struct mix *a, const struct mix *b) {
    return a->line_limit == b->line_limit && a->format == b->format &&
           !memcmp(a->visibility, b->visibility, sizeof a->visibility);
}

static enum err try_traces(const struct config *config, struct error *error) {
    struct mix *clean = memory_array(1, sizeof *clean);
    struct vocabulary *vocabulary = NULL;
    struct mix_sampler *sampler = NULL;
    if (!clean) return err_memory(error, "the problems");
    *clean = config->mix;
    memset(clean->rate, 0, sizeof clean->rate);
    enum err code = mix_vocabulary(clean, &vocabulary, error);
    if (!code) code = mix_sampler_create(clean, vocabulary, false, &sampler, error);
    for (enum split split = SPLIT_TRAIN; split < SPLITS; split++) {
        int64_t made =
            split == SPLIT_TRAIN ? (*config->data.file ? 0 : config->data.samples) : config->eval.problems;
        for (int64_t i = 0; i < made && i < TRIED && !code; i++) {
            struct sample sample;
            code = mix_sample(sampler, (uint64_t)config->seed, split, (uint64_t)i, &sample, error);
        }
    }
    mix_sampler_free(sampler);
    vocabulary_free(vocabulary);
    free(clean);
    return code;
}

static bool is_counted(const struct problem_counts *counts, int i, const struct config *config) {
    const struct mix *mix = &config->mix, *kept = &counts->kept[i].mix;
    return kept->entries == mix->entries && counts->kept[i].wanted == config->eval.problems &&
           same_entries(kept->entry, mix->entry, mix->entries) && same_traces(kept, mix);
}

enum err problem_counts_get(struct problem_counts *counts, const struct config *config, int64_t *problems,
                            struct error *error) {
    for (int i = 0; i < counts->count; i++) {
        if (!is_counted(counts, i, config)) continue;
        *problems = counts->kept[i].problems;
        return ERR_OK;
    }
    int64_t validation, test;
    enum err code = count(config, SPLIT_TEST, &test, error);
    if (!code) code = count(config, SPLIT_VALIDATION, &validation, error);
    if (!code) code = try_traces(config, error);
    if (code) return code;
    int place = counts->next++ % PROBLEM_COUNTS_KEPT;
    if (counts->count < PROBLEM_COUNTS_KEPT) counts->count++;
    counts->kept[place].mix = config->mix;
    counts->kept[place].wanted = config->eval.problems;
    counts->kept[place].problems = *problems = test;
    return ERR_OK;
}
