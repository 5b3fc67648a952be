/* One pass of packed samples through the transformer. See pass.h. */
#include "nn/pass.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/kernels/gemm.h"
#include "nn/kernels/kernels.h"

enum { BLOCK = 64 }; /* rows worked on at a time between one attention and the next */

/* Hands out 64-byte aligned pieces of one block; with base NULL it only counts. */
struct carver {
    char *base;
    size_t used;
    bool overflow;
};

static void *carve(struct carver *carver, size_t rows, size_t columns, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(rows, columns, &bytes) || __builtin_mul_overflow(bytes, size, &bytes) ||
        bytes > SIZE_MAX / 2 - carver->used) {
        carver->overflow = true;
        return NULL;
    }
    void *piece = carver->base ? carver->base + carver->used : NULL;
    carver->used += (bytes + 63) & ~(size_t)63;
    return piece;
}

static void lay_out(struct pass *pass, int longest, struct carver *carver) {
    const struct gpt_config *config = pass->config;
    size_t N = (size_t)pass->capacity, C = (size_t)config->width, V = (size_t)pass->folded->layout.V;
    size_t P = (size_t)pass->folded->layout.P, A = (size_t)pass->folded->layout.A, real_size = sizeof(real);
    size_t D = (size_t)gpt_head_size(config);
    pass->layer = carve(carver, (size_t)config->layers, 1, sizeof *pass->layer);
    struct pass_layer one = {0};
    for (int l = 0; l < config->layers; l++) {
        if (l == 0 || pass->mode != PASS_FORWARD) {
            one.xhat = carve(carver, N, C, real_size);
            one.scale = carve(carver, N, 1, real_size);
        }
        if (l == 0 || pass->mode == PASS_TRAINING) {
            one.p = carve(carver, N, P, real_size);
            one.a = carve(carver, N, A, real_size);
            one.log_sum = carve(carver, N, (size_t)config->heads, real_size);
        }
        if (carver->base) pass->layer[l] = one;
    }
    pass->x = carve(carver, N, C, real_size);
    pass->picked = carve(carver, N, C, real_size);
    pass->picked_scale = carve(carver, N, 1, real_size);
    pass->logits = carve(carver, N, V, real_size);
    pass->log_sum = carve(carver, N, 1, real_size);
    if (pass->mode != PASS_FORWARD) {
        pass->d_p = carve(carver, N, P, real_size);
        pass->d_a = carve(carver, N, A, real_size);
        pass->d_xhat = carve(carver, N, C, real_size);
    }
    pass->scratch = carve(carver, attention_scratch(longest, (int)D), 1, real_size);
    pass->position = carve(carver, N, 1, sizeof *pass->position);
    pass->row = carve(carver, N, 1, sizeof *pass->row);
    pass->target = carve(carver, N, 1, sizeof *pass->target);
}

/* Every product of forward and, when training, backward. */
static void compile_products(const struct fold_layout *l, int C, enum pass_mode mode) {
    gemm_compile(GEMM_NN, BLOCK, l->P, C, C, l->P, l->P);
    gemm_compile(GEMM_NN, BLOCK, C, l->A, l->A, C, C);
    gemm_compile(GEMM_NN, BLOCK, l->V, C, C, l->V, l->V);
    if (mode == PASS_FORWARD) return;
    gemm_compile(GEMM_NN, BLOCK, l->A, C, C, l->A, l->A);
    gemm_compile(GEMM_NN, BLOCK, C, l->P, l->P, C, C);
    gemm_compile(GEMM_NN, BLOCK, C, l->V, l->V, C, C);
    gemm_compile(GEMM_TN, C, l->A, BLOCK, C, l->A, l->A);
    gemm_compile(GEMM_TN, l->P, C, BLOCK, l->P, C, C);
    gemm_compile(GEMM_TN, l->V, C, BLOCK, l->V, C, C);
}

enum err pass_create(const struct folded *folded, int capacity, int longest, enum pass_mode mode,
                     struct pass **pass, struct error *error) {
    assert(capacity >= longest && longest >= 1);
    struct pass *made = memory_array(1, sizeof *made);
    if (!made) return err_memory(error, "the model's scratch memory");
    made->folded = folded;
    made->config = &folded->gpt->config;
    made->capacity = capacity;
    made->mode = mode;
    struct carver carver = {0};
    lay_out(made, longest, &carver);
    made->bytes = carver.used;
    if (!carver.overflow) made->memory = carver.base = memory_aligned(carver.used, 1);
    if (!made->memory) {
        pass_free(made);
        return err_memory(error, "the model's scratch memory");
    }
    carver.used = 0;
    lay_out(made, longest, &carver);
    compile_products(&folded->layout, made->config->width, mode);
    *pass = made;
    return ERR_OK;
}

void pass_free(struct pass *pass) {
    if (!pass) return;
    free(pass->memory);
    free(pass);
}

static int rows_of_block(const struct pass *pass, int first) {
    return pass->N - first < BLOCK ? pass->N - first : BLOCK;
}

/* Everything but attention, a block of rows at a time, so that each pass over them finds them in the cache.
 */
