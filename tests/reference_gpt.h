/* A GPT-NeoX forward pass in double precision, one sequence at a time: plain, slow, and written from the
 * model's definition (Black et al. 2022, arXiv:2204.06745), sharing nothing with src/nn but the parameter
 * table. */
#ifndef COTNOISE_TESTS_REFERENCE_GPT_H
#define COTNOISE_TESTS_REFERENCE_GPT_H

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn/gpt.h"

/* A parameter by its Hugging Face name, "%d" in it being the layer. */
static inline const real *reference_values(const struct gpt *gpt, const char *name, int layer) {
    char wanted[96];
    if (layer < 0)
        snprintf(wanted, sizeof wanted, "%s", name);
    else
        snprintf(wanted, sizeof wanted, "gpt_neox.layers.%d.%s", layer, name);
    for (int i = 0; i < gpt->tensors; i++)
        if (strcmp(gpt->tensor[i].name, wanted) == 0) return gpt_values(gpt, i);
    assert(!"no such tensor");
    return NULL;
}

static inline double *reference_zeros(int rows, int columns) {
    assert(rows > 0 && columns > 0);
    double *made = calloc((size_t)rows * (size_t)columns, sizeof *made);
    assert(made);
    return made;
}

/* y[o] = bias[o] + sum_i weight[o][i] x[i]; bias may be NULL. */
static inline void reference_linear(double *y, const double *x, const real *weight, const real *bias, int I,
                                    int O) {
    for (int o = 0; o < O; o++) {
        y[o] = bias ? (double)bias[o] : 0;
        for (int i = 0; i < I; i++) y[o] += (double)weight[o * I + i] * x[i];
    }
}

static inline void reference_norm(double *y, const double *x, const real *gain, const real *shift, int C,
                                  double epsilon) {
    double mean = 0, variance = 0;
    for (int c = 0; c < C; c++) mean += x[c] / C;
    for (int c = 0; c < C; c++) variance += (x[c] - mean) * (x[c] - mean) / C;
    for (int c = 0; c < C; c++)
        y[c] = (x[c] - mean) / sqrt(variance + epsilon) * (double)gain[c] + (double)shift[c];
}

/* Turns the first R dimensions of one head's q or k at position t. */
static inline void reference_rotate(double *x, int t, int R, double base) {
    for (int i = 0; i < R / 2; i++) {
        double angle = t / pow(base, 2.0 * i / R), a = x[i], b = x[i + R / 2];
        x[i] = a * cos(angle) - b * sin(angle);
        x[i + R / 2] = b * cos(angle) + a * sin(angle);
    }
}

/* attended (T,C) from qkv (T,3C). */
static inline void reference_attention(double *attended, const double *qkv, int T, int H, int D) {
    int C = H * D;
    double *weight = reference_zeros(1, T);
    memset(attended, 0, (size_t)T * (size_t)C * sizeof *attended);
    for (int h = 0; h < H; h++)
        for (int t = 0; t < T; t++) {
            const double *q = qkv + t * 3 * C + h * 3 * D;
            double sum = 0;
            for (int s = 0; s <= t; s++) {
                const double *k = qkv + s * 3 * C + h * 3 * D + D;
                double score = 0;
                for (int d = 0; d < D; d++) score += q[d] * k[d];
                weight[s] = exp(score / sqrt(D));
                sum += weight[s];
            }
            for (int s = 0; s <= t; s++)
                for (int d = 0; d < D; d++)
                    attended[t * C + h * D + d] += weight[s] / sum * qkv[s * 3 * C + h * 3 * D + 2 * D + d];
        }
    free(weight);
}

static inline void reference_layer(const struct gpt *gpt, int layer, double *x, int T) {
    const struct gpt_config *config = &gpt->config;
    int C = config->width, F = config->ffn, H = config->heads, D = C / H,
        R = (int)(config->rotary_share * D + 1e-9);
    double *qkv = reference_zeros(T, 3 * C), *attended = reference_zeros(T, C);
    double *norm = reference_zeros(1, C), *up = reference_zeros(1, F);
    double *out = reference_zeros(1, C);
#define VALUES(name) reference_values(gpt, name, layer)
    for (int t = 0; t < T; t++) {
        reference_norm(norm, x + t * C, VALUES("input_layernorm.weight"), VALUES("input_layernorm.bias"), C,
                       config->epsilon);
        reference_linear(qkv + t * 3 * C, norm, VALUES("attention.query_key_value.weight"),
                         VALUES("attention.query_key_value.bias"), C, 3 * C);
        for (int h = 0; h < H; h++)
            for (int part = 0; part < 2; part++)
                reference_rotate(qkv + t * 3 * C + h * 3 * D + part * D, t, R, config->rotary_base);
    }
    reference_attention(attended, qkv, T, H, D);
    for (int t = 0; t < T; t++) {
        reference_norm(norm, x + t * C, VALUES("post_attention_layernorm.weight"),
                       VALUES("post_attention_layernorm.bias"), C, config->epsilon);
        reference_linear(up, norm, VALUES("mlp.dense_h_to_4h.weight"), VALUES("mlp.dense_h_to_4h.bias"), C,
                         F);
        for (int f = 0; f < F; f++) up[f] = up[f] * 0.5 * (1 + erf(up[f] / sqrt(2)));
        reference_linear(out, attended + t * C, VALUES("attention.dense.weight"),
                         VALUES("attention.dense.bias"), C, C);
        for (int c = 0; c < C; c++) x[t * C + c] += out[c];
        reference_linear(out, up, VALUES("mlp.dense_4h_to_h.weight"), VALUES("mlp.dense_4h_to_h.bias"), F, C);
        for (int c = 0; c < C; c++) x[t * C + c] += out[c];
    }
#undef VALUES
    free(qkv);
    free(attended);
    free(norm);
    free(up);
    free(out);
}

/* logits (T,V) of a sequence of T tokens; the caller frees them. */
static inline double *reference_logits(const struct gpt *gpt, const int32_t *tokens, int T) {
    int C = gpt->config.width, V = gpt->config.vocabulary;
    const real *embedding = reference_values(gpt, "gpt_neox.embed_in.weight", -1);
    double *x = reference_zeros(T, C), *norm = reference_zeros(1, C);
    double *logits = reference_zeros(T, V);
    for (int t = 0; t < T; t++)
        for (int c = 0; c < C; c++) x[t * C + c] = (double)embedding[tokens[t] * C + c];
    for (int layer = 0; layer < gpt->config.layers; layer++) reference_layer(gpt, layer, x, T);
    for (int t = 0; t < T; t++) {
        reference_norm(norm, x + t * C, reference_values(gpt, "gpt_neox.final_layer_norm.weight", -1),
                       reference_values(gpt, "gpt_neox.final_layer_norm.bias", -1), C, gpt->config.epsilon);
        reference_linear(logits + t * V, norm, reference_values(gpt, "embed_out.weight", -1), NULL, C, V);
    }
    free(x);
    free(norm);
    return logits;
}

/* log softmax(logits of row t)[token]. */
static inline double reference_log_probability(const double *logits, int V, int t, int32_t token) {
    double sum = 0;
    for (int v = 0; v < V; v++) sum += exp(logits[t * V + v]);
    return logits[t * V + token] - log(sum);
}

#endif
