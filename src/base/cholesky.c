/* Cholesky's factors by LAPACK. See cholesky.h. */
#include "base/cholesky.h"

#include <assert.h>
#include <math.h>

#include "base/openblas.h"

enum err cholesky_prepare(struct error *error) { return openblas_prepare(1, error); }

enum err cholesky_factor(int n, double *matrix) {
    int info = 0;
    openblas_functions()->potrf("L", &n, matrix, &n, &info);
    return info ? ERR_INPUT : ERR_OK;
}

void cholesky_solve(int n, const double *factor, double *vector) {
    int one = 1, info = 0;
    openblas_functions()->potrs("L", &n, &one, factor, &n, vector, &n, &info);
    assert(info == 0);
}

void cholesky_invert(int n, double *factor) {
    int info = 0;
    openblas_functions()->potri("L", &n, factor, &n, &info);
    assert(info == 0);
    for (int column = 0; column < n; column++)
        for (int row = column + 1; row < n; row++) factor[row * n + column] = factor[column * n + row];
}

double cholesky_log_determinant(int n, const double *factor) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += log(factor[i * n + i]);
    return 2 * sum;
}