static void layer_forward_rows(struct pass *pass, int l, int first, int rows, bool again) {
    const struct gpt_config *config = pass->config;
    const struct fold_layout *layout = &pass->folded->layout;
    const struct pass_layer *layer = &pass->layer[l];
    size_t n = (size_t)first;
    int C = config->width, P = layout->P, A = layout->A;
    real *xhat = layer->xhat + n * (size_t)C, *p = layer->p + n * (size_t)P;
    if (!again) normalise_forward(xhat, layer->scale + n, pass->x + n * (size_t)C, rows, C, config->epsilon);
    timing_mark(&pass->timing, TIMING_NORM);
    linear_forward(p, P, xhat, C, pass->folded->turned + (size_t)l * layout->turned_layer + layout->in_turned,
                   pass->folded->values + (size_t)l * layout->layer_size + layout->in_bias, rows, C, P,
                   false);
    timing_mark(&pass->timing, TIMING_PRODUCTS_FORWARD);
    rotary_forward(p, P, pass->position + n, pass->folded->table, rows, config->heads, gpt_head_size(config),
                   gpt_rotary_dimensions(config));
    timing_mark(&pass->timing, TIMING_ROTARY);
    gelu_forward(layer->a + n * (size_t)A + C, A, p + 3 * C, P, rows, config->ffn);
    timing_mark(&pass->timing, TIMING_GELU);
}

/* The layer up to `a`; `again`, in backward, from the normalised rows. */
static void layer_activations(struct pass *pass, int l, const int32_t *starts, int samples, bool again) {
    const struct gpt_config *config = pass->config;
    const struct fold_layout *layout = &pass->folded->layout;
    const struct pass_layer *layer = &pass->layer[l];
    int P = layout->P, A = layout->A, H = config->heads;
    for (int n = 0; n < pass->N; n += BLOCK) layer_forward_rows(pass, l, n, rows_of_block(pass, n), again);
    for (int s = 0; s < samples; s++) {
        size_t first = (size_t)(starts[s] - starts[0]);
        attention_forward(layer->a + first * (size_t)A, A, layer->log_sum + first * (size_t)H,
                          layer->p + first * (size_t)P, P, starts[s + 1] - starts[s], H,
                          gpt_head_size(config), pass->scratch);
    }
    timing_mark(&pass->timing, TIMING_ATTENTION_FORWARD);
}

static void layer_forward(struct pass *pass, int l, const int32_t *starts, int samples) {
    const struct fold_layout *layout = &pass->folded->layout;
    int C = pass->config->width, A = layout->A;
    layer_activations(pass, l, starts, samples, false);
    linear_forward(pass->x, C, pass->layer[l].a, A,
                   pass->folded->turned + (size_t)l * layout->turned_layer + layout->out_turned,
                   pass->folded->values + (size_t)l * layout->layer_size + layout->out_bias, pass->N, A, C,
                   true);
    timing_mark(&pass->timing, TIMING_PRODUCTS_FORWARD);
}

double pass_forward(struct pass *pass, const int32_t *tokens, const int32_t *targets, const int32_t *starts,
                    int samples) {
    int C = pass->config->width, N = starts[samples] - starts[0];
    assert(N <= pass->capacity);
    pass->N = N;
    timing_start(&pass->timing);
    for (int s = 0; s < samples; s++)
        for (int t = starts[s]; t < starts[s + 1]; t++) pass->position[t - starts[0]] = t - starts[s];
    embedding_forward(pass->x, tokens, gpt_values(pass->folded->gpt, 0), N, C);
    timing_mark(&pass->timing, TIMING_EMBEDDING);
    for (int l = 0; l < pass->config->layers; l++) layer_forward(pass, l, starts, samples);
    int M = 0;
    for (int n = 0; n < N; n++) {
        if (targets[n] < 0) continue;
        pass->row[M] = n;
        pass->target[M++] = targets[n];
    }
    pass->M = M;

    for (int m = 0; m < M; m++)
        normalise_forward(pass->picked + (size_t)m * C, pass->picked_scale + m,
                          pass->x + (size_t)pass->row[m] * C, 1, C, pass->config->epsilon);
    timing_mark(&pass->timing, TIMING_NORM);
    linear_forward(pass->logits, pass->folded->layout.V, pass->picked, C,
                   pass->folded->turned + pass->folded->layout.head_turned,
                   pass->folded->values + pass->folded->layout.head_bias, M, C, pass->folded->layout.V,
                   false);
    timing_mark(&pass->timing, TIMING_PRODUCTS_FORWARD);
    double loss = cross_entropy_forward(pass->log_sum, pass->logits, pass->folded->layout.V, pass->target, M,
                                        pass->config->vocabulary);
    timing_mark(&pass->timing, TIMING_LOSS);
    return loss;
}

