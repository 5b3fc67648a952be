/* Causal self-attention of one sample, in blocks of rows. See kernels.h.
 *
 * T tokens, H heads, D head size, P and S padded T and D. For each head, the matrices that stand on the right
 * of a product are copied out of the packed rows: natural, (T,S), or turned, in panels of REAL_VECTOR tokens
 * (D,P). Rows are worked on ROWS at a time; the products that look at earlier tokens, GROUP at a time, so
 * that little is computed behind the diagonal. */
#include <math.h>

#include "nn/kernels/kernel.h"
#include "nn/kernels/tile.h"
#include "nn/kernels/vector_math.h"

enum { ROWS = ATTENTION_ROWS, GROUP = 12 };

/* The working copies of one head, all in the caller's scratch. */
struct head {
    int T, D, P, S;
    real *q, *k, *v, *d_out;   /* natural */
    real *k_turned, *v_turned; /* turned */
    real *d_q, *d_k, *d_v;     /* (P,S); forward has its output in d_q */
    real *weights, *d_weights; /* (ROWS,P) */
};

static struct head head_lay_out(real *scratch, int T, int D) {
    struct head head = {.T = T, .D = D, .P = real_padded(T), .S = real_padded(D)};
    size_t size = (size_t)head.P * (size_t)head.S;
    real **part[] = {&head.q,        &head.k,   &head.v,   &head.d_out, &head.k_turned,
                     &head.v_turned, &head.d_q, &head.d_k, &head.d_v};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) *part[i] = scratch + i * size;
    head.weights = scratch + 9 * size;
    head.d_weights = head.weights + ROWS * (size_t)head.P;
    /* Columns behind D, and tokens behind T in turned panels, are numbers too. */
    memset(scratch, 0, (D < head.S ? 6 : 0) * size * sizeof *scratch);
    return head;
}

static void copy_in(real *to, const struct head *head, const real *from, int ld) {
    for (int t = 0; t < head->T; t++)
        memcpy(to + (size_t)t * (size_t)head->S, from + (size_t)t * (size_t)ld, (size_t)head->D * sizeof *to);
}

static void copy_out(real *to, int ld, const real *from, const struct head *head) {
    for (int t = 0; t < head->T; t++)
        memcpy(to + (size_t)t * (size_t)ld, from + (size_t)t * (size_t)head->S, (size_t)head->D * sizeof *to);
}

/* Whole squares by `turn`, what is left over one by one. */
static void copy_turned(real *to, const struct head *head, const real *from, int ld) {
    for (int t = 0; t < head->T; t += REAL_VECTOR) {
        real *panel = to + (size_t)t * (size_t)head->D;
        const real *top = from + (size_t)t * (size_t)ld;
        int rows = head->T - t < REAL_VECTOR ? head->T - t : REAL_VECTOR, tokens = rows / 4 * 4,
            width = head->D / 4 * 4;
        KERNEL(turn)(panel, REAL_VECTOR, top, (size_t)ld, tokens, width);
        for (int i = 0; i < rows; i++)
            for (int d = i < tokens ? width : 0; d < head->D; d++)
                panel[d * REAL_VECTOR + i] = top[(size_t)i * (size_t)ld + (size_t)d];
        for (int d = 0; d < head->D; d++)
            for (int i = rows; i < REAL_VECTOR; i++) panel[d * REAL_VECTOR + i] = 0;
    }
}

/* Rows first ... first + rows - 1 of `left` against the turned matrix, up to each group's last row. */
static void block_scores(const struct head *head, real *scores, int first, int rows, const real *left,
                         size_t ld, const real *turned) {
    struct product_right right = {turned, REAL_VECTOR, (size_t)head->D * REAL_VECTOR};
    for (int r = 0; r < rows; r += GROUP) {
        int group = rows - r < GROUP ? rows - r : GROUP;
        struct product_left a = {left + (size_t)(first + r) * ld, ld, 1};
        KERNEL(product)
        (group, real_padded(first + r + group), head->D, a, right, PRODUCT_ZERO, NULL,
         scores + (size_t)r * (size_t)head->P, (size_t)head->P);
    }
}

