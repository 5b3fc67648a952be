/* Curves that are the same but for one setting. See pairs.h. */
#include "curve/pairs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "curve/resample.h"
#include "curve/setting.h"

/* Whether two curves are along the same axis with the same noise, and differ in what is compared alone. */
static bool is_pair(const struct collection *collection, const struct curves *curves, enum pair_sort sort,
                    const struct curve *one, const struct curve *other) {
    const struct record *a = one->noisy, *b = other->noisy;
    if (one->axis != other->axis || strcmp(one->label, other->label)) return false;
    if (sort == PAIRS_SWEEPS) {
        bool any = curves->setting_count == SOURCES_MAX;
        return a->sweep < b->sweep && (any || !setting_compare_but(collection, NULL, a, b));
    }
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
            if (!is_pair(collection, curves, sort, &curves->curve[i], &curves->curve[k])) continue;
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

enum err pairs_difference(const struct level *one, const struct level *other, struct difference *difference,
                          struct error *error) {
    const struct level *const levels[] = {one, other};
    struct resampler resampler;
    double *resamples = memory_array(BOOTSTRAP_RESAMPLES, sizeof *resamples);
    enum err code = resampler_create(&resampler, levels, 2, "report/difference", error);
    if (code || !resamples) {
        resampler_free(&resampler);
        free(resamples);
        return err_memory(error, "bootstrap");
    }
    for (int i = 0; i < BOOTSTRAP_RESAMPLES; i++) {
        resampler_draw(&resampler);
        double first = resampler_accuracy(&resampler, 0);
        resamples[i] = resampler_accuracy(&resampler, 1) - first;
    }
    *difference = (struct difference){.mean = level_mean(other) - level_mean(one),
                                      .interval = statistics_bootstrap_interval(resamples),
                                      .seeds = common_seeds(one, other)};
    resampler_free(&resampler);
    free(resamples);
    return ERR_OK;
}
