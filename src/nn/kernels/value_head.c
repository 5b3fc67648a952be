/* The value head: a linear layer to one number. See kernels.h. */
#include "nn/kernels/kernel.h"
#include "nn/kernels/vector.h"

void KERNEL(value_head_forward)(real *out, const real *x, const real *weight, int N, int C) {
    for (int n = 0; n < N; n++) out[n] = row_dot(x + (size_t)n * (size_t)C, weight, C) + weight[C];
}

void KERNEL(value_head_backward)(real *restrict d_x, real *restrict d_weight, const real *d_out,
                                 const real *x, const real *weight, int N, int C) {
    for (int n = 0; n < N; n++) {
        const real *row = x + (size_t)n * (size_t)C;
        real *d_row = d_x + (size_t)n * (size_t)C;
        for (int c = 0; c < C; c++) {
            d_row[c] += d_out[n] * weight[c];
            d_weight[c] += d_out[n] * row[c];
        }
        d_weight[C] += d_out[n];
    }
}