/* to (rows,S) = weights (rows, tokens up to each row) times a natural matrix. */
static void block_mix(const struct head *head, real *to, int first, int rows, const real *weights,
                      const real *natural) {
    struct product_right right = {natural, (size_t)head->S, REAL_VECTOR};
    for (int r = 0; r < rows; r += GROUP) {
        int group = rows - r < GROUP ? rows - r : GROUP;
        struct product_left a = {weights + (size_t)r * (size_t)head->P, (size_t)head->P, 1};
        KERNEL(product)
        (group, head->S, first + r + group, a, right, PRODUCT_ZERO, NULL,
         to + (size_t)(first + r) * (size_t)head->S, (size_t)head->S);
    }
}

/* to (first + rows, S) += weights^T times rows first ... of a natural matrix. */
static void block_spread(const struct head *head, real *to, int first, int rows, const real *weights,
                         const real *natural) {
    struct product_left a = {weights, 1, (size_t)head->P};
    struct product_right right = {natural + (size_t)first * (size_t)head->S, (size_t)head->S, REAL_VECTOR};
    KERNEL(product)(first + rows, head->S, rows, a, right, PRODUCT_ADD, NULL, to, (size_t)head->S);
}

/* Scores from `seen` up to the next whole block become minus infinity; returns where that ends. */
static int mask_row(real *row, int seen) {
    int end = real_padded(seen);
    for (int j = seen; j < end; j++) row[j] = -(real)INFINITY;
    return end;
}

/* A row of scores to exp(scale (score - largest)) over the first `seen`, zeros behind them up to `keys`;
 * *largest is written. Returns one over their sum. */
static real row_softmax(real *row, int seen, int keys, real scale, real *largest) {
    int end = mask_row(row, seen);
    *largest = row_largest(row, end);
    const vector top = vector_all(*largest), factor = vector_all(scale);
    vector sum[BLOCK_VECTORS] = {{0}};
    for (int j = 0; j < end; j += REAL_VECTOR)
        for (int i = 0; i < BLOCK_VECTORS; i++) {
            vector e = vector_exp(factor * (vector_load(row + j + i * LANES) - top));
            vector_store(row + j + i * LANES, e);
            sum[i] += e;
        }
    for (int j = end; j < keys; j++) row[j] = 0;
    return 1 / block_total(sum);
}

void KERNEL(attention_forward)(real *out, int ld_out, real *rows_kept, const real *qkv, int ld_qkv, int T,
                               int H, int D, real *scratch) {
    struct head head = head_lay_out(scratch, T, D);
    real scale = 1 / real_sqrt((real)D);
    for (int h = 0; h < H; h++) {
        const real *from = qkv + (size_t)h * 3 * (size_t)D;
        copy_turned(head.k_turned, &head, from + D, ld_qkv);
        copy_in(head.v, &head, from + 2 * D, ld_qkv);
        for (int first = 0; first < T; first += ROWS) {
            int rows = T - first < ROWS ? T - first : ROWS;
            block_scores(&head, head.weights, first, rows, from, (size_t)ld_qkv, head.k_turned);
            real share[ROWS];
            for (int r = 0; r < rows; r++) {
                int last = r / GROUP * GROUP + GROUP < rows ? r / GROUP * GROUP + GROUP : rows;
                real *kept = rows_kept + 2 * ((size_t)(first + r) * (size_t)H + (size_t)h);
                kept[1] = share[r] = row_softmax(head.weights + (size_t)r * (size_t)head.P, first + r + 1,
                                                 first + last, scale, kept);
            }
            block_mix(&head, head.d_q, first, rows, head.weights, head.v);
            for (int r = 0; r < rows; r++)
                for (int d = 0; d < head.S; d++)
                    head.d_q[(size_t)(first + r) * (size_t)head.S + (size_t)d] *= share[r];
        }
        copy_out(out + (size_t)h * (size_t)D, ld_out, head.d_q, &head);
    }
}

/* Weights again from what was kept, and their gradients times the slope of the softmax:
 * d_score = weight (d_out v^T - d_out out) scale. Behind each row, zeros up to `keys`. */
static void row_gradients(real *weight, real *d, int seen, int keys, const real *kept, real slope,
                          real scale) {
    int end = mask_row(weight, seen);
    const vector top = vector_all(kept[0]), share = vector_all(kept[1]), less = vector_all(slope),
                 factor = vector_all(scale);
    for (int j = 0; j < end; j += LANES) {
        vector w = vector_exp(factor * (vector_load(weight + j) - top)) * share;
        vector_store(weight + j, w);
        vector_store(d + j, w * factor * (vector_load(d + j) - less));
    }
    for (int j = end; j < keys; j++) weight[j] = d[j] = 0;
}

