/* Curves that are the same but for one setting. See pairs.h. */
#include "curve/pairs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "curve/resample.h"
#include "record/run_settings.h"

/* Hashes of all settings without the one that may differ. NULL without memory. */
static uint64_t *hash_settings(const struct curves *curves, const char *name, bool any) {
    uint64_t *hashes = memory_array(curves->setting_count, sizeof *hashes);
    for (size_t s = 0; hashes && s < curves->setting_count && !any; s++) {
        char *rest = run_settings_without(curves->settings[s], name);
        if (!rest) {
            free(hashes);
            return NULL;
        }
        hashes[s] = XXH64(rest, strlen(rest), 0);
        free(rest);
    }
    return hashes;
}

static bool is_partner(const uint64_t *hashes, const struct curve *one, const struct curve *other) {
    return hashes[one->setting] == hashes[other->setting] && one->setting != other->setting &&
           one->axis == other->axis && !strcmp(one->label, other->label);
}

/* By settings, then by curve: what goes into one figure is side by side. */
static int compare_pairs(const void *left, const void *right) {
    const struct pair *a = left, *b = right;
    if (a->one->setting != b->one->setting) return a->one->setting < b->one->setting ? -1 : 1;
    if (a->other->setting != b->other->setting) return a->other->setting < b->other->setting ? -1 : 1;
    return a->one < b->one ? -1 : a->one > b->one;
}

enum err pairs_find(const struct curves *curves, const char *name, const char *value, struct pairs *pairs,
                    struct error *error) {
    *pairs = (struct pairs){0};
    bool any = !strcmp(name, "sweep") && curves->setting_count == SWEEPS_MAX;
    uint64_t *hashes = hash_settings(curves, name, any);
    enum err code = hashes ? ERR_OK : err_memory(error, "pairs of curves");
    for (size_t i = 0; i < curves->count && !code; i++) {
        const struct curve *one = &curves->curve[i];
        if (!run_settings_has(curves->settings[one->setting], name, value)) continue;
        for (size_t k = 0; k < curves->count && !code; k++) {
            if (!is_partner(hashes, one, &curves->curve[k])) continue;
            if (memory_reserve(&pairs->pair, &pairs->capacity, pairs->count + 1, sizeof *pairs->pair))
                code = err_memory(error, "pairs of curves");
            else
                pairs->pair[pairs->count++] = (struct pair){one, &curves->curve[k]};
        }
    }
    free(hashes);
    if (code)
        pairs_free(pairs);
    else if (pairs->count)
        qsort(pairs->pair, pairs->count, sizeof *pairs->pair, compare_pairs);
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
    if (resampler_create(&resampler, levels, 2, "report/difference") || !resamples) {
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
