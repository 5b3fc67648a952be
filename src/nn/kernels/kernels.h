/* The transformer's kernels: x_forward and x_backward, each pair in a file of its own name, in one table a
 * level.
 *
 * Glossary: N tokens (rows), C width, F inner width of the MLP, V vocabulary, H heads, D = C / H head size, I
 * and O a linear layer's inputs and outputs. All matrices are row-major, 64-byte aligned, their row lengths
 * (ld...) multiples of REAL_VECTOR. Gradients by parameters are added to, others overwritten unless said
 * otherwise. Every level gives the same bits. */
#ifndef COTNOISE_NN_KERNELS_KERNELS_H
#define COTNOISE_NN_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/kernels/real.h"

/* out[n] = embedding[token[n]].  (N,C) from (V,C) */
typedef void embedding_forward_kernel(real *out, const int32_t *token, const real *embedding, int N, int C);
typedef void embedding_backward_kernel(real *d_embedding, const int32_t *token, const real *d_out, int N,
                                       int C);

/* A product's left matrix (m,k): element (i, p) is at[i * row + p * column]; one of the two steps is 1. */
struct product_left {
    const real *at;
    size_t row, column;
};

/* A product's right matrix (k,n), by panels of REAL_VECTOR columns: element (p, j) is
 * at[j / REAL_VECTOR * panel + p * row + j % REAL_VECTOR]. An ordinary matrix has panel REAL_VECTOR. */
struct product_right {
    const real *at;
    size_t row, panel;
};

/* What the sums of a product begin with. */
enum product_start { PRODUCT_ZERO, PRODUCT_BIAS, PRODUCT_ADD, PRODUCT_ADD_BIAS };

/* C(m,n) = A B, or C + A B, with bias (n) where the start says so; n a multiple of REAL_VECTOR. Each element
 * adds its terms in the order of p with one multiply-add each, whatever m and n are. */
typedef void product_kernel(int m, int n, int k, struct product_left a, struct product_right b,
                            enum product_start start, const real *bias, real *c, size_t ldc);

/* C(m,n) += A^T B with A (k,m) and B (k,n) ordinary matrices, the product of a weight's gradient: the same,
 * through copies of A and B in panels. scratch: product_turned_scratch(m) reals. */
typedef void product_turned_kernel(int m, int n, int k, const real *a, int lda, const real *b, int ldb,
                                   real *c, size_t ldc, real *scratch);
enum { PRODUCT_DEPTH = 128, PRODUCT_WIDEST = 32 }; /* how much of A and B is copied at a time */
static inline size_t product_turned_scratch(int m) {
    return (size_t)PRODUCT_DEPTH * ((size_t)m + 2 * PRODUCT_WIDEST);
}

/* to (columns,rows) = from (rows,columns) transposed; rows and columns are multiples of 4. Both may begin at
 * any real, their row lengths may be anything. */
typedef void turn_kernel(real *to, size_t ld_to, const real *from, size_t ld_from, int rows, int columns);

/* sum (O) += the column sums of d_out (N,O). */
typedef void bias_backward_kernel(real *sum, const real *d_out, int ld, int N, int O);

/* Layer norm (Ba et al. 2016, arXiv:1607.06450) without gain and shift: out = (x - mean) scale, where scale =
 * 1 / sqrt(variance + epsilon) is kept.  (N,C), (N) from (N,C) */
typedef void normalise_forward_kernel(real *out, real *scale, const real *x, int N, int C, double epsilon);
/* d_x += scale (d_out - mean(d_out) - out mean(d_out out)). */
typedef void normalise_backward_kernel(real *d_x, const real *d_out, const real *out, const real *scale,
                                       int N, int C);

/* Gain and shift of a layer norm go into the linear layer behind it, once a step instead of once a token:
 * folded weight[o][c] = weight[o][c] gain[c];  folded bias[o] = bias[o] + sum_c weight[o][c] shift[c].
 * The folded weight is laid out by `row` and `panel` as a product's right matrix. `bias` and d_bias may be
 * NULL (no bias). */
typedef void fold_forward_kernel(real *to, size_t row, size_t panel, real *folded_bias, const real *weight,
                                 const real *bias, const real *gain, const real *shift, int I, int O);
/* The gradients by weight, bias, gain and shift, adding to d_gain and d_shift; d_weight holds that by the
 * folded weight and is overwritten. */
typedef void fold_backward_kernel(real *d_weight, real *d_bias, real *d_gain, real *d_shift,
                                  const real *d_folded_bias, const real *weight, const real *gain,
                                  const real *shift, int I, int O);

/* Exact GELU (Hendrycks and Gimpel 2016, arXiv:1606.08415): x (1 + erf(x / sqrt 2)) / 2.  (N,F). With
 * `slope`, x is overwritten by the derivative Phi(x) + x phi(x). */
typedef void gelu_forward_kernel(real *out, int ld_out, real *x, int ld_x, int N, int F, bool slope);
/* d_x = d_out slope, where d_x's place holds nothing yet. */
typedef void gelu_backward_kernel(real *d_x, int ld_x, const real *d_out, int ld_out, const real *slope,
                                  int ld_slope, int N, int F);

/* Rotary embedding (Su et al. 2021, arXiv:2104.09864) with the halves of GPT-NeoX, in place on the q and k of
 * rows laid out head by head as q, k, v of D each; the first R dimensions are turned, back when `back`
 * (backward). table is that of rotary_table.h, `position` that of each row. */
