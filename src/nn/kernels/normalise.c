/* The normalising half of layer norm. See kernels.h; gain and shift are in fold.c. */
#include <math.h>

#include "nn/kernels/kernel.h"
#include "nn/kernels/vector.h"

void KERNEL(normalise_forward)(real *out, real *scale, const real *x, int N, int C, double epsilon) {
    for (int n = 0; n < N; n++) {
        const real *row = x + (size_t)n * C;
        real *to = out + (size_t)n * C;
        real mean = row_sum(row, C) / (real)C;
        for (int c = 0; c < C; c++) to[c] = row[c] - mean;
        real variance = row_dot(to, to, C) / (real)C;
        scale[n] = 1 / real_sqrt(variance + (real)epsilon);
        for (int c = 0; c < C; c++) to[c] *= scale[n];
    }
}

void KERNEL(normalise_backward)(real *d_x, const real *d_out, const real *out, const real *scale, int N,
                                int C) {
    for (int n = 0; n < N; n++) {
        const real *d = d_out + (size_t)n * C, *y = out + (size_t)n * C;
        real *to = d_x + (size_t)n * C;
        real mean = row_sum(d, C) / (real)C, slope = row_dot(d, y, C) / (real)C;
        for (int c = 0; c < C; c++) to[c] += scale[n] * (d[c] - mean - y[c] * slope);
    }
}
