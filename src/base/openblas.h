/* OpenBLAS, loaded when it is first needed and not with the program.
 *
 * As it is loaded it starts a thread for each processor, which nothing here needs, and where address space is
 * short it then waits for ever, or crashes; short of memory in the middle of a product it tries for ever. So
 * it is told to start none, and what its functions will take is taken before, as long as a lack of it can
 * still be told. Commands that have no use for it do without. */
#ifndef COTNOISE_BASE_OPENBLAS_H
#define COTNOISE_BASE_OPENBLAS_H

#include "base/err.h"

/* Its functions as the pthread build of Debian has them (cblas.h, and LAPACK's own interface of Fortran, of
 * which there is no header); cblas.h itself would bring C's complex numbers and their `I` along. */
enum openblas_order { OPENBLAS_ROW_MAJOR = 101 };
enum openblas_form { OPENBLAS_AS_IS = 111, OPENBLAS_TRANSPOSED = 112 };

struct openblas {
    void (*sgemm)(enum openblas_order order, enum openblas_form a_form, enum openblas_form b_form, int m,
                  int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                  float *c, int ldc);
    void (*dgemm)(enum openblas_order order, enum openblas_form a_form, enum openblas_form b_form, int m,
                  int n, int k, double alpha, const double *a, int lda, const double *b, int ldb, double beta,
                  double *c, int ldc);
    char *(*core)(void);
    char *(*config)(void);
    int (*parallel)(void);
    void (*potrf)(const char *uplo, const int *n, double *a, const int *lda, int *info);
    void (*potrs)(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b,
                  const int *ldb, int *info);
    void (*potri)(const char *uplo, const int *n, double *a, const int *lda, int *info);
};

/* Must come before the first call of one of its functions: loads the library, checks that it works with
 * `callers` at once, and has it take the memory that they need. May be called again and again. ERR_RUNTIME
 * where there is no such library or not enough address space, ERR_INPUT where it allows one caller only. */
enum err openblas_prepare(int callers, struct error *error);

/* What may be called after openblas_prepare. */
const struct openblas *openblas_functions(void);

/* The kernel set that the library chose for this processor, e.g. "SkylakeX"; loads it where that has not been
 * done. NULL when it cannot be loaded. */
const char *openblas_core(void);

#endif
