/* Matrix products by OpenBLAS. See gemm_openblas.h. */
#include "nn/kernels/gemm_openblas.h"

#include <cblas.h>

void gemm_openblas(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb,
                   bool add, real *c, int ldc) {
    if (m == 0 || n == 0) return;
    CBLAS_TRANSPOSE a_stored = form == GEMM_TN ? CblasTrans : CblasNoTrans;
    CBLAS_TRANSPOSE b_stored = form == GEMM_NT ? CblasTrans : CblasNoTrans;
    real beta = add ? 1 : 0;
#ifdef NN_DOUBLE
    cblas_dgemm(CblasRowMajor, a_stored, b_stored, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
#else
    cblas_sgemm(CblasRowMajor, a_stored, b_stored, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
#endif
}
