/* Matrix products by libxsmm, which compiles a kernel for each small shape when it is first asked for; for
 * gemm.c and tests only. */
#ifndef COTNOISE_NN_KERNELS_GEMM_XSMM_H
#define COTNOISE_NN_KERNELS_GEMM_XSMM_H

#include <stdbool.h>

#include "nn/kernels/gemm_openblas.h"

/* Name of the instruction set that libxsmm compiles for, or NULL: built without it, in double precision, or a
 * processor without AVX2. LIBXSMM_TARGET=0 in the environment (libxsmm's own switch) makes it NULL too. */
const char *gemm_xsmm_target(void);

/* Whether gemm_xsmm can do that shape: not GEMM_NT, n a multiple of 16. */
bool gemm_xsmm_can(enum gemm_form form, int n);

/* As gemm. Each value is one chain of multiply-adds over k in order, started from C when `add`: the same bits
 * whatever m and the row's place in it. */
void gemm_xsmm(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb,
               bool add, real *c, int ldc);

/* Compiles what gemm_xsmm will need for any number of rows m (GEMM_NN) or any k (GEMM_TN). */
void gemm_xsmm_compile(enum gemm_form form, int m, int n, int k, int lda, int ldb, int ldc);

#endif
