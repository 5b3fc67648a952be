/* Cholesky's factors by LAPACK. See cholesky.h. */
#include "base/cholesky.h"

#include <assert.h>
#include <math.h>

/* LAPACK's own interface: Fortran, arguments by reference, no header in Debian's OpenBLAS. */
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b,
             const int *ldb, int *info);
void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info);

enum err cholesky_factor(int n, double *matrix) {
    int info = 0;
    dpotrf_("L", &n, matrix, &n, &info);
    return info ? ERR_INPUT : ERR_OK;
}

void cholesky_solve(int n, const double *factor, double *vector) {
    int one = 1, info = 0;
    dpotrs_("L", &n, &one, factor, &n, vector, &n, &info);
    assert(info == 0);
}

void cholesky_invert(int n, double *factor) {
    int info = 0;
    dpotri_("L", &n, factor, &n, &info);
    assert(info == 0);
    for (int column = 0; column < n; column++)
        for (int row = column + 1; row < n; row++) factor[row * n + column] = factor[column * n + row];
}

double cholesky_log_determinant(int n, const double *factor) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += log(factor[i * n + i]);
    return 2 * sum;
}
