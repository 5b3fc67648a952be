/* How many test problems runs have. See problem_counts.h. */
#include "sweep/problem_counts.h"

#include "data/problem_set.h"

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

enum err problem_counts_get(struct problem_counts *counts, const struct config *config, int64_t *problems,
                            struct error *error) {
    const struct mix *mix = &config->mix;
    for (int i = 0; i < counts->count; i++) {
        if (counts->kept[i].entries != mix->entries || counts->kept[i].wanted != config->eval.problems ||
            !same_entries(counts->kept[i].entry, mix->entry, mix->entries))
            continue;
        *problems = counts->kept[i].problems;
        return ERR_OK;
    }
    int64_t validation, test;
    enum err code = count(config, SPLIT_TEST, &test, error);
    if (!code) code = count(config, SPLIT_VALIDATION, &validation, error);
    if (code) return code;
    int place = counts->next++ % PROBLEM_COUNTS_KEPT;
    if (counts->count < PROBLEM_COUNTS_KEPT) counts->count++;
    for (int e = 0; e < mix->entries; e++) counts->kept[place].entry[e] = mix->entry[e];
    counts->kept[place].entries = mix->entries;
    counts->kept[place].wanted = config->eval.problems;
    counts->kept[place].problems = *problems = test;
    return ERR_OK;
}
