/* Gradient of a bias: column sums. See kernels.h. */
#include "nn/kernels/kernel.h"

void KERNEL(bias_backward)(real *restrict sum, const real *restrict d_out, int ld, int N, int O) {
    for (int n = 0; n < N; n++)
        for (int o = 0; o < O; o++) sum[o] += d_out[(size_t)n * (size_t)ld + (size_t)o];
}
