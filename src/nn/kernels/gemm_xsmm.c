/* Matrix products by libxsmm. See gemm_xsmm.h.
 *
 * C is cut into tiles of powers of two, at most ROWS by COLUMNS, and k into powers of two: so a few kernels
 * serve any number of rows. libxsmm's matrices are column-major, ours row-major: its A is our B. */
#include "nn/kernels/gemm_xsmm.h"

#include <assert.h>
#include <stddef.h>

#if defined(HAVE_XSMM) && !defined(NN_DOUBLE)
#include <libxsmm.h>

enum { ROWS = 16, COLUMNS = 64, DEPTH = 512 };

/* The largest power of two that is at most n and `most`. */
static int piece(int n, int most) {
    while (most > n) most /= 2;
    return most;
}

/* Rows of the next tile. Tiles of 16 columns and 2, 4 or 8 rows are left out: with AVX-512 libxsmm sums them
 * in several chains, and a row's bits would depend on its place. */
static int rows_of_tile(int left, int columns) {
    int rows = piece(left, ROWS);
    return columns == 16 && rows < ROWS ? 1 : rows;
}

/* libxsmm's table of kernels is its own and safe to ask from several threads; only a new one allocates. */
static libxsmm_smmfunction kernel(enum gemm_form form, int rows, int columns, int depth, int lda, int ldb,
                                  int ldc, bool add) {
    const float one = 1, beta = add ? 1 : 0;
    const int flags = form == GEMM_TN ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE;
    const int prefetch = LIBXSMM_PREFETCH_NONE;
    libxsmm_smmfunction made =
        libxsmm_smmdispatch(columns, rows, depth, &ldb, &lda, &ldc, &one, &beta, &flags, &prefetch);
    assert(made);
    return made;
}

/* C (m, columns of one width) from k's piece of that depth. */
static void strip(enum gemm_form form, int m, int columns, int depth, const real *a, int lda, const real *b,
                  int ldb, bool add, real *c, int ldc) {
    for (int i = 0; i < m;) {
        int rows = rows_of_tile(m - i, columns), end = i + (m - i) / rows * rows;
        libxsmm_smmfunction run = kernel(form, rows, columns, depth, lda, ldb, ldc, add);
        for (; i < end; i += rows)
            run(b, form == GEMM_TN ? a + i : a + (size_t)i * (size_t)lda, c + (size_t)i * (size_t)ldc);
    }
}

const char *gemm_xsmm_target(void) {
    return libxsmm_get_target_archid() >= LIBXSMM_X86_AVX2 ? libxsmm_get_target_arch() : NULL;
}

bool gemm_xsmm_can(enum gemm_form form, int n) {
    return form != GEMM_NT && n % 16 == 0 && libxsmm_get_target_archid() >= LIBXSMM_X86_AVX2;
}

void gemm_xsmm(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb,
               bool add, real *c, int ldc) {
    assert(gemm_xsmm_can(form, n));
    for (int p = 0, depth; p < k; p += depth) {
        depth = piece(k - p, DEPTH);
        const real *a_part = a + (form == GEMM_TN ? (size_t)p * (size_t)lda : (size_t)p);
        for (int j = 0, columns; j < n; j += columns) {
            columns = piece(n - j, COLUMNS);
            strip(form, m, columns, depth, a_part, lda, b + (size_t)p * (size_t)ldb + j, ldb, add || p > 0,
                  c + j, ldc);
        }
    }
}

/* The kernels of one depth, for every piece that n is cut into. */
static void compile_depth(enum gemm_form form, int rows, int n, int depth, int lda, int ldb, int ldc) {
    for (int j = 0, columns; j < n; j += columns) {
        columns = piece(n - j, COLUMNS);
        kernel(form, rows, columns, depth, lda, ldb, ldc, false);
        kernel(form, rows, columns, depth, lda, ldb, ldc, true);
    }
}

void gemm_xsmm_compile(enum gemm_form form, int m, int n, int k, int lda, int ldb, int ldc) {
    if (form == GEMM_TN) {
        assert(m % ROWS == 0);
        for (int depth = 1; depth <= DEPTH; depth *= 2) compile_depth(form, ROWS, n, depth, lda, ldb, ldc);
        return;
    }
    for (int p = 0, depth; p < k; p += depth) {
        depth = piece(k - p, DEPTH);
        for (int rows = 1; rows <= ROWS; rows *= 2) compile_depth(form, rows, n, depth, lda, ldb, ldc);
    }
}

#else

const char *gemm_xsmm_target(void) { return NULL; }

bool gemm_xsmm_can(enum gemm_form form, int n) {
    (void)form;
    (void)n;
    return false;
}

void gemm_xsmm(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb,
               bool add, real *c, int ldc) {
    gemm_openblas(form, m, n, k, a, lda, b, ldb, add, c, ldc);
}

void gemm_xsmm_compile(enum gemm_form form, int m, int n, int k, int lda, int ldb, int ldc) {
    (void)form, (void)m, (void)n, (void)k, (void)lda, (void)ldb, (void)ldc;
}

#endif