static void block_backward(const struct head *head, int first, int rows, const real *slope, const real *kept,
                           int H, real scale) {
    block_scores(head, head->weights, first, rows, head->q, (size_t)head->S, head->k_turned);
    block_scores(head, head->d_weights, first, rows, head->d_out, (size_t)head->S, head->v_turned);
    for (int r = 0; r < rows; r++)
        row_gradients(head->weights + (size_t)r * (size_t)head->P,
                      head->d_weights + (size_t)r * (size_t)head->P, first + r + 1, first + rows,
                      kept + 2 * (size_t)r * (size_t)H, slope[r], scale);
    block_mix(head, head->d_q, first, rows, head->d_weights, head->k);
    block_spread(head, head->d_k, first, rows, head->d_weights, head->q);
    block_spread(head, head->d_v, first, rows, head->weights, head->d_out);
}

/* d_out out of one head's row, which is a whole number of blocks in all but odd shapes. */
static real slope_of(const real *d_out, const real *out, int D) {
    if (D % REAL_VECTOR == 0) return row_dot(d_out, out, D);
    real sum = 0;
    for (int i = 0; i < D; i++) sum += d_out[i] * out[i];
    return sum;
}

void KERNEL(attention_backward)(real *d_qkv, int ld_qkv, const real *d_out, int ld_out, const real *out,
                                const real *rows_kept, const real *qkv, int T, int H, int D, real *scratch) {
    struct head head = head_lay_out(scratch, T, D);
    real scale = 1 / real_sqrt((real)D);
    for (int h = 0; h < H; h++) {
        const real *from = qkv + (size_t)h * 3 * (size_t)D;
        copy_in(head.q, &head, from, ld_qkv);
        copy_in(head.k, &head, from + D, ld_qkv);
        copy_turned(head.k_turned, &head, from + D, ld_qkv);
        copy_turned(head.v_turned, &head, from + 2 * D, ld_qkv);
        copy_in(head.d_out, &head, d_out + (size_t)h * (size_t)D, ld_out);
        memset(head.d_k, 0, 2 * (size_t)head.P * (size_t)head.S * sizeof *head.d_k); /* and d_v behind it */
        for (int first = 0; first < T; first += ROWS) {
            int rows = T - first < ROWS ? T - first : ROWS;
            real slope[ROWS];
            for (int r = 0; r < rows; r++) {
                size_t at = (size_t)(first + r) * (size_t)ld_out + (size_t)h * (size_t)D;
                slope[r] = slope_of(d_out + at, out + at, D);
            }
            block_backward(&head, first, rows, slope, rows_kept + 2 * ((size_t)first * (size_t)H + (size_t)h),
                           H, scale);
        }
        real *to = d_qkv + (size_t)h * 3 * (size_t)D;
        copy_out(to, ld_qkv, head.d_q, &head);
        copy_out(to + D, ld_qkv, head.d_k, &head);
        copy_out(to + 2 * D, ld_qkv, head.d_v, &head);
    }
}

/* --- one token at a time ------------------------------------------------------------------------------- */

enum { TOGETHER = 4 }; /* heads worked on at a time, so that no multiply-add waits for the one before it */

static inline __attribute__((always_inline)) void clear_sums(const int heads,
                                                             vector sum[TOGETHER][BLOCK_VECTORS]) {
    UNROLL(4)
    for (int h = 0; h < heads; h++) {
        UNROLL(4)
        for (int i = 0; i < BLOCK_VECTORS; i++) sum[h][i] = vector_all(0);
    }
}

static inline __attribute__((always_inline)) void store_sums(const int heads, real *to, size_t ld,
                                                             vector sum[TOGETHER][BLOCK_VECTORS]) {
    UNROLL(4)
    for (int h = 0; h < heads; h++) {
        UNROLL(4)
        for (int i = 0; i < BLOCK_VECTORS; i++) vector_store(to + (size_t)h * ld + i * LANES, sum[h][i]);
    }
}

