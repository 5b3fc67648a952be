/* Exact GELU. See kernels.h. */
#include "nn/kernels/kernel.h"
#include "nn/kernels/vector_math.h"

#define SQRT_HALF    ((real)0.70710678118654752440)
#define INV_SQRT_2PI ((real)0.39894228040143267794)

void KERNEL(gelu_forward)(real *out, int ld_out, real *x, int ld_x, int N, int F, bool slope) {
    const vector half = vector_all((real)0.5);
    for (int n = 0; n < N; n++) {
        real *from = x + (size_t)n * ld_x, *to = out + (size_t)n * ld_out;
        for (int f = 0; f < F; f += LANES) {
            vector at = vector_load(from + f);
            struct vector_erf e = vector_erf(at * SQRT_HALF);
            vector cumulative = vector_fma(half, e.erf, half);
            vector_store(to + f, at * cumulative);
            if (slope) vector_store(from + f, vector_fma(at * INV_SQRT_2PI, e.gauss, cumulative));
        }
    }
}

void KERNEL(gelu_backward)(real *d_x, int ld_x, const real *d_out, int ld_out, const real *slope,
                           int ld_slope, int N, int F) {
    for (int n = 0; n < N; n++) {
        const real *restrict by = slope + (size_t)n * ld_slope, *restrict d = d_out + (size_t)n * ld_out;
        real *restrict to = d_x + (size_t)n * ld_x;
        for (int f = 0; f < F; f++) to[f] = d[f] * by[f];
    }
}