typedef void rotary_kernel(real *qkv, int ld, const int32_t *position, const real *table, int N, int H, int D,
                           int R, bool back);

/* Causal self-attention of one sample of T tokens: out = softmax(q k^T / sqrt(D)) v by head. rows (T,H,2)
 * keeps the largest score of each row and one over its sum of exponentials, from which backward makes the
 * weights again; nothing of size T x T is stored (Dao et al. 2022, arXiv:2205.14135). scratch:
 * attention_scratch(longest T, D) reals. */
enum { ATTENTION_ROWS = 48 }; /* how many rows of weights are held at a time */
static inline size_t attention_scratch(int T, int D) {
    size_t P = (size_t)real_padded(T), S = (size_t)real_padded(D);
    return 9 * P * S + 2 * (size_t)ATTENTION_ROWS * P;
}
typedef void attention_forward_kernel(real *out, int ld_out, real *rows, const real *qkv, int ld_qkv, int T,
                                      int H, int D, real *scratch);
typedef void attention_backward_kernel(real *d_qkv, int ld_qkv, const real *d_out, int ld_out,
                                       const real *out, const real *rows, const real *qkv, int T, int H,
                                       int D, real *scratch);
/* The same for one token at position `at` of a sequence whose earlier tokens went through here before: qkv
 * (H,3,D) to out (H,D). cache holds attention_cache(capacity, D) reals a head, keys and values of up to
 * `capacity` tokens, a multiple of REAL_VECTOR; the token's own are added to it. scratch:
 * attention_step_scratch(capacity, D) reals. */
static inline size_t attention_cache(int capacity, int D) {
    return (size_t)capacity * (size_t)(D + real_padded(D));
}
static inline size_t attention_step_scratch(int capacity, int D) {
    return 4 * (size_t)(capacity + real_padded(D));
}
typedef void attention_step_kernel(real *out, const real *qkv, real *cache, int capacity, int at, int H,
                                   int D, real *scratch);

/* The logits are divided by the temperature, and what is behind the V of a row becomes minus infinity. Then
 * the sum over the rows of log sum_v exp(logits[v]) - logits[target], in nats; log_sum (N) keeps the first
 * term, entropy (N; may be NULL) that of softmax(logits). */
typedef double cross_entropy_forward_kernel(real *log_sum, real *entropy, real *logits, int ld,
                                            const int32_t *target, int N, int V, double temperature);
/* In place, of such logits: d_logits = factor (softmax(logits) - [v = target]), and, unless both are NULL,
 * + entropy_factor times the gradient of the entropy, -p (log p + entropy); the padding becomes 0. All are
 * (N). */
typedef void cross_entropy_backward_kernel(real *logits, int ld, const real *log_sum, const int32_t *target,
                                           const real *factor, const real *entropy,
                                           const real *entropy_factor, int N);

/* One number a row: out[n] = x[n] . weight + weight[C].  (N) from (N,C) and (C + 1) */
typedef void value_head_forward_kernel(real *out, const real *x, const real *weight, int N, int C);
/* Adds to d_x too. */
typedef void value_head_backward_kernel(real *d_x, real *d_weight, const real *d_out, const real *x,
                                        const real *weight, int N, int C);

/* sum[i] += other[i]. */
typedef void update_add_up_kernel(real *sum, const real *other, size_t n);
/* The sum of squares of n values, followed by zeros up to a multiple of REAL_VECTOR. */
typedef double update_squares_kernel(const real *values, size_t n);

/* AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101): Adam with decoupled weight decay. */
struct adamw {
    double rate, beta1, beta2, epsilon, decay;
    int64_t step;  /* 1 for the first update */
    double factor; /* the gradient is multiplied by it first (clipping) */
};

/* Updates n values w and their moments m and v by the gradient g:
 * m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
 * w -= rate (m / (1 - beta1^step) / (sqrt(v / (1 - beta2^step)) + epsilon) + decay w). */
typedef void update_adamw_kernel(const struct adamw *adamw, real *w, const real *g, real *m, real *v,
                                 size_t n);

/* `rounds` multiply-adds on each of several sums that never leave the registers, from `start`; returns how
 * many floating-point operations that were. *total is there so that the work is not left out. */
typedef double multiply_add_kernel(real start, int rounds, real *total);

#define KERNEL_LIST(X)        \
    X(embedding_forward)      \
    X(embedding_backward)     \
    X(product)                \
    X(product_turned)         \
    X(turn)                   \
    X(bias_backward)          \
    X(normalise_forward)      \
    X(normalise_backward)     \
    X(fold_forward)           \
    X(fold_backward)          \
    X(gelu_forward)           \
    X(gelu_backward)          \
    X(rotary)                 \
    X(attention_forward)      \
    X(attention_backward)     \
    X(attention_step)         \
    X(cross_entropy_forward)  \
    X(cross_entropy_backward) \
    X(value_head_forward)     \
    X(value_head_backward) X(update_add_up) X(update_squares) X(update_adamw) X(multiply_add)

/* The kernels of one level. */
struct kernels {
    const char *level; /* "x86-64-v3" */
#define KERNEL_MEMBER(name) name##_kernel *name;
    KERNEL_LIST(KERNEL_MEMBER)
#undef KERNEL_MEMBER
};

#endif
