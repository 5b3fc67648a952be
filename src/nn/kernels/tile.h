/* The innermost loop of every product: a tile of C held in registers. For kernel files only. */
#ifndef COTNOISE_NN_KERNELS_TILE_H
#define COTNOISE_NN_KERNELS_TILE_H

#include "nn/kernels/kernels.h"
#include "nn/kernels/vector.h"

/* As many sums as the registers hold beside the operands: 24 of 32, or 12 of 16. */
#if defined(__AVX512F__)
enum { TILE_ROWS = 12, TILE_PANELS = 2 };
#else
enum { TILE_ROWS = 6, TILE_PANELS = 1 };
#endif
enum { TILE_COLUMNS = TILE_PANELS * REAL_VECTOR, TILE_VECTORS = TILE_PANELS * BLOCK_VECTORS };

/* What a tile begins with. */
static inline __attribute__((always_inline)) void tile_begin(const int rows, const int vectors,
                                                             vector sum[][TILE_VECTORS],
                                                             enum product_start start, const real *bias,
                                                             const real *c, size_t ldc) {
    UNROLL(8)
    for (int j = 0; j < vectors; j++) {
        vector first = start & PRODUCT_BIAS ? vector_load(bias + j * LANES) : vector_all(0);
        UNROLL(12)
        for (int r = 0; r < rows; r++) sum[r][j] = first;
    }
    if (start < PRODUCT_ADD) return;
    UNROLL(12)
    for (int r = 0; r < rows; r++) {
        UNROLL(8)
        for (int j = 0; j < vectors; j++) sum[r][j] += vector_load(c + (size_t)r * ldc + j * LANES);
    }
}

/* rows <= TILE_ROWS and panels <= TILE_PANELS are constants; `turned`: the left matrix's rows are next to
 * each other, otherwise its columns are. */
static inline __attribute__((always_inline)) void tile(const int rows, const int panels, const bool turned,
                                                       int k, struct product_left a, struct product_right b,
                                                       enum product_start start, const real *bias, real *c,
                                                       size_t ldc) {
    vector sum[TILE_ROWS][TILE_VECTORS];
    const int vectors = panels * BLOCK_VECTORS;
    tile_begin(rows, vectors, sum, start, bias, c, ldc);
    const size_t step = turned ? 1 : a.row, across = turned ? a.column : 1;
    /* Three rows a pointer: the steps between them are part of the address. */
    const real *left[(TILE_ROWS + 2) / 3], *right = b.at;
    UNROLL(4)
    for (int g = 0; g < (rows + 2) / 3; g++) left[g] = a.at + 3 * (size_t)g * step;
    for (int p = 0; p < k; p++, right += b.row) {
        vector row[TILE_VECTORS];
        UNROLL(8)
        for (int j = 0; j < vectors; j++)
            row[j] = vector_load(right + (size_t)(j / BLOCK_VECTORS) * b.panel + j % BLOCK_VECTORS * LANES);
        UNROLL(12)
        for (int r = 0; r < rows; r++) {
            vector factor = vector_all(left[r / 3][(size_t)(r % 3) * step]);
            UNROLL(8)
            for (int j = 0; j < vectors; j++) sum[r][j] = vector_fma(factor, row[j], sum[r][j]);
        }
        UNROLL(4)
        for (int g = 0; g < (rows + 2) / 3; g++) left[g] += across;
    }
    UNROLL(12)
    for (int r = 0; r < rows; r++) {
        UNROLL(8)
        for (int j = 0; j < vectors; j++) vector_store(c + (size_t)r * ldc + j * LANES, sum[r][j]);
    }
}

#endif
