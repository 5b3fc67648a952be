/* Vectors as wide as the level's registers (GCC and clang extension). For kernel files only.
 *
 * Rows are 64-byte aligned and a whole number of blocks of 64 bytes (REAL_VECTOR reals) long; a block is
 * BLOCK_VECTORS vectors. Sums over a row keep REAL_VECTOR partial sums and add those up in one order, so
 * their bits are the same for every width. Multiply-adds that are meant to round once say so (vector_fma);
 * the compiler makes none by itself (-ffp-contract=off). */
#ifndef COTNOISE_NN_KERNELS_VECTOR_H
#define COTNOISE_NN_KERNELS_VECTOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "nn/kernels/level.h"
#include "nn/kernels/real.h"

#if defined(__AVX512F__)
#include <immintrin.h>
enum { VECTOR_BYTES = 64 };
#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
enum { VECTOR_BYTES = 32 };
#elif defined(__ARM_NEON)
#include <arm_neon.h>
enum { VECTOR_BYTES = 16 };
#else
#error "no level has such vectors"
#endif

/* In front of a loop over registers: all of its rounds, of which there are at most so many, one after the
 * other. */
#define UNROLL_TEXT(text) _Pragma(#text)
#ifdef __clang__
#define UNROLL(most) _Pragma("clang loop unroll(full)")
#else
#define UNROLL(most) UNROLL_TEXT(GCC unroll most)
#endif

enum { LANES = VECTOR_BYTES / (int)sizeof(real), BLOCK_VECTORS = 64 / VECTOR_BYTES };

typedef real vector __attribute__((vector_size(VECTOR_BYTES), may_alias));
/* The bits of a vector's reals, and what comparisons give: all bits or none. */
#ifdef NN_DOUBLE
typedef int64_t vector_bits __attribute__((vector_size(VECTOR_BYTES), may_alias));
#else
typedef int32_t vector_bits __attribute__((vector_size(VECTOR_BYTES), may_alias));
#endif

/* a b + c, rounded once. */
static inline __attribute__((always_inline)) vector vector_fma(vector a, vector b, vector c) {
#if defined(__AVX512F__) && defined(NN_DOUBLE)
    return (vector)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__AVX512F__)
    return (vector)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__) && defined(NN_DOUBLE)
    return (vector)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(__AVX2__)
    return (vector)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(NN_DOUBLE)
    return (vector)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
    return (vector)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#endif
}

/* The same number in every lane. */
static inline __attribute__((always_inline)) vector vector_all(real x) {
#if defined(__AVX512F__) && defined(NN_DOUBLE)
    return (vector)_mm512_set1_pd(x);
#elif defined(__AVX512F__)
    return (vector)_mm512_set1_ps(x);
#elif defined(__AVX2__) && defined(NN_DOUBLE)
    return (vector)_mm256_set1_pd(x);
#elif defined(__AVX2__)
    return (vector)_mm256_set1_ps(x);
#elif defined(NN_DOUBLE)
    return (vector)vdupq_n_f64(x);
#else
    return (vector)vdupq_n_f32(x);
#endif
}

static inline __attribute__((always_inline)) vector vector_load(const real *from) {
    return *(const vector *)from;
}

static inline __attribute__((always_inline)) void vector_store(real *to, vector x) { *(vector *)to = x; }

/* a where the mask is set, otherwise b. */
static inline __attribute__((always_inline)) vector vector_select(vector_bits mask, vector a, vector b) {
    return (vector)((mask & (vector_bits)a) | (~mask & (vector_bits)b));
}

/* The larger; b where they are equal or not comparable. */
static inline __attribute__((always_inline)) vector vector_larger(vector a, vector b) {
#if defined(__AVX512F__) && !defined(NN_DOUBLE)
    return (vector)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__) && !defined(__AVX512F__) && !defined(NN_DOUBLE)
    return (vector)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return vector_select(a > b, a, b);
#endif
}

/* A block's partial sums, added up: halves, then halves of these. */
static inline real block_total(const vector *sum) {
    real lane[REAL_VECTOR];
    memcpy(lane, sum, sizeof lane);
    for (int step = REAL_VECTOR / 2; step; step /= 2)
        for (int i = 0; i < step; i++) lane[i] += lane[i + step];
    return lane[0];
}

/* The sum of a row of n reals. */
static inline real row_sum(const real *row, int n) {
    vector sum[BLOCK_VECTORS] = {{0}};
    for (int j = 0; j < n; j += REAL_VECTOR)
        for (int i = 0; i < BLOCK_VECTORS; i++) sum[i] += vector_load(row + j + i * LANES);
    return block_total(sum);
}

/* The sum of a[j] b[j]. */
static inline real row_dot(const real *a, const real *b, int n) {
    vector sum[BLOCK_VECTORS] = {{0}};
    for (int j = 0; j < n; j += REAL_VECTOR)
        for (int i = 0; i < BLOCK_VECTORS; i++)
            sum[i] = vector_fma(vector_load(a + j + i * LANES), vector_load(b + j + i * LANES), sum[i]);
    return block_total(sum);
}

/* The largest of a row. */
static inline real row_largest(const real *row, int n) {
    vector largest[BLOCK_VECTORS];
    memcpy(largest, row, sizeof largest);
    for (int j = REAL_VECTOR; j < n; j += REAL_VECTOR)
        for (int i = 0; i < BLOCK_VECTORS; i++)
            largest[i] = vector_larger(vector_load(row + j + i * LANES), largest[i]);
    real lane[REAL_VECTOR];
    memcpy(lane, largest, sizeof lane);
    for (int step = REAL_VECTOR / 2; step; step /= 2)
        for (int i = 0; i < step; i++) lane[i] = lane[i] > lane[i + step] ? lane[i] : lane[i + step];
    return lane[0];
}

#endif
