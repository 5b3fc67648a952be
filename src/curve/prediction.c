/* Accuracy predicted by Gaussian process regression. See prediction.h. */
#include "curve/prediction.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cholesky.h"
#include "base/memory.h"

enum { COORDINATES = 2 * MEASURED_KINDS };

/* Parameters: those of the covariance, as logarithms, then for each kind how many lines without an error a
 * reader has seen. */
enum hyper {
    HYPER_AMPLITUDE,
    HYPER_RUN,
    HYPER_SEED,
    HYPER_LENGTH,
    HYPER_LINES = HYPER_LENGTH + MEASURED_KINDS,
    HYPERS = HYPER_LINES + MEASURED_KINDS
};

static const double hyper_start[HYPERS] = {-0.7, -2.5, -4, -0.5, -0.5, -0.5, 0, 0, 0};
static const double hyper_low[HYPERS] = {-4, -5, -6, -4, -4, -4, 0, 0, 0};
static const double hyper_high[HYPERS] = {2, 0, 0, 3, 3, 3, 2, 2, 2};

/* Standard deviations of the constant and of the slopes: wide against what accuracies can be. */
static const double constant_deviation = 1.5, slope_deviation = 1.5;

struct prediction_point {
    double x[COORDINATES];
};

/* What a set of parameters means. */
struct kernel {
    double variance, length[MEASURED_KINDS];
    double run, seed; /* standard deviations: of what is a run's own, and of what all runs of a seed share */
    double lines[MEASURED_KINDS];
};

static struct kernel kernel_of(const double *hyper) {
    double amplitude = exp(hyper[HYPER_AMPLITUDE]);
    struct kernel kernel = {
        .variance = amplitude * amplitude, .run = exp(hyper[HYPER_RUN]), .seed = exp(hyper[HYPER_SEED])};
    for (int k = 0; k < MEASURED_KINDS; k++) kernel.length[k] = exp(hyper[HYPER_LENGTH + k]);
    memcpy(kernel.lines, hyper + HYPER_LINES, sizeof kernel.lines);
    return kernel;
}

struct process {
    const struct measured_setting *setting;
    int n;
    struct prediction_point *points;
    double *shared;  /* n n, above the diagonal: of the pairs of a run of each of two cells, the share of one
                        seed */
    double *values;  /* asin(sqrt(accuracy)), less their mean */
    double *factor;  /* of the covariance matrix */
    double *weights; /* its inverse times the values */
    double mean;
    struct kernel kernel; /* of the matrix */
};

/* The chance that a sample is noised of which so many lines were seen without an error. A line that is always
 * hit would say all: a reader is not as sure as that. */
static double share_noised(const struct noise_level *level, const double *lines) {
    double unseen = level->contamination;
    for (int k = 0; k < MEASURED_KINDS; k++) unseen *= pow(1 - fmin(level->rate[k], 0.95), lines[k]);
    return unseen > 0 ? unseen / (1 - level->contamination + unseen) : 0;
}

/* Steep at first and flatter then, as accuracy is; 0 at 0 and 1 at 1. */
static double dose(double rate) { return log1p(rate / 0.1) / log1p(1 / 0.1); }

static struct prediction_point point_of(const struct noise_level *level, const struct kernel *kernel) {
    struct prediction_point p;
    double share = share_noised(level, kernel->lines);
    for (int k = 0; k < MEASURED_KINDS; k++) {
        p.x[2 * k] = dose(share * level->rate[k]);
        p.x[2 * k + 1] = share * level->rate[k] * level->rate[k];
    }
    return p;
}

/* Of all pairs of a run of each. */
static double share_of_one_seed(const struct measured_cell *a, const struct measured_cell *b) {
    double same = 0;
    for (int i = 0, j = 0; i < a->runs;) {
        int64_t seed = a->seeds[i];
        int in_a = 0, in_b = 0;
        for (; i < a->runs && a->seeds[i] == seed; i++) in_a++;
        while (j < b->runs && b->seeds[j] < seed) j++;
        for (; j < b->runs && b->seeds[j] == seed; j++) in_b++;
        same += (double)in_a * in_b;
    }
    return same / a->runs / b->runs;
}

/* Squared distance in units of the lengths. */
static double separation(const struct prediction_point *a, const struct prediction_point *b,
                         const struct kernel *kernel) {
    double sum = 0;
    for (int i = 0; i < COORDINATES; i++) {
        double d = (a->x[i] - b->x[i]) / kernel->length[i / 2];
        sum += d * d;
    }
    return sum;
}

/* Covariance of the true values at two points. */
static double covariance(const struct prediction_point *a, const struct prediction_point *b,
                         const struct kernel *kernel) {
    double linear = 0;
    for (int i = 0; i < COORDINATES; i += 2) linear += a->x[i] * b->x[i];
    return constant_deviation * constant_deviation + slope_deviation * slope_deviation * linear +
           kernel->variance * exp(-separation(a, b, kernel) / 2);
}

/* Conditions the process on the measured values. Returns the logarithm of their likelihood, up to a constant;
 * -INFINITY where the matrix is not positive definite. */
