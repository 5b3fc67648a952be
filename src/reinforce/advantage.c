/* Advantages of completions, lines and tokens. See advantage.h. */
#include "reinforce/advantage.h"

#include <assert.h>
#include <math.h>

/* What a deviation of 0 is kept from: of group scales, and, squared, of whitening. */
static const double scale_least = 1e-4, variance_least = 1e-8;

/* Numbers as far as advantages ask. Added one at a time, as differences from the first, so that the mean of
 * equal numbers is that number and a group without scatter teaches exactly nothing. */
struct scatter {
    double first, sum, mean, squares; /* squares: of the distances from the mean */
    int n;
};

static void add_to_mean(struct scatter *scatter, double x) {
    if (!scatter->n++) scatter->first = x;
    scatter->sum += x - scatter->first;
    scatter->mean = scatter->first + scatter->sum / scatter->n;
}

static void add_to_squares(struct scatter *scatter, double x) {
    scatter->squares += (x - scatter->mean) * (x - scatter->mean);
}

static double variance(const struct scatter *scatter) {
    return scatter->n > 1 ? scatter->squares / (scatter->n - 1) : 0;
}

static struct scatter scatter_of(const double *x, int n) {
    struct scatter scatter = {0};
    for (int i = 0; i < n; i++) add_to_mean(&scatter, x[i]);
    for (int i = 0; i < n; i++) add_to_squares(&scatter, x[i]);
    return scatter;
}

static double advantage_in(const struct scatter *scatter, bool scaled, double R) {
    return (R - scatter->mean) / (scaled ? sqrt(variance(scatter)) + scale_least : 1);
}

void advantage_mean(const double *R, int n, double *A) {
    assert(n >= 1);
    advantage_group(R, 1, n, false, A); /* the batch is one group */
}

void advantage_leave_one_out(const double *R, int groups, int G, double *A) {
    assert(G >= 2);
    /* R - (sum - R) / (G - 1) is the distance from the mean of all, stretched. */
    advantage_group(R, groups, G, false, A);
    for (int i = 0; i < groups * G; i++) A[i] *= (double)G / (G - 1);
}

void advantage_group(const double *R, int groups, int G, bool scaled, double *A) {
    assert(G >= 1);
    for (int i = 0; i < groups * G; i += G) {
        struct scatter scatter = scatter_of(R + i, G);
        for (int j = i; j < i + G; j++) A[j] = advantage_in(&scatter, scaled, R[j]);
    }
}

/* Line `line` of each completion of a group that has one. */
#define EACH_LINE(at, line, lines, G)                          \
    for (int j = 0, at = line; j < (G); at += (lines)[j], j++) \
        if (line < (lines)[j])

static void group_lines(const double *R, const int *lines, int G, bool scaled, double *A) {
    int longest = 0;
    for (int j = 0; j < G; j++) longest = lines[j] > longest ? lines[j] : longest;
    for (int line = 0; line < longest; line++) {
        struct scatter scatter = {0};
        EACH_LINE(at, line, lines, G) add_to_mean(&scatter, R[at]);
        EACH_LINE(at, line, lines, G) add_to_squares(&scatter, R[at]);
        EACH_LINE(at, line, lines, G) A[at] = advantage_in(&scatter, scaled, R[at]);
    }
}

void advantage_lines(const double *R, const int *lines, int groups, int G, bool scaled, double *A) {
    for (int group = 0; group < groups; group++, lines += G) {
        group_lines(R, lines, G, scaled, A);
        for (int j = 0; j < G; j++) {
            R += lines[j];
            A += lines[j];
        }
    }
}

void advantage_estimate(const double *r, const double *v, int n, double gamma, double lambda, double *A,
                        double *returns) {
    double next_value = 0, next_advantage = 0;
    for (int t = n - 1; t >= 0; t--) {
        A[t] = r[t] + gamma * next_value - v[t] + gamma * lambda * next_advantage;
        returns[t] = A[t] + v[t];
        next_value = v[t];
        next_advantage = A[t];
    }
}

void advantage_whiten(double *A, int n) {
    struct scatter scatter = scatter_of(A, n);
    double scale = sqrt(variance(&scatter) + variance_least);
    for (int i = 0; i < n; i++) A[i] = (A[i] - scatter.mean) / scale;
}
