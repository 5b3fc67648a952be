/* Matrix products by OpenBLAS. See gemm.h. */
#include "nn/gemm.h"

#include <cblas.h>

enum err gemm_prepare(int threads, struct error *error) {
    if (threads > 1 && openblas_get_parallel() != 1)
        return err_set(
            error, ERR_INPUT,
            "threads is %d, but this OpenBLAS (%s) is not the pthread build and allows 1 only; install "
            "libopenblas0-pthread",
            threads, openblas_get_config());
    if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
    return ERR_OK;
}

void gemm(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb, bool add,
          real *c, int ldc) {
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

const char *gemm_core(void) { return openblas_get_corename(); }
