/* Matrix products by OpenBLAS, row-major, one thread a call: those of models wider than 256, and the
 * yardstick of `bench`. */
#ifndef COTNOISE_NN_GEMM_H
#define COTNOISE_NN_GEMM_H

#include <stdbool.h>

#include "nn/kernels/real.h"

/* Which operand is stored transposed. C is always (m, n), the inner dimension k. */
enum gemm_form {
    GEMM_NT, /* C = A(m,k) B(n,k)^T : out = in weight^T */
    GEMM_NN, /* C = A(m,k) B(k,n)   : d_in = d_out weight */
    GEMM_TN, /* C = A(k,m)^T B(k,n) : d_weight = d_out^T in */
};

/* After openblas_prepare: C = op(A) op(B), or C += when `add`. Row lengths lda, ldb, ldc in reals. */
void gemm(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb, bool add,
          real *c, int ldc);

#endif
