/* Softmax cross entropy against one target a row. See kernels.h. */
#include "base/portable.h"
#include "nn/kernels/kernels.h"
#include "nn/kernels/vector.h"

double cross_entropy_forward(real *log_sum, const real *logits, int ld, const int32_t *target, int N, int V) {
    double loss = 0;
    for (int n = 0; n < N; n++) {
        const real *row = logits + (size_t)n * ld;
        real largest = row[0];
        for (int v = 1; v < V; v++) largest = row[v] > largest ? row[v] : largest;
        double sum = 0; /* at least 1: the largest's own term */
        for (int v = 0; v < V; v++) sum += real_exp(row[v] - largest);
        double logarithm = portable_log(sum < 1 ? 1 : sum) + largest;
        log_sum[n] = (real)logarithm;
        loss += logarithm - row[target[n]];
    }
    return loss;
}

void cross_entropy_backward(real *logits, int ld, const real *log_sum, const int32_t *target, double factor,
                            int N, int V) {
    for (int n = 0; n < N; n++) {
        real *row = logits + (size_t)n * ld;
        for (int v = 0; v < ld; v++) row[v] = v < V ? real_exp(row[v] - log_sum[n]) * (real)factor : 0;
        row[target[n]] -= (real)factor;
    }
}
