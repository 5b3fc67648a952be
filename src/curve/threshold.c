/* The threshold of a robustness curve. See threshold.h. */
#include "curve/threshold.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "curve/contrast.h"
#include "curve/learned.h"

const char *const threshold_status_names[] = {"found", "not_reached", "below", "no_clean", "not_learned"};

/* More runs than that are as good as endlessly many. */
static const double most_runs = 1e6;

/* Rounding must not make an accuracy of exactly the wanted share fall short of it. */
static const double rounding = 1e-12;

double threshold_crossing(const struct level *levels, const double *fit, size_t count, double target) {
    if (fit[0] < target - rounding) return -INFINITY;
    for (size_t i = 1; i < count; i++) {
        if (fit[i] >= target - rounding) continue;
        double along = fmax(0, (fit[i - 1] - target) / (fit[i - 1] - fit[i]));
        return levels[i - 1].noise + along * (levels[i].noise - levels[i - 1].noise);
    }
    return INFINITY;
}

enum err threshold_fit(const struct level *levels, size_t count, size_t rest, double *fit,
                       struct error *error) {
    double *means = memory_array(count, sizeof *means), *weights = memory_array(count, sizeof *weights);
    enum err code = means && weights ? ERR_OK : err_memory(error, "curves");
    if (!code) {
        for (size_t i = 0; i < count; i++) {
            means[i] = level_mean(&levels[i]);
            weights[i] = level_problems(&levels[i]);
        }
        statistics_isotonic(means, weights, rest, fit);
        statistics_isotonic(means + rest, weights + rest, count - rest, fit + rest);
    }
    free(means);
    free(weights);
    return code;
}

/* --- where chance may have moved it -------------------------------------------------------------------- */

enum { STEPS = 50, HALVINGS = 30 };

/* The line between two levels, held against share * clean accuracy. */
struct segment {
    struct contrast contrast;
    bool begins_clean;               /* the clean runs are its first level */
    double accuracies[CONTRAST_MAX]; /* where the line is at the target, for the noise of problems */
    double first, last;              /* fit at its ends */
    double share, target;
};

static struct segment segment_of(const struct level *levels, const double *fit, size_t i,
                                 const struct level *clean, double share) {
    struct segment segment = {.begins_clean = clean == &levels[i],
                              .first = fit[i],
                              .last = fit[i + 1],
                              .share = share,
                              .target = share * level_mean(clean)};
    const struct level *const parts[] = {&levels[i], &levels[i + 1], clean};
    segment.contrast = contrast_of(parts, segment.begins_clean ? 2 : 3);
    segment.accuracies[0] = segment.begins_clean ? contrast_accuracy(clean) : segment.target;
    segment.accuracies[1] = segment.target;
    segment.accuracies[2] = contrast_accuracy(clean);
    return segment;
}

/* Distance of the line from the target at a place 0 ... 1 along the segment, in units of what chance does:
 * beyond 1 it is surely above, below -1 surely under. */
static double distance(const struct segment *segment, double place) {
    double weights[CONTRAST_MAX] = {1 - place, place, -segment->share};
    if (segment->begins_clean) weights[0] -= segment->share;
    double seeds = contrast_seeds(&segment->contrast, weights);
    double problems = contrast_problems(&segment->contrast, weights, segment->accuracies);
    double line = (1 - place) * segment->first + place * segment->last;
    return (line - segment->target) / fmax(fmax(seeds, problems), rounding);
}

/* Goes along a segment from a place in a direction of 1 or -1 to where the line is surely off the target: the
 * last place at which it is not. Returns false when it is nowhere. */
static bool leave(const struct segment *segment, double from, int direction, double *place) {
    double inside = from;
    for (int step = 0; step <= STEPS; step++) {
        double outside = direction > 0 ? from + (1 - from) * step / STEPS : from - from * step / STEPS;
        if (-direction * distance(segment, outside) > 1) {
            for (int h = 0; h < HALVINGS; h++) {
                double middle = (inside + outside) / 2;
                if (-direction * distance(segment, middle) > 1)
                    outside = middle;
                else
                    inside = middle;
            }
            *place = inside;
            return true;
        }
        inside = outside;
    }
    return false;
}

