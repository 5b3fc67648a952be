/* Noise estimated by the method of simulated moments. See estimate.h. */
#include "profile/estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cholesky.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "noise/noises.h"

const char *const estimate_parameter_names[] = {"contamination", "digit", "line", "dynamic", NULL};

/* Samples are simulated in LANES lanes, whatever the number of threads. Few for the search, more for the
 * descent, most for the end. */
enum { LANES = 16, SEARCH_SAMPLES = 256, DESCENT_SAMPLES = 1024, FINAL_SAMPLES = 8192 };
enum { REFINE_SAMPLES = 65536, REFINE_STEPS = 3 };

/* Seed of the simulated samples; far from what people choose, so that no data set has the same draws. */
static const uint64_t simulation_seed = 0x5eed0fa11c0ffee5u;

static const double search_rates[] = {0, 0.05, 0.15, 0.3, 0.5, 0.7, 0.9};
enum { SEARCH_RATES = sizeof search_rates / sizeof *search_rates, STARTS = 2, DESCENT_STEPS = 25 };

/* Per-sample variance below which a moment's own is not believed: one that was never seen to vary in a
 * finite set must not outweigh all others. */
static const double least_variance = 1e-5;

struct estimate_lane {
    struct mix_sampler *sampler;
    struct accountant accountant;
    struct line_store store;
    struct moments moments;
    enum err code;
    struct error error;
};

struct simulation {
    struct mix mix; /* the samplers read their rates here */
    struct vocabulary *vocabulary;
    const struct problem_pool *pool;
    struct team *team;
    int samples; /* of each guess */
    double target[MOMENTS], weight[MOMENTS][MOMENTS];
    struct estimate_lane lane[LANES];
};

/* --- simulated samples --- */

static enum err simulate_one(struct simulation *s, struct estimate_lane *lane, int64_t index) {
    const struct problem_pool *pool = s->pool;
    const struct arguments *arguments = &pool->arguments[index % pool->count];
    struct sample sample;
    struct account account;
    enum err code = mix_sample_problem(lane->sampler, simulation_seed, SPLIT_TRAIN, (uint64_t)index,
                                       pool->task, arguments, &sample, &lane->error);
    if (code) return code;
    if (line_store_fill(&lane->store, sample.completion)) return err_memory(&lane->error, "the simulation");
    code =
        account_measure(&lane->accountant, pool->task, arguments, lane->store.lines, &account, &lane->error);
    if (!code) moments_add(&lane->moments, &account, lane->store.lines.count);
    return code;
}

static void simulate_lane(void *context, int number) {
    struct simulation *s = context;
    struct estimate_lane *lane = &s->lane[number];
    lane->moments = (struct moments){0};
    for (int64_t i = number; i < s->samples && !lane->code; i += LANES) {
        lane->code = interrupt_check(&lane->error);
        if (!lane->code) lane->code = simulate_one(s, lane, i);
    }
}

/* Moments of contaminated samples at these rates. */
static enum err simulate(struct simulation *s, const double *value, struct moments *moments,
                         struct error *error) {
    s->mix.rate[noise_find("digit")] = value[ESTIMATE_DIGIT];
    s->mix.rate[noise_find("line")] = value[ESTIMATE_LINE];
    s->mix.rate[noise_find("dynamic")] = value[ESTIMATE_DYNAMIC];
    team_run(s->team, LANES, simulate_lane, s);
    *moments = (struct moments){0};
    for (int i = 0; i < LANES; i++) {
        if (s->lane[i].code) {
            *error = s->lane[i].error;
            return s->lane[i].code;
        }
        moments_merge(moments, &s->lane[i].moments);
    }
    return ERR_OK;
}

/* --- distances --- */

/* Inverse of the covariance of the given moments' means, up to the factor 1 / samples. */
static enum err weigh(const struct moments *given, double weight[MOMENTS][MOMENTS]) {
    moments_covariance(given, weight);
    for (int i = 0; i < MOMENTS; i++) weight[i][i] = 1.01 * weight[i][i] + least_variance;
    enum err code = cholesky_factor(MOMENTS, &weight[0][0]);
    if (!code) cholesky_invert(MOMENTS, &weight[0][0]);
    return code;
}

