/* Linear layer with bias. See kernels.h. */
#include <string.h>

#include "nn/kernels/gemm.h"
#include "nn/kernels/kernels.h"

enum { TURN = 16 }; /* side of the blocks that linear_turn works in */

void linear_turn(real *turned, const real *weight, int I, int O) {
    for (int o = 0; o < O; o += TURN)
        for (int i = 0; i < I; i += TURN)
            for (int p = i; p < i + TURN && p < I; p++)
                for (int q = o; q < o + TURN && q < O; q++)
                    turned[(size_t)p * (size_t)O + (size_t)q] = weight[(size_t)q * (size_t)I + (size_t)p];
}

void linear_forward(real *out, int ld_out, const real *in, int ld_in, const real *turned, const real *bias,
                    int N, int I, int O, bool add) {
    /* The product is added to the bias: the library reads its output matrix in any case. */
    for (int n = 0; n < N; n++) {
        real *row = out + (size_t)n * ld_out;
        if (add)
            for (int o = 0; o < O; o++) row[o] += bias[o];
        else
            memcpy(row, bias, (size_t)O * sizeof *row);
    }
    gemm(GEMM_NN, N, O, I, in, ld_in, turned, O, true, out, ld_out);
}

void linear_backward(real *d_in, int ld_in, real *d_bias, const real *d_out, int ld_out, const real *weight,
                     int N, int I, int O) {
    gemm(GEMM_NN, N, I, O, d_out, ld_out, weight, I, false, d_in, ld_in);
    for (int n = 0; n < N; n++) {
        const real *row = d_out + (size_t)n * ld_out;
        for (int o = 0; o < O; o++) d_bias[o] += row[o];
    }
}

void linear_backward_weight(real *d_weight, const real *d_out, int ld_out, const real *in, int ld_in, int N,
                            int I, int O) {
    gemm(GEMM_TN, O, I, N, d_out, ld_out, in, ld_in, true, d_weight, I);
}