static double condition(struct process *g, const double *hyper) {
    const struct kernel *kernel = &g->kernel;
    double fit = 0;
    int n = g->n;
    g->kernel = kernel_of(hyper);
    for (int i = 0; i < n; i++) g->points[i] = point_of(&g->setting->cells[i].level, kernel);
    for (int i = 0; i < n; i++) {
        for (int j = i; j < n; j++)
            g->factor[i * n + j] = covariance(&g->points[i], &g->points[j], kernel) +
                                   kernel->seed * kernel->seed * g->shared[i * n + j];
        g->factor[i * n + i] += kernel->run * kernel->run / g->setting->cells[i].runs + 1e-6;
    }
    if (cholesky_factor(n, g->factor)) return -INFINITY;
    memcpy(g->weights, g->values, (size_t)n * sizeof *g->weights);
    cholesky_solve(n, g->factor, g->weights);
    for (int i = 0; i < n; i++) fit += g->values[i] * g->weights[i];
    return -fit / 2 - cholesky_log_determinant(n, g->factor) / 2;
}

/* Climbs along one parameter after the other with steps that shrink. */
static void fit_hyper(struct process *g) {
    double best_hyper[HYPERS];
    memcpy(best_hyper, hyper_start, sizeof best_hyper);
    double best = condition(g, best_hyper);
    for (double step = 0.8; step > 0.04;) {
        bool moved = false;
        for (int p = 0; p < HYPERS; p++)
            for (int sign = -1; sign <= 1; sign += 2) {
                double hyper[HYPERS];
                memcpy(hyper, best_hyper, sizeof hyper);
                hyper[p] = fmin(fmax(hyper[p] + sign * step, hyper_low[p]), hyper_high[p]);
                double likelihood = condition(g, hyper);
                if (likelihood <= best + 1e-9) continue;
                best = likelihood;
                memcpy(best_hyper, hyper, sizeof hyper);
                moved = true;
            }
        if (!moved) step /= 2;
    }
    condition(g, best_hyper);
}

static double accuracy_of(double value) {
    double s = sin(fmin(fmax(value, 0), M_PI / 2));
    return s * s;
}

static double cell_mean(const struct measured_cell *cell) { return cell->sum / cell->runs; }

/* How far beyond the cells a level may be before it counts as outside: an estimate of 0 is never quite 0. */
static const double beyond = 0.01;

/* `at` is the level's point. */
static void find_nearest(const struct process *g, const struct noise_level *level,
                         const struct prediction_point *at, struct prediction *p) {
    double best = INFINITY, reach[MEASURED_KINDS] = {0};
    for (int i = 0; i < g->n; i++) {
        const struct measured_cell *cell = &g->setting->cells[i];
        double apart = separation(&g->points[i], at, &g->kernel), distance = 0;
        for (int k = 0; k < MEASURED_KINDS; k++) {
            double hit = cell->level.contamination * cell->level.rate[k];
            reach[k] = fmax(reach[k], hit);
            distance = fmax(distance, fabs(hit - level->contamination * level->rate[k]));
        }
        if (apart >= best) continue;
        best = apart;
        p->nearest = cell->level;
        p->nearest_accuracy = cell_mean(cell);
        p->distance = distance;
    }
    p->relative_distance = sqrt(best);
    for (int k = 0; k < MEASURED_KINDS; k++)
        p->outside |= level->contamination * level->rate[k] > reach[k] + beyond;
}

/* `scratch` has room for 2 n numbers. */
static void predict_at(const struct process *g, const struct prediction_point *at, double *scratch,
                       struct prediction *p) {
    double value = g->mean, variance = covariance(at, at, &g->kernel);
    double *across = scratch, *solved = scratch + g->n;
    for (int i = 0; i < g->n; i++) {
        across[i] = solved[i] = covariance(&g->points[i], at, &g->kernel);
        value += across[i] * g->weights[i];
    }
    cholesky_solve(g->n, g->factor, solved);
    for (int i = 0; i < g->n; i++) variance -= across[i] * solved[i];
    double margin = 1.96 * sqrt(fmax(variance, 0));
    p->accuracy = accuracy_of(value);
    p->interval = (struct interval){accuracy_of(value - margin), accuracy_of(value + margin)};
}

enum err prediction_make(const struct measured_setting *setting, const struct noise_level *level,
                         struct prediction *prediction, struct error *error) {
    if (setting->count < PREDICTION_CELLS_MIN || setting->count > PREDICTION_CELLS_MAX)
        return err_set(error, ERR_INPUT, "%zu different cells to predict from; allowed are %d to %d",
                       setting->count, PREDICTION_CELLS_MIN, PREDICTION_CELLS_MAX);
    size_t n = setting->count;
    struct process g = {.setting = setting, .n = (int)n};
    double *memory = memory_array(2 * n * n + 4 * n, sizeof *memory);
    g.points = memory_array(n, sizeof *g.points);
    enum err code = memory && g.points ? cholesky_prepare(error) : err_memory(error, "the prediction");
    if (!code) {
        struct prediction p = {0};
        g.factor = memory;
        g.shared = memory + n * n;
        g.values = g.shared + n * n;
        g.weights = g.values + n;
        for (size_t i = 0; i < n; i++) {
            g.values[i] = asin(sqrt(fmin(cell_mean(&setting->cells[i]), 1)));
            g.mean += g.values[i] / (double)n;
        }
        for (size_t i = 0; i < n; i++) {
            g.values[i] -= g.mean;
            for (size_t j = i; j < n; j++)
                g.shared[i * n + j] = share_of_one_seed(&setting->cells[i], &setting->cells[j]);
        }
        fit_hyper(&g);
        struct prediction_point at = point_of(level, &g.kernel);
        predict_at(&g, &at, g.weights + n, &p);
        find_nearest(&g, level, &at, &p);
        *prediction = p;
    }
    free(memory);
    free(g.points);
    return code;
}
