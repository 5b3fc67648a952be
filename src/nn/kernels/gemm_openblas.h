/* Matrix products by OpenBLAS, row-major, one thread a call. */
#ifndef COTNOISE_NN_KERNELS_GEMM_OPENBLAS_H
#define COTNOISE_NN_KERNELS_GEMM_OPENBLAS_H

#include <stdbool.h>

#include "nn/kernels/real.h"

/* Which operand is stored transposed. C is always (m, n), the inner dimension k. */
enum gemm_form {
    GEMM_NT, /* C = A(m,k) B(n,k)^T */
    GEMM_NN, /* C = A(m,k) B(k,n)   : out = in weight^T, kept transposed; d_in = d_out weight */
    GEMM_TN, /* C = A(k,m)^T B(k,n) : d_weight = d_out^T in */
};

/* C = op(A) op(B), or C += when `add`. Row lengths lda, ldb, ldc in reals. */
void gemm_openblas(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb,
                   bool add, real *c, int ldc);

#endif
