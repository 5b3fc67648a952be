/* The transformer's kernels: x_forward and x_backward, each pair in a file of its own name.
 *
 * Glossary: N tokens (rows), C width, F inner width of the MLP, V vocabulary, H heads, D = C / H head size, I
 * and O a linear layer's inputs and outputs. All matrices are row-major, 64-byte aligned, their row lengths
 * (ld...) multiples of REAL_VECTOR. Gradients by parameters are added to, others overwritten unless said
 * otherwise. */
#ifndef COTNOISE_NN_KERNELS_KERNELS_H
#define COTNOISE_NN_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/kernels/real.h"

/* out[n] = embedding[token[n]].  (N,C) from (V,C) */
void embedding_forward(real *out, const int32_t *token, const real *embedding, int N, int C);
void embedding_backward(real *d_embedding, const int32_t *token, const real *d_out, int N, int C);

/* out = in weight^T + bias, or out += when `add`, with the weight given as turned = weight^T, which
 * linear_turn makes.  (N,O) from (N,I), (I,O), (O) */
void linear_turn(real *turned, const real *weight, int I, int O);
void linear_forward(real *out, int ld_out, const real *in, int ld_in, const real *turned, const real *bias,
                    int N, int I, int O, bool add);
/* d_in = d_out weight; d_bias += column sums of d_out. */
void linear_backward(real *d_in, int ld_in, real *d_bias, const real *d_out, int ld_out, const real *weight,
                     int N, int I, int O);
/* d_weight += d_out^T in. */
void linear_backward_weight(real *d_weight, const real *d_out, int ld_out, const real *in, int ld_in, int N,
                            int I, int O);

/* Layer norm (Ba et al. 2016, arXiv:1607.06450) without gain and shift: out = (x - mean) scale, where scale =
 * 1 / sqrt(variance + epsilon) is kept.  (N,C), (N) from (N,C) */
void normalise_forward(real *out, real *scale, const real *x, int N, int C, double epsilon);
/* d_x += scale (d_out - mean(d_out) - out mean(d_out out)). */
void normalise_backward(real *d_x, const real *d_out, const real *out, const real *scale, int N, int C);

/* Gain and shift of a layer norm go into the linear layer behind it, once a step instead of once a token:
 * folded weight[o][c] = weight[o][c] gain[c];  folded bias[o] = bias[o] + sum_c weight[o][c] shift[c].
 * `bias` and d_bias may be NULL (no bias). */
void fold_forward(real *folded_weight, real *folded_bias, const real *weight, const real *bias,
                  const real *gain, const real *shift, int I, int O);
/* The gradients by weight, bias, gain and shift, overwriting d_weight and d_bias, adding to d_gain and
 * d_shift. */
void fold_backward(real *d_weight, real *d_bias, real *d_gain, real *d_shift, const real *d_folded_weight,
                   const real *d_folded_bias, const real *weight, const real *gain, const real *shift, int I,
                   int O);

/* Exact GELU (Hendrycks and Gimpel 2016, arXiv:1606.08415): x (1 + erf(x / sqrt 2)) / 2.  (N,F) */
void gelu_forward(real *out, int ld_out, const real *x, int ld_x, int N, int F);
/* d_x = d_out (Phi(x) + x phi(x)). */
void gelu_backward(real *d_x, int ld_x, const real *d_out, int ld_out, const real *x, int N, int F);

/* Rotary embedding (Su et al. 2021, arXiv:2104.09864) with the halves of GPT-NeoX, in place on the q and k of
 * rows laid out head by head as q, k, v of D each; the first R dimensions are turned. table holds for each
 * position R / 2 cosines, then R / 2 sines; `position` that of each row. */
void rotary_table(real *table, int positions, int R, double base);
void rotary_forward(real *qkv, int ld, const int32_t *position, const real *table, int N, int H, int D,
                    int R);
void rotary_backward(real *d_qkv, int ld, const int32_t *position, const real *table, int N, int H, int D,
                     int R);

/* Causal self-attention of one sample of T tokens: out = softmax(q k^T / sqrt(D)) v by head. log_sum (T,H) is
 * the logarithm of each row's sum of exponentials, from which backward makes the rows again; nothing of size
 * T x T is stored (Dao et al. 2022, arXiv:2205.14135). scratch: attention_scratch(longest T, D) reals. */
size_t attention_scratch(int T, int D);
void attention_forward(real *out, int ld_out, real *log_sum, const real *qkv, int ld_qkv, int T, int H, int D,
                       real *scratch);
void attention_backward(real *d_qkv, int ld_qkv, const real *d_out, int ld_out, const real *out,
                        const real *log_sum, const real *qkv, int T, int H, int D, real *scratch);

/* The same for one new token at position `at` with cached keys (D rows of ld_keys, one column a token) and
 * values (tokens of ld_values). q (D) to out (D), one head. scratch: ld_keys + ld_values reals. */
void attention_step(real *out, const real *q, const real *keys, int ld_keys, const real *values,
                    int ld_values, int at, int D, real *scratch);

/* Sum over the rows of log sum_v exp(logits[v]) - logits[target], in nats; log_sum (N) keeps the first term.
 */
double cross_entropy_forward(real *log_sum, const real *logits, int ld, const int32_t *target, int N, int V);
/* In place: logits become d_logits = (softmax(logits) - [v = target]) factor; the padding becomes 0. */
void cross_entropy_backward(real *logits, int ld, const real *log_sum, const int32_t *target, double factor,
                            int N, int V);

#endif
