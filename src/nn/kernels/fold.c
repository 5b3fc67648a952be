/* Gain and shift of a layer norm folded into the linear layer behind it. See kernels.h. */
#include "nn/kernels/kernel.h"
#include "nn/kernels/vector.h"

void KERNEL(fold_forward)(real *to, size_t row, size_t panel, real *folded_bias, const real *weight,
                          const real *bias, const real *gain, const real *shift, int I, int O) {
    for (int o = 0; o < O; o++) {
        const real *from = weight + (size_t)o * (size_t)I;
        for (int i = 0; i < I; i += LANES)
            vector_store(to + (size_t)(i / REAL_VECTOR) * panel + (size_t)o * row + i % REAL_VECTOR,
                         vector_load(from + i) * vector_load(gain + i));
        folded_bias[o] = (bias ? bias[o] : 0) + row_dot(from, shift, I);
    }
}

void KERNEL(fold_backward)(real *d_weight, real *d_bias, real *d_gain, real *d_shift,
                           const real *d_folded_bias, const real *weight, const real *gain, const real *shift,
                           int I, int O) {
    for (int o = 0; o < O; o++) {
        const real *row = weight + (size_t)o * I;
        real *to = d_weight + (size_t)o * I;
        real d_bias_o = d_folded_bias[o];
        if (d_bias) d_bias[o] = d_bias_o;
        for (int i = 0; i < I; i += LANES) {
            vector d = vector_load(to + i), w = vector_load(row + i), b = vector_all(d_bias_o);
            vector_store(to + i, vector_fma(d, vector_load(gain + i), b * vector_load(shift + i)));
            vector_store(d_gain + i, vector_fma(d, w, vector_load(d_gain + i)));
            vector_store(d_shift + i, vector_fma(b, w, vector_load(d_shift + i)));
        }
    }
}
