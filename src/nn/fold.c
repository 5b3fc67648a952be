/* Gain and shift of a layer norm folded into the linear layer behind it. See kernels.h. */
#include "nn/kernels/kernels.h"
#include "nn/kernels/vector.h"

void fold_forward(real *folded_weight, real *folded_bias, const real *weight, const real *bias,
                  const real *gain, const real *shift, int I, int O) {
    for (int o = 0; o < O; o++) {
        const real *row = weight + (size_t)o * I;
        real *to = folded_weight + (size_t)o * I;
        for (int i = 0; i < I; i++) to[i] = row[i] * gain[i];
        folded_bias[o] = (bias ? bias[o] : 0) + vector_dot(row, shift, I);
    }
}

void fold_backward(real *d_weight, real *d_bias, real *d_gain, real *d_shift, const real *d_folded_weight,
                   const real *d_folded_bias, const real *weight, const real *gain, const real *shift, int I,
                   int O) {
    for (int o = 0; o < O; o++) {
        const real *row = weight + (size_t)o * I, *d = d_folded_weight + (size_t)o * I;
        real *to = d_weight + (size_t)o * I;
        real d_bias_o = d_folded_bias[o];
        if (d_bias) d_bias[o] = d_bias_o;
        for (int i = 0; i < I; i++) {
            to[i] = d[i] * gain[i] + d_bias_o * shift[i];
            d_gain[i] += d[i] * row[i];
            d_shift[i] += d_bias_o * row[i];
        }
    }
}
