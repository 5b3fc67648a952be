/* Matrix products on OpenBLAS and libxsmm. See gemm.h. */
#include "nn/kernels/gemm.h"

#include <cblas.h>
#include <stdio.h>
#include <string.h>

#include "nn/kernels/gemm_xsmm.h"

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

/* OpenBLAS 0.3.21 runs its AVX2 kernels, at half the speed, on AVX-512 processors newer than itself. */
static bool openblas_is_wide(void) {
    const char *core = openblas_get_corename();
    return !strcmp(core, "SkylakeX") || !strcmp(core, "Cooperlake") || !strcmp(core, "SapphireRapids");
}

/* Measured (GFLOP/s on one core with an FMA peak of 280; libxsmm, OpenBLAS SkylakeX, OpenBLAS Haswell):
 * 128 x 896 x 128: 276, 244, 135; 128 x 256 x 1280: 283, 239, 137; 512 x 7168 x 1024: 224, 258, 137. libxsmm
 * does not copy its operands together, so it falls behind once the matrix that stays (weights or their
 * gradient) outgrows the cache. The rule looks at the model's sizes only, never at the number of rows. */
static bool prefers_xsmm(enum gemm_form form, int m, int n, int k) {
    size_t staying = (size_t)n * (size_t)(form == GEMM_TN ? m : k);
    return gemm_xsmm_can(form, n) && (staying <= (size_t)1 << 20 || !openblas_is_wide());
}

void gemm(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb, bool add,
          real *c, int ldc) {
    if (prefers_xsmm(form, m, n, k))
        gemm_xsmm(form, m, n, k, a, lda, b, ldb, add, c, ldc);
    else
        gemm_openblas(form, m, n, k, a, lda, b, ldb, add, c, ldc);
}

void gemm_compile(enum gemm_form form, int m, int n, int k, int lda, int ldb, int ldc) {
    if (prefers_xsmm(form, m, n, k)) gemm_xsmm_compile(form, m, n, k, lda, ldb, ldc);
}

void gemm_describe(char text[64]) {
    const char *target = gemm_xsmm_target();
    if (target)
        snprintf(text, 64, "libxsmm %s, OpenBLAS %s", target, openblas_get_corename());
    else
        snprintf(text, 64, "OpenBLAS %s", openblas_get_corename());
}
