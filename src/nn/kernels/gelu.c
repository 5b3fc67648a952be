/* Exact GELU. See kernels.h. */
#include "nn/kernels/kernels.h"
#include "nn/kernels/vector.h"

#define SQRT_HALF    ((real)0.70710678118654752440)
#define INV_SQRT_2PI ((real)0.39894228040143267794)

void gelu_forward(real *restrict out, int ld_out, const real *restrict x, int ld_x, int N, int F) {
    for (int n = 0; n < N; n++) {
        const real *from = x + (size_t)n * ld_x;
        real *to = out + (size_t)n * ld_out;
        for (int f = 0; f < F; f++) to[f] = (real)0.5 * from[f] * (1 + real_erf(from[f] * SQRT_HALF));
    }
}

void gelu_backward(real *restrict d_x, int ld_x, const real *restrict d_out, int ld_out,
                   const real *restrict x, int N, int F) {
    for (int n = 0; n < N; n++) {
        const real *from = x + (size_t)n * ld_x, *d = d_out + (size_t)n * ld_out;
        real *to = d_x + (size_t)n * ld_x;
        for (int f = 0; f < F; f++) {
            real cumulative = (real)0.5 * (1 + real_erf(from[f] * SQRT_HALF));
            real density = INV_SQRT_2PI * real_exp((real)-0.5 * from[f] * from[f]);
            to[f] = d[f] * (cumulative + from[f] * density);
        }
    }
}
