/* Matrix products, row-major. All products of the transformer's matrices go through here: to libxsmm where it
 * is there, can do the shape and measured faster, otherwise to OpenBLAS, one thread a call. */
#ifndef COTNOISE_NN_KERNELS_GEMM_H
#define COTNOISE_NN_KERNELS_GEMM_H

#include <stdbool.h>

#include "base/err.h"
#include "nn/kernels/gemm_openblas.h"
#include "nn/kernels/real.h"

/* Checks that the library works with `threads` callers at once and keeps it from starting threads of its own.
 * May be called again and again. */
enum err gemm_prepare(int threads, struct error *error);

/* C = op(A) op(B), or C += when `add`. Row lengths lda, ldb, ldc in reals. Row i of C comes out the same
 * whatever the other rows hold. */
void gemm(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb, bool add,
          real *c, int ldc);

/* Lets libxsmm compile what gemm will need for such products, so that gemm allocates nothing: with any m for
 * GEMM_NN, with any k for GEMM_TN. */
void gemm_compile(enum gemm_form form, int m, int n, int k, int lda, int ldb, int ldc);

/* Names of the libraries and of the kernel sets that they chose for this processor, e.g.
 * "libxsmm cpx, OpenBLAS SkylakeX". */
void gemm_describe(char text[64]);

#endif
