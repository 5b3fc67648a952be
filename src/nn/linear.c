/* Linear layers. See linear.h. */
#include "nn/linear.h"

#include <string.h>

#include "nn/gemm.h"

void linear_refresh(const struct linear *linear, const struct kernels *kernels) {
    if (linear->wide) return;
    size_t I = (size_t)linear->I, O = (size_t)linear->O;
    for (size_t o = 0; o < O; o += REAL_VECTOR)
        for (size_t i = 0; i < I; i += REAL_VECTOR)
            kernels->turn(linear->forward + o * I + i * REAL_VECTOR, REAL_VECTOR,
                          linear->backward + i * O + o * REAL_VECTOR, REAL_VECTOR, REAL_VECTOR, REAL_VECTOR);
}

void linear_forward(const struct linear *linear, const struct kernels *kernels, real *out, int ld_out,
                    const real *in, int ld_in, int N, bool add) {
    int I = linear->I, O = linear->O;
    if (!linear->wide) {
        struct product_left a = {in, (size_t)ld_in, 1};
        struct product_right b = {linear->forward, REAL_VECTOR, (size_t)I * REAL_VECTOR};
        kernels->product(N, O, I, a, b, add ? PRODUCT_ADD_BIAS : PRODUCT_BIAS, linear->bias, out,
                         (size_t)ld_out);
        return;
    }
    /* The product is added to the bias: the library reads its output matrix in any case. */
    for (int n = 0; n < N; n++) {
        real *row = out + (size_t)n * (size_t)ld_out;
        if (add)
            for (int o = 0; o < O; o++) row[o] += linear->bias[o];
        else
            memcpy(row, linear->bias, (size_t)O * sizeof *row);
    }
    gemm(GEMM_NT, N, O, I, in, ld_in, linear->forward, I, true, out, ld_out);
}

void linear_backward(const struct linear *linear, const struct kernels *kernels, real *d_in, int ld_in,
                     real *d_bias, const real *d_out, int ld_out, int N) {
    int I = linear->I, O = linear->O;
    if (linear->wide) {
        gemm(GEMM_NN, N, I, O, d_out, ld_out, linear->backward, I, false, d_in, ld_in);
    } else {
        struct product_left a = {d_out, (size_t)ld_out, 1};
        struct product_right b = {linear->backward, REAL_VECTOR, (size_t)O * REAL_VECTOR};
        kernels->product(N, I, O, a, b, PRODUCT_ZERO, NULL, d_in, (size_t)ld_in);
    }
    kernels->bias_backward(d_bias, d_out, ld_out, N, O);
}

void linear_backward_weight(const struct linear *linear, const struct kernels *kernels, real *d_weight,
                            const real *d_out, int ld_out, const real *in, int ld_in, int N, real *scratch) {
    bool turned = linear_is_turned(linear);
    int m = turned ? linear->I : linear->O, n = turned ? linear->O : linear->I;
    const real *a = turned ? in : d_out, *b = turned ? d_out : in;
    int lda = turned ? ld_in : ld_out, ldb = turned ? ld_out : ld_in;
    if (linear->wide)
        gemm(GEMM_TN, m, n, N, a, lda, b, ldb, true, d_weight, n);
    else
        kernels->product_turned(m, n, N, a, lda, b, ldb, d_weight, (size_t)n, scratch);
}