/* From d_x to d_a, and on to the MLP's part of d_p. */
static void layer_backward_a(struct pass *pass, int l, int first, int rows, real *d_bias) {
    const struct fold_layout *layout = &pass->folded->layout;
    size_t n = (size_t)first;
    int C = pass->config->width, P = layout->P, A = layout->A;
    real *d_a = pass->d_a + n * (size_t)A;
    linear_backward(d_a, A, d_bias, pass->x + n * (size_t)C, C,
                    pass->folded->values + (size_t)l * layout->layer_size + layout->out_weight, rows, A, C);
    timing_mark(&pass->timing, TIMING_PRODUCTS_BACKWARD);
    gelu_backward(pass->d_p + n * (size_t)P + 3 * C, P, d_a + C, A, pass->layer[l].p + n * (size_t)P + 3 * C,
                  rows, pass->config->ffn);
    timing_mark(&pass->timing, TIMING_GELU);
}

/* From d_p to d_x. */
static void layer_backward_p(struct pass *pass, int l, int first, int rows, real *d_bias) {
    const struct gpt_config *config = pass->config;
    const struct fold_layout *layout = &pass->folded->layout;
    const struct pass_layer *layer = &pass->layer[l];
    size_t n = (size_t)first;
    int C = config->width, P = layout->P;
    real *d_p = pass->d_p + n * (size_t)P;
    rotary_backward(d_p, P, pass->position + n, pass->folded->table, rows, config->heads,
                    gpt_head_size(config), gpt_rotary_dimensions(config));
    timing_mark(&pass->timing, TIMING_ROTARY);
    linear_backward(pass->d_xhat, C, d_bias, d_p, P,
                    pass->folded->values + (size_t)l * layout->layer_size + layout->in_weight, rows, C, P);
    timing_mark(&pass->timing, TIMING_PRODUCTS_BACKWARD);
    normalise_backward(pass->x + n * (size_t)C, pass->d_xhat, layer->xhat + n * (size_t)C, layer->scale + n,
                       rows, C);
    timing_mark(&pass->timing, TIMING_NORM);
}

/* From the gradient by the layer's output in pass->x to that by its input, in place. */
static void layer_backward(struct pass *pass, int l, const int32_t *starts, int samples, real *d_folded) {
    const struct gpt_config *config = pass->config;
    const struct fold_layout *layout = &pass->folded->layout;
    const struct pass_layer *layer = &pass->layer[l];
    int N = pass->N, C = config->width, P = layout->P, A = layout->A, H = config->heads;
    real *d_weights = d_folded + (size_t)l * layout->layer_size;
    if (pass->mode == PASS_RECOMPUTING && l + 1 < config->layers)
        layer_activations(pass, l, starts, samples, true);
    linear_backward_weight(d_weights + layout->out_weight, pass->x, C, layer->a, A, N, A, C);
    timing_mark(&pass->timing, TIMING_PRODUCTS_BACKWARD);
    for (int n = 0; n < N; n += BLOCK)
        layer_backward_a(pass, l, n, rows_of_block(pass, n), d_weights + layout->out_bias);
    for (int s = 0; s < samples; s++) {
        size_t first = (size_t)(starts[s] - starts[0]), p = first * (size_t)P, a = first * (size_t)A;
        attention_backward(pass->d_p + p, P, pass->d_a + a, A, layer->a + a,
                           layer->log_sum + first * (size_t)H, layer->p + p, starts[s + 1] - starts[s], H,
                           gpt_head_size(config), pass->scratch);
    }
    timing_mark(&pass->timing, TIMING_ATTENTION_BACKWARD);
    for (int n = 0; n < N; n += BLOCK)
        layer_backward_p(pass, l, n, rows_of_block(pass, n), d_weights + layout->in_bias);
    linear_backward_weight(d_weights + layout->in_weight, pass->d_p, P, layer->xhat, C, N, C, P);
    timing_mark(&pass->timing, TIMING_PRODUCTS_BACKWARD);
}

void pass_backward(struct pass *pass, const int32_t *tokens, const int32_t *starts, int samples,
                   double factor, real *d_folded) {
    const struct fold_layout *layout = &pass->folded->layout;
    int C = pass->config->width, M = pass->M;
    timing_start(&pass->timing);
    cross_entropy_backward(pass->logits, layout->V, pass->log_sum, pass->target, factor, M,
                           pass->config->vocabulary);
    timing_mark(&pass->timing, TIMING_LOSS);
    linear_backward_weight(d_folded + layout->head_weight, pass->logits, layout->V, pass->picked, C, M, C,
                           layout->V);
    linear_backward(pass->d_xhat, C, d_folded + layout->head_bias, pass->logits, layout->V,
                    pass->folded->values + layout->head_weight, M, C, layout->V);
    timing_mark(&pass->timing, TIMING_PRODUCTS_BACKWARD);
    memset(pass->x, 0, (size_t)pass->N * (size_t)C * sizeof *pass->x);
    for (int m = 0; m < M; m++)
        normalise_backward(pass->x + (size_t)pass->row[m] * C, pass->d_xhat + (size_t)m * C,
                           pass->picked + (size_t)m * C, pass->picked_scale + m, 1, C);
    timing_mark(&pass->timing, TIMING_NORM);
    for (int l = pass->config->layers - 1; l >= 0; l--) layer_backward(pass, l, starts, samples, d_folded);
    embedding_backward(d_folded + layout->embedding, tokens, pass->x, pass->N, C);
    timing_mark(&pass->timing, TIMING_EMBEDDING);
}
