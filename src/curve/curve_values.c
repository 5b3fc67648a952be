/* What is measured along a curve. See curve_values.h. */
#include "curve/curve_values.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "curve/learned.h"

const double curve_shares[CURVE_SHARES] = {0.90, 0.95, 0.98};

/* An interval wider than that share of its threshold asks for more seeds. */
static const double wide = 0.2;

/* Rounding must not make a mean of exactly what is asked for fall short of it. */
static const double rounding = 1e-12;

static enum err find_points(struct curve *curve, size_t rest, struct error *error) {
    double *fit = memory_array(curve->count, sizeof *fit);
    enum err code =
        fit ? threshold_fit(curve->levels, curve->count, rest, fit, error) : err_memory(error, "curves");
    for (size_t i = 0; !code && i < curve->count; i++) {
        struct point *point = &curve->points[i];
        point->mean = level_mean(&curve->levels[i]);
        point->fit = fit[i];
        point->interval = level_interval(&curve->levels[i]);
        point->learned = curve->learned ? learned_share(&curve->levels[i], curve->clean) : NAN;
        point->split = curve->learned && learned_is_split(&curve->levels[i], curve->clean);
        curve->split_levels += point->split;
    }
    free(fit);
    return code;
}

static enum err find_thresholds(struct curve *curve, double share, const struct clean *clean, size_t rest,
                                struct error *error) {
    struct {
        double share;
        struct threshold *threshold;
    } wanted[CURVE_SHARES + 2] = {{share, &curve->threshold}, {0.5, &curve->half}};
    for (int s = 0; s < CURVE_SHARES; s++) {
        wanted[s + 2].share = curve_shares[s];
        wanted[s + 2].threshold = &curve->at[s];
    }
    enum err code = ERR_OK;
    for (int w = 0; w < CURVE_SHARES + 2 && !code; w++) {
        enum threshold_status status = clean->level ? THRESHOLD_NOT_LEARNED : THRESHOLD_NO_CLEAN;
        *wanted[w].threshold = (struct threshold){status, NAN, NAN, NAN, 0};
        if (curve->learned)
            code = threshold_find(curve->levels, curve->count, rest, clean->level, wanted[w].share,
                                  wanted[w].threshold, error);
    }
    curve->seeds_needed = threshold_runs_needed(&curve->threshold, curve->levels[curve->count - 1].noise,
                                                level_fewest(curve->levels, curve->count), wide);
    return code;
}

enum err curve_values_find(struct curve *curve, const struct curves *curves, const struct clean *clean,
                           struct error *error) {
    curve->has_clean = clean->level != NULL;
    curve->clean = clean->level ? level_mean(clean->level) : NAN;
    curve->clean_validation = clean->level ? clean->validation : NAN;
    curve->learned = curve->clean > 0 && curve->clean_validation >= curves->learned - rounding;
    enum err code = rise_find(curve->levels, curve->count, &curve->rise, error);
    size_t rest = curve->rise.found ? curve->rise.valley + 1 : curve->count;
    if (!code) code = find_points(curve, rest, error);
    return code ? code : find_thresholds(curve, curves->share, clean, rest, error);
}
