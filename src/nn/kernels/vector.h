/* Vectors of 64 bytes (GCC and clang extension), small products on them, and vector mathematics.
 * For the kernels' insides only: all rows are 64-byte aligned and a whole number of vectors long. */
#ifndef COTNOISE_NN_KERNELS_VECTOR_H
#define COTNOISE_NN_KERNELS_VECTOR_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "nn/kernels/real.h"

typedef real vector __attribute__((vector_size(64), may_alias));

/* exp and erf of reals. glibc's vector forms are declared to the compiler here because glibc itself does so
 * only under -ffast-math; a loop over whole vectors then calls them. Their error is below 4 units in the last
 * place. */
#if defined(NN_DOUBLE)
#define real_exp  exp
#define real_erf  erf
#define real_sqrt sqrt
#elif defined(__x86_64__) && defined(__GLIBC__) && defined(__OPTIMIZE__) && !defined(__clang__)
extern float vector_expf(float x) __asm__("expf") __attribute__((const, nothrow, simd("notinbranch")));
extern float vector_erff(float x) __asm__("erff") __attribute__((const, nothrow, simd("notinbranch")));
#define real_exp  vector_expf
#define real_erf  vector_erff
#define real_sqrt sqrtf
#else
#define real_exp  expf
#define real_erf  erff
#define real_sqrt sqrtf
#endif

/* The sum of a row of n reals. */
static inline real vector_sum(const real *row, int n) {
    vector sum = {0};
    for (int j = 0; j < n; j += REAL_VECTOR) sum += *(const vector *)(row + j);
    real total = 0;
    for (int i = 0; i < REAL_VECTOR; i++) total += sum[i];
    return total;
}

/* The sum of a[j] b[j]. */
static inline real vector_dot(const real *a, const real *b, int n) {
    vector sum = {0};
    for (int j = 0; j < n; j += REAL_VECTOR) sum += *(const vector *)(a + j) * *(const vector *)(b + j);
    real total = 0;
    for (int i = 0; i < REAL_VECTOR; i++) total += sum[i];
    return total;
}

/* The largest of a row. */
static inline real vector_max(const real *row, int n) {
    real lane[REAL_VECTOR];
    for (int i = 0; i < REAL_VECTOR; i++) lane[i] = row[i];
    for (int j = REAL_VECTOR; j < n; j += REAL_VECTOR)
        for (int i = 0; i < REAL_VECTOR; i++) lane[i] = row[j + i] > lane[i] ? row[j + i] : lane[i];
    real largest = lane[0];
    for (int i = 1; i < REAL_VECTOR; i++) largest = lane[i] > largest ? lane[i] : largest;
    return largest;
}

/* A small matrix with any steps between rows and columns: element (r, p) is at[r * row + p * column]. */
struct vector_view {
    const real *at;
    size_t row, column;
};

/* One tile of vector_multiply, held in registers. */
static inline __attribute__((always_inline)) void vector_tile(const int rows, const int vectors, int k,
                                                              struct vector_view a, const real *b, size_t ldb,
                                                              bool add, real *c, size_t ldc) {
    vector sum[4][4];
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int j = 0; j < vectors; j++)
            sum[r][j] = add ? ((const vector *)(c + (size_t)r * ldc))[j] : (vector){0};
    for (int p = 0; p < k; p++) {
        const vector *row = (const vector *)(b + (size_t)p * ldb);
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) {
            real factor = a.at[(size_t)r * a.row + (size_t)p * a.column];
#pragma GCC unroll 4
            for (int j = 0; j < vectors; j++) sum[r][j] += factor * row[j];
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int j = 0; j < vectors; j++) ((vector *)(c + (size_t)r * ldc))[j] = sum[r][j];
}

/* C(m,n) = A(m,k) B(k,n), or += when `add`; n is a multiple of REAL_VECTOR. For the products inside
 * attention, which are too small for a library call. */
static inline void vector_multiply(int m, int n, int k, struct vector_view a, const real *b, size_t ldb,
                                   bool add, real *c, size_t ldc) {
    int j = 0;
    for (int step = 4 * REAL_VECTOR; j < n; j += step) {
        while (step > n - j) step /= 2;
        struct vector_view top = a;
        for (int r = 0; r < m;) {
            real *out = c + (size_t)r * ldc + j;
            bool four = m - r >= 4;
            if (four && step == 4 * REAL_VECTOR)
                vector_tile(4, 4, k, top, b + j, ldb, add, out, ldc);
            else if (four && step == 2 * REAL_VECTOR)
                vector_tile(4, 2, k, top, b + j, ldb, add, out, ldc);
            else if (four)
                vector_tile(4, 1, k, top, b + j, ldb, add, out, ldc);
            else if (step == 4 * REAL_VECTOR)
                vector_tile(1, 4, k, top, b + j, ldb, add, out, ldc);
            else if (step == 2 * REAL_VECTOR)
                vector_tile(1, 2, k, top, b + j, ldb, add, out, ldc);
            else
                vector_tile(1, 1, k, top, b + j, ldb, add, out, ldc);
            r += four ? 4 : 1;
            top.at = a.at + (size_t)r * a.row;
        }
    }
}

#endif
