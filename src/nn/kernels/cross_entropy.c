/* Softmax cross entropy against one target a row. See kernels.h. */
#include <math.h>

#include "base/portable.h"
#include "nn/kernels/kernel.h"
#include "nn/kernels/vector_math.h"

/* The sum of exp(row - largest), in double: a vocabulary may be large. */
static double sum_of_exponentials(const real *row, int ld, real largest) {
    double lane[REAL_VECTOR] = {0};
    const vector top = vector_all(largest);
    for (int v = 0; v < ld; v += REAL_VECTOR) {
        real term[REAL_VECTOR];
        for (int i = 0; i < REAL_VECTOR; i += LANES) {
            vector e = vector_exp(vector_load(row + v + i) - top);
            memcpy(term + i, &e, sizeof e);
        }
        for (int i = 0; i < REAL_VECTOR; i++) lane[i] += (double)term[i];
    }
    for (int step = REAL_VECTOR / 2; step; step /= 2)
        for (int i = 0; i < step; i++) lane[i] += lane[i + step];
    return lane[0];
}

/* Minus the sum of p log p over a row's probabilities, in double; what is as good as 0 or padding is 0. */
static double entropy_of(const real *row, int ld, real log_sum) {
    double lane[REAL_VECTOR] = {0};
    const vector top = vector_all(log_sum);
    for (int v = 0; v < ld; v += REAL_VECTOR) {
        real term[REAL_VECTOR];
        for (int i = 0; i < REAL_VECTOR; i += LANES) {
            vector logarithm = vector_load(row + v + i) - top, p = vector_exp(logarithm);
            vector product = vector_select(p > 0, p * logarithm, vector_all(0));
            memcpy(term + i, &product, sizeof product);
        }
        for (int i = 0; i < REAL_VECTOR; i++) lane[i] -= (double)term[i];
    }
    for (int step = REAL_VECTOR / 2; step; step /= 2)
        for (int i = 0; i < step; i++) lane[i] += lane[i + step];
    return lane[0];
}

double KERNEL(cross_entropy_forward)(real *log_sum, real *entropy, real *logits, int ld,
                                     const int32_t *target, int N, int V, double temperature) {
    double loss = 0;
    for (int n = 0; n < N; n++) {
        real *row = logits + (size_t)n * ld;
        for (int v = 0; temperature != 1 && v < V; v++) row[v] /= (real)temperature;
        for (int v = V; v < ld; v++) row[v] = -(real)INFINITY;
        real largest = row_largest(row, ld);
        double sum = sum_of_exponentials(row, ld, largest); /* at least 1: the largest's own term */
        double logarithm = portable_log(sum < 1 ? 1 : sum) + (double)largest;
        log_sum[n] = (real)logarithm;
        if (entropy) entropy[n] = (real)entropy_of(row, ld, log_sum[n]);
        loss += logarithm - (double)row[target[n]];
    }
    return loss;
}

void KERNEL(cross_entropy_backward)(real *logits, int ld, const real *log_sum, const int32_t *target,
                                    const real *factor, const real *entropy, const real *entropy_factor,
                                    int N) {
    for (int n = 0; n < N; n++) {
        real *row = logits + (size_t)n * ld;
        const vector top = vector_all(log_sum[n]), slope = vector_all(factor[n]);
        if (!entropy)
            for (int v = 0; v < ld; v += LANES)
                vector_store(row + v, vector_exp(vector_load(row + v) - top) * slope);
        else {
            const vector H = vector_all(entropy[n]), by_entropy = vector_all(entropy_factor[n]);
            for (int v = 0; v < ld; v += LANES) {
                vector logarithm = vector_load(row + v) - top, p = vector_exp(logarithm);
                vector d = p * (slope - by_entropy * (logarithm + H));
                vector_store(row + v, vector_select(p > 0, d, vector_all(0)));
            }
        }
        row[target[n]] -= factor[n];
    }
}
