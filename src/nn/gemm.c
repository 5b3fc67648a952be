/* Matrix products by OpenBLAS. See gemm.h. */
#include "nn/gemm.h"

#include "base/openblas.h"

void gemm(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb, bool add,
          real *c, int ldc) {
    if (m == 0 || n == 0) return;
    enum openblas_form a_form = form == GEMM_TN ? OPENBLAS_TRANSPOSED : OPENBLAS_AS_IS;
    enum openblas_form b_form = form == GEMM_NT ? OPENBLAS_TRANSPOSED : OPENBLAS_AS_IS;
    real beta = add ? 1 : 0;
#ifdef NN_DOUBLE
    openblas_functions()->dgemm(OPENBLAS_ROW_MAJOR, a_form, b_form, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
#else
    openblas_functions()->sgemm(OPENBLAS_ROW_MAJOR, a_form, b_form, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
#endif
}
