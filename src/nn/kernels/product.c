/* Matrix products, tile by tile. See kernels.h; the tile is in tile.h.
 *
 * A strip of the right matrix, as many columns as a tile and at most DEPTH rows, stays in the cache while the
 * tiles of all rows go over it. */
#include <assert.h>

#include "nn/kernels/kernel.h"
#include "nn/kernels/tile.h"

enum { DEPTH = 256 };
static_assert((int)TILE_COLUMNS <= (int)PRODUCT_WIDEST && (int)TILE_ROWS <= (int)PRODUCT_WIDEST,
              "product_turned_scratch counts on it");

/* A tile of any number of rows and panels. */
static inline __attribute__((always_inline)) void tile_of(const bool turned, int rows, int panels, int k,
                                                          struct product_left a, struct product_right b,
                                                          enum product_start start, const real *bias, real *c,
                                                          size_t ldc) {
#define ROWS_CASE(n)                                                    \
    case n:                                                             \
        if (panels == TILE_PANELS)                                      \
            tile(n, TILE_PANELS, turned, k, a, b, start, bias, c, ldc); \
        else                                                            \
            tile(n, 1, turned, k, a, b, start, bias, c, ldc);           \
        break;
    switch (rows) {
        ROWS_CASE(1)
        ROWS_CASE(2)
        ROWS_CASE(3)
        ROWS_CASE(4)
        ROWS_CASE(5)
        ROWS_CASE(6)
#if defined(__AVX512F__)
        ROWS_CASE(7)
        ROWS_CASE(8)
        ROWS_CASE(9)
        ROWS_CASE(10)
        ROWS_CASE(11)
        ROWS_CASE(12)
#endif
    }
#undef ROWS_CASE
}

/* All rows of one strip. */
static void strip(int m, int panels, int k, struct product_left a, struct product_right b,
                  enum product_start start, const real *bias, real *c, size_t ldc) {
    for (int i = 0; i < m; i += TILE_ROWS) {
        int rows = m - i < TILE_ROWS ? m - i : TILE_ROWS;
        struct product_left top = {a.at + (size_t)i * a.row, a.row, a.column};
        if (a.column == 1)
            tile_of(false, rows, panels, k, top, b, start, bias, c + (size_t)i * ldc, ldc);
        else
            tile_of(true, rows, panels, k, top, b, start, bias, c + (size_t)i * ldc, ldc);
    }
}

void KERNEL(product)(int m, int n, int k, struct product_left a, struct product_right b,
                     enum product_start start, const real *bias, real *c, size_t ldc) {
    for (int p = 0; p < k || p == 0; p += DEPTH) {
        int depth = k - p < DEPTH ? k - p : DEPTH;
        struct product_left left = {a.at + (size_t)p * a.column, a.row, a.column};
        for (int j = 0; j < n; j += TILE_COLUMNS) {
            int panels = (n - j < TILE_COLUMNS ? n - j : TILE_COLUMNS) / REAL_VECTOR;
            struct product_right right = {b.at + (size_t)(j / REAL_VECTOR) * b.panel + (size_t)p * b.row,
                                          b.row, b.panel};
            strip(m, panels, depth, left, right, p ? PRODUCT_ADD : start, bias ? bias + j : NULL, c + j, ldc);
        }
    }
}

/* (depth,m) to groups of TILE_ROWS columns: element (p, i) at i / TILE_ROWS * depth * TILE_ROWS + p *
 * TILE_ROWS + i % TILE_ROWS. */
static void pack_left(real *to, const real *from, size_t ld, int depth, int m) {
    for (int i = 0; i < m; i += TILE_ROWS, to += (size_t)depth * TILE_ROWS) {
        const real *column = from + i;
        if (m - i >= TILE_ROWS)
            for (int p = 0; p < depth; p++)
                memcpy(to + (size_t)p * TILE_ROWS, column + (size_t)p * ld, TILE_ROWS * sizeof *to);
        else
            for (int p = 0; p < depth; p++)
                for (int r = 0; r < m - i; r++)
                    to[(size_t)p * TILE_ROWS + (size_t)r] = column[(size_t)p * ld + (size_t)r];
    }
}

static void pack_right(real *to, const real *from, size_t ld, int depth, int columns) {
    for (int p = 0; p < depth; p++, to += TILE_COLUMNS, from += ld)
        for (int j = 0; j < columns; j += LANES) vector_store(to + j, vector_load(from + j));
}

void KERNEL(product_turned)(int m, int n, int k, const real *a, int lda, const real *b, int ldb, real *c,
                            size_t ldc, real *scratch) {
    real *packed = scratch + (size_t)PRODUCT_DEPTH * TILE_COLUMNS;
    for (int p = 0; p < k; p += PRODUCT_DEPTH) {
        int depth = k - p < PRODUCT_DEPTH ? k - p : PRODUCT_DEPTH;
        pack_left(packed, a + (size_t)p * (size_t)lda, (size_t)lda, depth, m);
        for (int j = 0; j < n; j += TILE_COLUMNS) {
            int columns = n - j < TILE_COLUMNS ? n - j : TILE_COLUMNS;
            pack_right(scratch, b + (size_t)p * (size_t)ldb + j, (size_t)ldb, depth, columns);
            struct product_right right = {scratch, TILE_COLUMNS, REAL_VECTOR};
            for (int i = 0; i < m; i += TILE_ROWS) {
                struct product_left left = {packed + (size_t)i * (size_t)depth, 1, TILE_ROWS};
                tile_of(true, m - i < TILE_ROWS ? m - i : TILE_ROWS, columns / REAL_VECTOR, depth, left,
                        right, PRODUCT_ADD, NULL, c + (size_t)i * ldc + j, ldc);
            }
        }
    }
}
