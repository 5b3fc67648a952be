/* Curves that are the same but for one setting. See pairs.h. */
#include "curve/pairs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "curve/contrast.h"
#include "curve/setting.h"

/* Whether two curves are along the same axis with the same noise, and differ in what is compared alone. */
static bool is_pair(const struct collection *collection, enum pair_sort sort, const struct curve *one,
                    const struct curve *other) {
    const struct record *a = one->noisy, *b = other->noisy;
    if (one->axis != other->axis || strcmp(one->label, other->label)) return false;
    if (sort == PAIRS_SWEEPS) return a->sweep < b->sweep && setting_differ_by_sweep(collection, a, b);
    if (sort == PAIRS_METHODS)
        return a->config.rl.method == RL_NONE && b->config.rl.method != RL_NONE && a->sweep == b->sweep &&
               !setting_compare_supervised(collection, a, b);
    struct field format = {.column = NULL};
    option_find("format", &format.option);
    return a->config.mix.format == FORMAT_TRACE && b->config.mix.format != FORMAT_TRACE &&
           a->sweep == b->sweep && !setting_compare_but(collection, &format, a, b);
}

/* By settings, then by curve: what goes into one figure is side by side. */
static int compare_pairs(const void *left, const void *right) {
    const struct pair *a = left, *b = right;
    if (a->one->setting != b->one->setting) return a->one->setting < b->one->setting ? -1 : 1;
    if (a->other->setting != b->other->setting) return a->other->setting < b->other->setting ? -1 : 1;
    return a->one < b->one ? -1 : a->one > b->one;
}

enum err pairs_find(const struct collection *collection, const struct curves *curves, enum pair_sort sort,
                    struct pairs *pairs, struct error *error) {
    struct pairs made = {0};
    enum err code = ERR_OK;
    for (size_t i = 0; i < curves->count && !code; i++)
        for (size_t k = 0; k < curves->count && !code; k++) {
            if (!is_pair(collection, sort, &curves->curve[i], &curves->curve[k])) continue;
            if (memory_reserve(&made.pair, &made.capacity, made.count + 1, sizeof *made.pair))
                code = err_memory(error, "pairs of curves");
            else
                made.pair[made.count++] = (struct pair){&curves->curve[i], &curves->curve[k]};
        }
    if (made.count) qsort(made.pair, made.count, sizeof *made.pair, compare_pairs);
    if (code)
        pairs_free(&made);
    else
        *pairs = made;
    return code;
}

void pairs_free(struct pairs *pairs) {
    free(pairs->pair);
    *pairs = (struct pairs){0};
}

/* Seeds of the first that the second has too. */
static size_t common_seeds(const struct level *one, const struct level *other) {
    size_t common = 0;
    for (size_t i = 0; i < one->count; i++) {
        size_t k = 0;
        while (k < other->count && other->trials[k].seed != one->trials[i].seed) k++;
        common += k < other->count;
    }
    return common;
}

struct difference pairs_difference(const struct level *one, const struct level *other) {
    const struct level *const levels[] = {other, one};
    const double weights[] = {1, -1}, accuracies[] = {contrast_accuracy(other), contrast_accuracy(one)};
    struct contrast contrast = contrast_of(levels, 2);
    double mean = level_mean(other) - level_mean(one);
    double margin =
        fmax(contrast_seeds(&contrast, weights), contrast_problems(&contrast, weights, accuracies));
    return (struct difference){.mean = mean,
                               .interval = {fmax(mean - margin, -1), fmin(mean + margin, 1)},
                               .seeds = common_seeds(one, other)};
}