/* The interval around a crossing at `noise`, between the lowest and the highest level. */
static struct interval around(const struct level *levels, const double *fit, size_t count,
                              const struct level *clean, double share, double noise) {
    struct interval interval = {levels[0].noise, INFINITY};
    bool low = false, high = false;
    for (size_t i = count - 1; i-- > 0 && !low;) {
        double width = levels[i + 1].noise - levels[i].noise, place = 0;
        if (noise < levels[i].noise) continue;
        struct segment segment = segment_of(levels, fit, i, clean, share);
        low = leave(&segment, fmin((noise - levels[i].noise) / width, 1), -1, &place);
        if (low) interval.low = levels[i].noise + place * width;
    }
    for (size_t i = 0; i + 1 < count && !high; i++) {
        double width = levels[i + 1].noise - levels[i].noise, place = 0;
        if (noise > levels[i + 1].noise) continue;
        struct segment segment = segment_of(levels, fit, i, clean, share);
        high = leave(&segment, fmax((noise - levels[i].noise) / width, 0), 1, &place);
        if (high) interval.high = levels[i].noise + place * width;
    }
    return interval;
}

static struct threshold judge(const struct level *levels, size_t count, double noise,
                              struct interval interval) {
    double lowest = levels[0].noise, highest = levels[count - 1].noise;
    if (noise == INFINITY)
        return (struct threshold){THRESHOLD_NOT_REACHED, highest, fmin(interval.low, highest), INFINITY, 0};
    if (noise == -INFINITY) return (struct threshold){THRESHOLD_BELOW, lowest, lowest, interval.high, 0};
    return (struct threshold){THRESHOLD_FOUND, noise, fmin(interval.low, noise), fmax(interval.high, noise),
                              0};
}

enum err threshold_find(const struct level *levels, size_t count, size_t rest, const struct level *clean,
                        double share, struct threshold *threshold, struct error *error) {
    assert(count >= 1 && rest <= count && share > 0 && share <= 1);
    double mean = level_mean(clean);
    double *fit = memory_array(count, sizeof *fit);
    enum err code = fit ? threshold_fit(levels, count, rest, fit, error) : err_memory(error, "curves");
    if (!code) {
        double noise = threshold_crossing(levels, fit, count, share * mean);
        double within = fmin(fmax(noise, levels[0].noise), levels[count - 1].noise);
        struct interval interval = around(levels, fit, count, clean, share, within), learned = interval;
        /* What comes after a rise says nothing of the fall before it. */
        size_t fall = rest < count && noise < levels[rest].noise ? rest : count;
        bool by_chance = learned_by_chance(levels, fall, mean);
        if (by_chance) code = learned_interval(levels, fall, mean, clean == levels, share, &learned, error);
        interval = (struct interval){fmin(interval.low, learned.low), fmax(interval.high, learned.high)};
        if (!code) *threshold = judge(levels, count, noise, interval);
        if (!code) threshold->freedom = by_chance ? 0 : level_fewest(levels, count) - 1;
    }
    free(fit);
    return code;
}

size_t threshold_runs_needed(const struct threshold *threshold, double highest, size_t runs, double wanted) {
    if (threshold->status != THRESHOLD_FOUND || threshold->noise <= 0) return 0;
    double width = fmin(threshold->high, highest) - threshold->low;
    double ratio = width / (wanted * threshold->noise);
    if (ratio <= 1) return 0;
    if (!threshold->freedom) return (size_t)fmin(ceil((double)runs * ratio * ratio), most_runs);
    double now = statistics_student(threshold->freedom);
    /* As many as if t were that of many already, then more while it is not. */
    double least = (double)runs * pow(ratio * statistics_normal / now, 2);
    size_t needed = (size_t)fmin(fmax(least, (double)runs), most_runs);
    while ((double)needed < (double)runs * pow(ratio * statistics_student(needed - 1) / now, 2) &&
           (double)needed < most_runs)
        needed++;
    return needed;
}

double threshold_order(const struct threshold *threshold) {
    if (threshold->status == THRESHOLD_FOUND) return threshold->noise;
    return threshold->status == THRESHOLD_NOT_REACHED ? 1 + threshold->noise : -1;
}

/* -1: it lies below the levels, 1: above them, 0: neither. */
static int side_of(const struct threshold *threshold) {
    return (threshold->status == THRESHOLD_NOT_REACHED) - (threshold->status == THRESHOLD_BELOW);
}

struct threshold_change threshold_change(const struct threshold *before, const struct threshold *after) {
    bool known = before->status <= THRESHOLD_BELOW && after->status <= THRESHOLD_BELOW;
    int from = side_of(before), to = side_of(after);
    struct threshold_change change = {NAN, 0, NAN, NAN};
    if (!known || (from && from == to)) return change;
    change.points = after->noise - before->noise;
    change.bound = from ? -from : to;
    if (change.bound) return change;
    change.low = change.points - hypot(after->noise - after->low, before->high - before->noise);
    change.high = change.points + hypot(after->high - after->noise, before->noise - before->low);
    return change;
}
