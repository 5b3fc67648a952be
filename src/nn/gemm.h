/* Matrix products, row-major. All products of the transformer's matrices go through here, so that another
 * library can be put behind it; today that is OpenBLAS, one thread a call. */
#ifndef COTNOISE_NN_GEMM_H
#define COTNOISE_NN_GEMM_H

#include <stdbool.h>

#include "base/err.h"
#include "nn/real.h"

/* Which operand is stored transposed. C is always (m, n), the inner dimension k. */
enum gemm_form {
    GEMM_NT, /* C = A(m,k) B(n,k)^T : out = in weight^T */
    GEMM_NN, /* C = A(m,k) B(k,n)   : d_in = d_out weight */
    GEMM_TN, /* C = A(k,m)^T B(k,n) : d_weight = d_out^T in */
};

/* Checks that the library works with `threads` callers at once and keeps it from starting threads of its own.
 * May be called again and again. */
enum err gemm_prepare(int threads, struct error *error);

/* C = op(A) op(B), or C += when `add`. Row lengths lda, ldb, ldc in reals. Row i of C comes out the same
 * whatever the other rows hold. */
void gemm(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb, bool add,
          real *c, int ldc);

/* The same by OpenBLAS, whatever library gemm uses. */
void gemm_openblas(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb,
                   bool add, real *c, int ldc);

/* Name of the library and of the kernel set that it chose for this processor, e.g. "OpenBLAS SkylakeX". */
void gemm_describe(char text[64]);

#endif