static double product(const struct simulation *s, const double *a, const double *b) {
    double sum = 0;
    for (int i = 0; i < MOMENTS; i++)
        for (int j = 0; j < MOMENTS; j++) sum += a[i] * s->weight[i][j] * b[j];
    return sum;
}

/* --- search and descent --- */

/* Distance of the target from what a guess gives; gap[] is their difference. */
static double distance(const struct simulation *s, const double mean[MOMENTS], double contamination,
                       double gap[MOMENTS]) {
    for (int i = 0; i < MOMENTS; i++) gap[i] = s->target[i] - contamination * mean[i];
    return product(s, gap, gap);
}

static double clamp(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

struct start {
    double value[ESTIMATE_PARAMETERS], distance;
};

/* Keeps the STARTS nearest guesses, ascending. */
static void keep(struct start *starts, struct start one) {
    for (int i = 0; i < STARTS; i++)
        if (one.distance < starts[i].distance) {
            struct start other = starts[i];
            starts[i] = one;
            one = other;
        }
}

/* A coarse grid over the rates; the contamination that fits best follows from each. */
static enum err search(struct simulation *s, struct start starts[STARTS], struct error *error) {
    for (int i = 0; i < STARTS; i++) starts[i].distance = INFINITY;
    s->samples = SEARCH_SAMPLES;
    for (int n = 1; n < SEARCH_RATES * SEARCH_RATES * SEARCH_RATES; n++) {
        struct start start = {{0, search_rates[n % SEARCH_RATES],
                               search_rates[n / SEARCH_RATES % SEARCH_RATES],
                               search_rates[n / SEARCH_RATES / SEARCH_RATES]},
                              0};
        struct moments moments;
        double mean[MOMENTS], gap[MOMENTS];
        enum err code = simulate(s, start.value, &moments, error);
        if (code) return code;
        moments_mean(&moments, mean);
        double length = product(s, mean, mean);
        start.value[ESTIMATE_CONTAMINATION] = length > 0 ? clamp(product(s, mean, s->target) / length) : 0;
        start.distance = distance(s, mean, start.value[ESTIMATE_CONTAMINATION], gap);
        keep(starts, start);
    }
    return ERR_OK;
}

/* Gap, and its derivatives by the parameters: slope[p][i] = -d gap[i] / d value[p]. */
struct linearisation {
    double distance, gap[MOMENTS], slope[ESTIMATE_PARAMETERS][MOMENTS];
};

static enum err linearise(struct simulation *s, const double *value, struct linearisation *l,
                          struct error *error) {
    const double step = 0.02;
    struct moments moments;
    double mean[MOMENTS], contamination = value[ESTIMATE_CONTAMINATION];
    enum err code = simulate(s, value, &moments, error);
    if (code) return code;
    moments_mean(&moments, mean);
    l->distance = distance(s, mean, contamination, l->gap);
    memcpy(l->slope[ESTIMATE_CONTAMINATION], mean, sizeof mean);
    for (int p = ESTIMATE_DIGIT; p < ESTIMATE_PARAMETERS; p++) {
        double low[ESTIMATE_PARAMETERS], high[ESTIMATE_PARAMETERS], below[MOMENTS], above[MOMENTS];
        memcpy(low, value, sizeof low);
        memcpy(high, value, sizeof high);
        low[p] = clamp(value[p] - step);
        high[p] = clamp(value[p] + step);
        code = simulate(s, low, &moments, error);
        if (code) return code;
        moments_mean(&moments, below);
        code = simulate(s, high, &moments, error);
        if (code) return code;
        moments_mean(&moments, above);
        for (int i = 0; i < MOMENTS; i++)
            l->slope[p][i] = contamination * (above[i] - below[i]) / (high[p] - low[p]);
    }
    return ERR_OK;
}

/* slope' weight slope. */
static void curvature(const struct simulation *s, const struct linearisation *l,
                      double matrix[ESTIMATE_PARAMETERS][ESTIMATE_PARAMETERS]) {
    for (int p = 0; p < ESTIMATE_PARAMETERS; p++)
        for (int q = 0; q < ESTIMATE_PARAMETERS; q++) matrix[p][q] = product(s, l->slope[p], l->slope[q]);
}

/* One step of Levenberg and Marquardt's method from `value` to `next`, within the bounds: a parameter on a
 * bound that the step would push over it is held there, and the others go on without it. */
static enum err step_from(const struct simulation *s, const struct linearisation *l, double damping,
                          const double *value, double *next) {
    bool held[ESTIMATE_PARAMETERS] = {false};
    for (bool again = true; again;) {
        double matrix[ESTIMATE_PARAMETERS][ESTIMATE_PARAMETERS], change[ESTIMATE_PARAMETERS];
        curvature(s, l, matrix);
        for (int p = 0; p < ESTIMATE_PARAMETERS; p++) {
            matrix[p][p] = matrix[p][p] * (1 + damping) + 1e-9;
            change[p] = held[p] ? 0 : product(s, l->slope[p], l->gap);
            for (int q = 0; q < ESTIMATE_PARAMETERS; q++)
                if (p != q && (held[p] || held[q])) matrix[p][q] = 0;
        }
        if (cholesky_factor(ESTIMATE_PARAMETERS, &matrix[0][0])) return ERR_INPUT;
        cholesky_solve(ESTIMATE_PARAMETERS, &matrix[0][0], change);
        again = false;
        for (int p = 0; p < ESTIMATE_PARAMETERS; p++) {
            bool outward = (value[p] <= 0 && change[p] < 0) || (value[p] >= 1 && change[p] > 0);
            again |= outward;
            held[p] |= outward;
            next[p] = clamp(value[p] + change[p]);
        }
    }
    return ERR_OK;
}

static double moved(const double *from, const double *to) {
    double sum = 0;
    for (int p = 0; p < ESTIMATE_PARAMETERS; p++) sum += fabs(to[p] - from[p]);
    return sum;
}

/* Steps until they are small; *here is left at the end. */
static enum err descend(struct simulation *s, struct start *start, struct linearisation *here,
                        struct error *error) {
    double damping = 1e-3, value[ESTIMATE_PARAMETERS];
    struct linearisation there;
    enum err code = linearise(s, start->value, here, error);
    for (int step = 0; step < DESCENT_STEPS && !code && damping < 1e6; step++) {
        if (step_from(s, here, damping, start->value, value) || moved(start->value, value) < 1e-4) break;
        code = linearise(s, value, &there, error);
        if (code) break;
        if (there.distance < here->distance) {
            *here = there;
            memcpy(start->value, value, sizeof value);
            damping /= 4;
        } else {
            damping *= 8;
        }
    }
    start->distance = here->distance;
    return code;
}

/* Ends a descent with many samples, so that the simulation adds little to the error of the data. The slopes
 * change little over these last steps and are kept. */
static enum err refine(struct simulation *s, struct start *best, struct linearisation *l,
                       struct error *error) {
    double value[ESTIMATE_PARAMETERS], mean[MOMENTS];
    struct moments moments;
    s->samples = REFINE_SAMPLES;
    for (int step = 0; step <= REFINE_STEPS; step++) {
        enum err code = simulate(s, best->value, &moments, error);
        if (code) return code;
        moments_mean(&moments, mean);
        l->distance = distance(s, mean, best->value[ESTIMATE_CONTAMINATION], l->gap);
        if (step == REFINE_STEPS || !step_from(s, l, 0, best->value, value)) break;
        memcpy(best->value, value, sizeof value);
    }
    return ERR_OK;
}

/* --- the estimate --- */

static void describe(const struct simulation *s, const struct moments *given, const struct start *best,
                     const struct linearisation *l, struct estimate *estimate) {
    double matrix[ESTIMATE_PARAMETERS][ESTIMATE_PARAMETERS];
    curvature(s, l, matrix);
    for (int p = 0; p < ESTIMATE_PARAMETERS; p++) matrix[p][p] += 1e-6;
    bool inverted = !cholesky_factor(ESTIMATE_PARAMETERS, &matrix[0][0]);
    if (inverted) cholesky_invert(ESTIMATE_PARAMETERS, &matrix[0][0]);
    /* the simulation has an error of its own: of contaminated samples, where the data has them too */
    double noise = 1 / (double)given->samples + best->value[ESTIMATE_CONTAMINATION] / s->samples;
    for (int p = 0; p < ESTIMATE_PARAMETERS; p++) {
        double value = best->value[p], margin = inverted ? 1.96 * sqrt(matrix[p][p] * noise) : 1;
        estimate->value[p] = value;
        estimate->interval[p] = (struct interval){clamp(value - margin), clamp(value + margin)};
    }
    estimate->misfit = l->distance / (noise * (MOMENTS - ESTIMATE_PARAMETERS));
}

static enum err open_lanes(struct simulation *s, const struct mix *mix, struct error *error) {
    s->mix = *mix;
    s->mix.contamination = 1;
    for (int k = 0; k < NOISE_KINDS_MAX; k++) {
        s->mix.rate[k] = 0;
        s->mix.kind_contamination[k] = -1;
    }
    enum err code = mix_vocabulary(mix, &s->vocabulary, error);
    for (int i = 0; i < LANES && !code; i++) {
        code = mix_sampler_create(&s->mix, s->vocabulary, false, &s->lane[i].sampler, error);
        if (!code) code = replayer_create(&s->mix, s->vocabulary, &s->lane[i].accountant.replayer, error);
    }
    return code;
}

static void close_lanes(struct simulation *s) {
    for (int i = 0; i < LANES; i++) {
        mix_sampler_free(s->lane[i].sampler);
        replayer_free(s->lane[i].accountant.replayer);
        pairing_scratch_free(&s->lane[i].accountant.scratch);
        line_store_free(&s->lane[i].store);
    }
    vocabulary_free(s->vocabulary);
}

/* From a coarse grid to the nearest guess, with more and more samples. */
static enum err find_nearest(struct simulation *s, struct start *best, struct linearisation *l,
                             struct error *error) {
    struct start starts[STARTS];
    enum err code = search(s, starts, error);
    s->samples = DESCENT_SAMPLES;
    for (int i = 0; i < STARTS && !code; i++) code = descend(s, &starts[i], l, error);
    if (code) return code;
    *best = starts[0];
    for (int i = 1; i < STARTS; i++)
        if (starts[i].distance < best->distance) *best = starts[i];
    s->samples = FINAL_SAMPLES;
    code = descend(s, best, l, error);
    return code ? code : refine(s, best, l, error);
}

enum err estimate_noise(const struct mix *mix, const struct problem_pool *pool, const struct moments *given,
                        struct team *team, struct estimate *estimate, struct error *error) {
    struct start best;
    struct linearisation l;
    if (given->sum[MOMENT_VISIBLE] <= 0) {
        *estimate = (struct estimate){0};
        return ERR_OK;
    }
    struct simulation *s = memory_array(1, sizeof *s);
    if (!s) return err_memory(error, "the simulation");
    s->pool = pool;
    s->team = team;
    moments_mean(given, s->target);
    enum err code = cholesky_prepare(error);
    if (!code) code = open_lanes(s, mix, error);
    if (!code && weigh(given, s->weight))
        code =
            err_set(error, ERR_RUNTIME, "the moments of these samples have no covariance to weigh them by");
    if (!code) code = find_nearest(s, &best, &l, error);
    if (!code) describe(s, given, &best, &l, estimate);
    close_lanes(s);
    free(s);
    return code;
}
