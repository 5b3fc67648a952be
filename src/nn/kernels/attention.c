/* Causal self-attention of one sample, in blocks of rows. See kernels.h.
 *
 * T tokens, H heads, D head size, P and S padded T and D. For each head, q, k, v (T,S) are copied out of the
 * packed rows, k and v also transposed (S,P), and the products run on vectors. */
#include <math.h>
#include <string.h>

#include "base/portable.h"
#include "nn/kernels/kernels.h"
#include "nn/kernels/vector.h"

enum { ROWS = 32 }; /* queries worked on at a time */

/* The working copies of one head, all in the caller's scratch. */
struct head {
    int P, S;
    real *q, *k, *v, *d_out;   /* (P,S) */
    real *k_turned, *v_turned; /* (S,P) */
    real *d_q, *d_k, *d_v;     /* (P,S) */
    real *weights, *d_weights; /* (ROWS,P) */
};

size_t attention_scratch(int T, int D) {
    size_t P = (size_t)real_padded(T), S = (size_t)real_padded(D);
    return 9 * P * S + 2 * ROWS * P;
}

static struct head head_lay_out(real *scratch, int T, int D) {
    struct head head = {.P = real_padded(T), .S = real_padded(D)};
    size_t size = (size_t)head.P * (size_t)head.S;
    real **part[] = {&head.q,        &head.k,   &head.v,   &head.d_out, &head.k_turned,
                     &head.v_turned, &head.d_q, &head.d_k, &head.d_v};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) *part[i] = scratch + i * size;
    head.weights = scratch + 9 * size;
    head.d_weights = head.weights + ROWS * (size_t)head.P;
    memset(scratch, 0, 6 * size * sizeof *scratch);
    return head;
}

static void copy_in(real *to, int S, const real *from, int ld, int T, int D) {
    for (int t = 0; t < T; t++) memcpy(to + (size_t)t * S, from + (size_t)t * ld, (size_t)D * sizeof *to);
}

static void copy_turned(real *to, int P, const real *from, int ld, int T, int D) {
    for (int t = 0; t < T; t++)
        for (int d = 0; d < D; d++) to[(size_t)d * P + t] = from[(size_t)t * ld + d];
}

static void copy_out(real *to, int ld, const real *from, int S, int T, int D) {
    for (int t = 0; t < T; t++) memcpy(to + (size_t)t * ld, from + (size_t)t * S, (size_t)D * sizeof *to);
}

/* Scores of rows first ... first + rows - 1 against the keys before them: head.weights (rows,keys) = q k^T.
 */
static void block_scores(const struct head *head, int first, int rows, int keys, int D) {
    struct vector_view q = {head->q + (size_t)first * head->S, (size_t)head->S, 1};
    vector_multiply(rows, keys, D, q, head->k_turned, (size_t)head->P, false, head->weights, (size_t)head->P);
}

/* Row of scores to softmax(scale * scores) over the first `seen`; the rest up to `keys` becomes 0. Returns
 * the logarithm of the sum of exponentials. */
static real row_softmax(real *row, int seen, int keys, real scale) {
    for (int j = seen; j < keys; j++) row[j] = -INFINITY;
    real largest = vector_max(row, keys);
    for (int j = 0; j < keys; j++) row[j] = real_exp(scale * (row[j] - largest));
    real sum = vector_sum(row, keys), share = 1 / sum;
    for (int j = 0; j < keys; j++) row[j] *= share;
    return scale * largest + (real)portable_log(sum);
}

void attention_forward(real *out, int ld_out, real *log_sum, const real *qkv, int ld_qkv, int T, int H, int D,
                       real *scratch) {
    struct head head = head_lay_out(scratch, T, D);
    real scale = (real)(1 / sqrt(D));
    for (int h = 0; h < H; h++) {
        const real *from = qkv + (size_t)h * 3 * (size_t)D;
        copy_in(head.q, head.S, from, ld_qkv, T, D);
        copy_turned(head.k_turned, head.P, from + D, ld_qkv, T, D);
        copy_in(head.v, head.S, from + 2 * D, ld_qkv, T, D);
        for (int first = 0; first < T; first += ROWS) {
            int rows = T - first < ROWS ? T - first : ROWS, keys = real_padded(first + rows);
            block_scores(&head, first, rows, keys, D);
            for (int r = 0; r < rows; r++)
                log_sum[(size_t)(first + r) * H + h] =
                    row_softmax(head.weights + (size_t)r * head.P, first + r + 1, keys, scale);
            struct vector_view weights = {head.weights, (size_t)head.P, 1};
            vector_multiply(rows, head.S, first + rows, weights, head.v, (size_t)head.S, false,
                            head.d_q + (size_t)first * head.S, (size_t)head.S);
        }
        copy_out(out + (size_t)h * D, ld_out, head.d_q, head.S, T, D);
    }
}

