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

double KERNEL(cross_entropy_forward)(real *log_sum, real *logits, int ld, const int32_t *target, int N,
                                     int V) {
    double loss = 0;
    for (int n = 0; n < N; n++) {
        real *row = logits + (size_t)n * ld;
        for (int v = V; v < ld; v++) row[v] = -(real)INFINITY;
        real largest = row_largest(row, ld);
        double sum = sum_of_exponentials(row, ld, largest); /* at least 1: the largest's own term */
        double logarithm = portable_log(sum < 1 ? 1 : sum) + (double)largest;
        log_sum[n] = (real)logarithm;
        loss += logarithm - (double)row[target[n]];
    }
    return loss;
}

void KERNEL(cross_entropy_backward)(real *logits, int ld, const real *log_sum, const int32_t *target,
                                    double factor, int N) {
    for (int n = 0; n < N; n++) {
        real *row = logits + (size_t)n * ld;
        const vector top = vector_all(log_sum[n]);
        for (int v = 0; v < ld; v += LANES)
            vector_store(row + v, vector_exp(vector_load(row + v) - top) * (real)factor);
        row[target[n]] -= (real)factor;
    }
}