/* Scores (heads,capacity) of one token against `panels` panels of keys. */
static inline __attribute__((always_inline)) void step_scores(const int heads, real *scores, int capacity,
                                                              const real *q, const real *keys,
                                                              size_t head_size, int D, int panels) {
    for (int j = 0; j < panels; j++) {
        vector sum[TOGETHER][BLOCK_VECTORS];
        clear_sums(heads, sum);
        const real *panel = keys + (size_t)j * (size_t)D * REAL_VECTOR;
        for (int d = 0; d < D; d++, panel += REAL_VECTOR) {
            UNROLL(4)
            for (int h = 0; h < heads; h++) {
                vector factor = vector_all(q[(size_t)h * 3 * (size_t)D + (size_t)d]);
                UNROLL(4)
                for (int i = 0; i < BLOCK_VECTORS; i++)
                    sum[h][i] =
                        vector_fma(factor, vector_load(panel + (size_t)h * head_size + i * LANES), sum[h][i]);
            }
        }
        store_sums(heads, scores + (size_t)j * REAL_VECTOR, (size_t)capacity, sum);
    }
}

/* to (heads,S) = weights (heads,capacity) times the values of `tokens` tokens. */
static inline __attribute__((always_inline)) void step_mix(const int heads, real *to, int S,
                                                           const real *weights, int capacity,
                                                           const real *values, size_t head_size, int tokens) {
    for (int j = 0; j < S; j += REAL_VECTOR) {
        vector sum[TOGETHER][BLOCK_VECTORS];
        clear_sums(heads, sum);
        const real *row = values + j;
        for (int t = 0; t < tokens; t++, row += S) {
            UNROLL(4)
            for (int h = 0; h < heads; h++) {
                vector factor = vector_all(weights[(size_t)h * (size_t)capacity + (size_t)t]);
                UNROLL(4)
                for (int i = 0; i < BLOCK_VECTORS; i++)
                    sum[h][i] =
                        vector_fma(factor, vector_load(row + (size_t)h * head_size + i * LANES), sum[h][i]);
            }
        }
        store_sums(heads, to + j, (size_t)S, sum);
    }
}

static inline __attribute__((always_inline)) void step_heads(const int heads, real *out, const real *qkv,
                                                             real *cache, int capacity, int at, int D,
                                                             real *scratch) {
    int S = real_padded(D), end = real_padded(at + 1);
    size_t head_size = attention_cache(capacity, D),
           place = (size_t)(at / REAL_VECTOR) * (size_t)D * REAL_VECTOR;
    real *values = cache + (size_t)capacity * (size_t)D, *sums = scratch + TOGETHER * (size_t)capacity,
         share[TOGETHER];
    for (int h = 0; h < heads; h++) {
        const real *key = qkv + (size_t)h * 3 * (size_t)D + D, *value = key + D;
        real *keys = cache + (size_t)h * head_size + place + at % REAL_VECTOR;
        for (int d = 0; d < D; d++) keys[d * REAL_VECTOR] = key[d];
        memcpy(values + (size_t)h * head_size + (size_t)at * (size_t)S, value, (size_t)D * sizeof *value);
    }
    step_scores(heads, scratch, capacity, qkv, cache, head_size, D, end / REAL_VECTOR);
    for (int h = 0; h < heads; h++) {
        real largest;
        share[h] = row_softmax(scratch + (size_t)h * (size_t)capacity, at + 1, end, 1 / real_sqrt((real)D),
                               &largest);
    }
    step_mix(heads, sums, S, scratch, capacity, values, head_size, at + 1);
    for (int h = 0; h < heads; h++)
        for (int d = 0; d < D; d++) out[h * D + d] = sums[h * S + d] * share[h];
}

void KERNEL(attention_step)(real *out, const real *qkv, real *cache, int capacity, int at, int H, int D,
                            real *scratch) {
    size_t head_size = attention_cache(capacity, D);
    int h = 0;
    for (; h + TOGETHER <= H; h += TOGETHER)
        step_heads(TOGETHER, out + h * D, qkv + h * 3 * D, cache + (size_t)h * head_size, capacity, at, D,
                   scratch);
    for (; h < H; h++)
        step_heads(1, out + h * D, qkv + h * 3 * D, cache + (size_t)h * head_size, capacity, at, D, scratch);
}