/* Weights again from the kept logarithms, and their gradients times the slope of the softmax:
 * d_score = weight (d_out v^T - d_out out) scale. */
static void block_gradients(const struct head *head, int first, int rows, int keys, int D, int H,
                            const real *log_sum, const real *slope, real scale) {
    block_scores(head, first, rows, keys, D);
    struct vector_view d_out = {head->d_out + (size_t)first * head->S, (size_t)head->S, 1};
    vector_multiply(rows, keys, D, d_out, head->v_turned, (size_t)head->P, false, head->d_weights,
                    (size_t)head->P);
    for (int r = 0; r < rows; r++) {
        real *weight = head->weights + (size_t)r * head->P, *d = head->d_weights + (size_t)r * head->P;
        real logarithm = log_sum[(size_t)r * H];
        for (int j = first + r + 1; j < keys; j++) weight[j] = -INFINITY;
        for (int j = 0; j < keys; j++) weight[j] = real_exp(scale * weight[j] - logarithm);
        for (int j = 0; j < keys; j++) d[j] = weight[j] * (d[j] - slope[r]) * scale;
    }
}

void attention_backward(real *d_qkv, int ld_qkv, const real *d_out, int ld_out, const real *out,
                        const real *log_sum, const real *qkv, int T, int H, int D, real *scratch) {
    struct head head = head_lay_out(scratch, T, D);
    real scale = (real)(1 / sqrt(D));
    for (int h = 0; h < H; h++) {
        const real *from = qkv + (size_t)h * 3 * (size_t)D;
        copy_in(head.q, head.S, from, ld_qkv, T, D);
        copy_in(head.k, head.S, from + D, ld_qkv, T, D);
        copy_turned(head.k_turned, head.P, from + D, ld_qkv, T, D);
        copy_turned(head.v_turned, head.P, from + 2 * D, ld_qkv, T, D);
        copy_in(head.d_out, head.S, d_out + (size_t)h * D, ld_out, T, D);
        memset(head.d_k, 0, 2 * (size_t)head.P * (size_t)head.S * sizeof *head.d_k); /* and d_v behind it */
        for (int first = 0; first < T; first += ROWS) {
            int rows = T - first < ROWS ? T - first : ROWS, keys = real_padded(first + rows);
            real slope[ROWS] = {0};
            for (int r = 0; r < rows; r++) {
                const real *d = d_out + (size_t)(first + r) * ld_out + (size_t)h * D;
                const real *o = out + (size_t)(first + r) * ld_out + (size_t)h * D;
                for (int i = 0; i < D; i++) slope[r] += d[i] * o[i];
            }
            block_gradients(&head, first, rows, keys, D, H, log_sum + (size_t)first * H + h, slope, scale);
            size_t S = (size_t)head.S, P = (size_t)head.P, row = (size_t)first * S;
            vector_multiply(rows, head.S, first + rows, (struct vector_view){head.d_weights, P, 1}, head.k, S,
                            false, head.d_q + row, S);
            vector_multiply(first + rows, head.S, rows, (struct vector_view){head.d_weights, 1, P},
                            head.q + row, S, true, head.d_k, S);
            vector_multiply(first + rows, head.S, rows, (struct vector_view){head.weights, 1, P},
                            head.d_out + row, S, true, head.d_v, S);
        }
        real *to = d_qkv + (size_t)h * 3 * (size_t)D;
        copy_out(to, ld_qkv, head.d_q, head.S, T, D);
        copy_out(to + D, ld_qkv, head.d_k, head.S, T, D);
        copy_out(to + 2 * D, ld_qkv, head.d_v, head.S, T, D);
    }
}

void attention_step(real *out, const real *q, const real *keys, int ld_keys, const real *values,
                    int ld_values, int at, int D, real *scratch) {
    int padded = real_padded(at + 1);
    real *sum = scratch + ld_keys; /* of the values: `out` need not be a whole number of vectors */
    vector_multiply(1, padded, D, (struct vector_view){q, 0, 1}, keys, (size_t)ld_keys, false, scratch, 0);
    row_softmax(scratch, at + 1, padded, (real)(1 / sqrt(D)));
    vector_multiply(1, ld_values, at + 1, (struct vector_view){scratch, 0, 1}, values, (size_t)ld_values,
                    false, sum, 0);
    memcpy(out, sum, (size_t)D * sizeof *out);
}
