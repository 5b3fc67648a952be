/* Equations with a symmetric positive definite matrix, by the Cholesky factors of LAPACK (which OpenBLAS
 * holds). Matrices are n x n, dense, n >= 1. */
#ifndef COTNOISE_BASE_CHOLESKY_H
#define COTNOISE_BASE_CHOLESKY_H

#include "base/err.h"

/* Must come before the others. ERR_RUNTIME where LAPACK cannot be loaded. */
enum err cholesky_prepare(struct error *error);

/* Replaces the matrix by its factor. ERR_INPUT, with the matrix lost, when it is not positive definite. */
enum err cholesky_factor(int n, double *matrix);

/* Replaces `vector` by the solution x of matrix x = vector. */
void cholesky_solve(int n, const double *factor, double *vector);

/* Replaces the factor by the whole inverse of the matrix. */
void cholesky_invert(int n, double *factor);

/* Logarithm of the matrix's determinant. */
double cholesky_log_determinant(int n, const double *factor);

#endif
