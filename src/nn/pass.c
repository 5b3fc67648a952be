/* One pass of packed samples through the transformer. See pass.h. */
#include "nn/pass.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/kernels/kernels.h"

const struct pass_reading pass_plain = {.temperature = 1};

enum { BLOCK = 72 }; /* rows worked on at a time between one attention and the next */

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
    size_t N = (size_t)pass->capacity, C = (size_t)config->width, V = (size_t)pass->folded->V;
    size_t P = (size_t)pass->folded->P, A = (size_t)pass->folded->A, real_size = sizeof(real);
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
            one.rows = carve(carver, N, 2 * (size_t)config->heads, real_size);
        }
        if (carver->base) pass->layer[l] = one;
    }
    pass->x = carve(carver, N, C, real_size);
    pass->picked = carve(carver, N, C, real_size);
    pass->picked_scale = carve(carver, N, 1, real_size);
    pass->logits = carve(carver, N, V, real_size);
    pass->log_sum = carve(carver, N, 1, real_size);
    pass->entropy = carve(carver, N, 1, real_size);
    pass->value = carve(carver, N, 1, real_size);
    if (pass->mode != PASS_FORWARD) {
        pass->d_p = carve(carver, N, P, real_size);
        pass->d_a = carve(carver, N, A, real_size);
        pass->d_xhat = carve(carver, N, C, real_size);
        pass->d_loss = carve(carver, N, 1, real_size);
        pass->d_entropy = carve(carver, N, 1, real_size);
        pass->d_value = carve(carver, N, 1, real_size);
    }
    size_t attention = attention_scratch(longest, (int)D), product = product_turned_scratch(config->width);
    pass->scratch = carve(carver, attention > product ? attention : product, 1, real_size);
    pass->position = carve(carver, N, 1, sizeof *pass->position);
    pass->row = carve(carver, N, 1, sizeof *pass->row);
    pass->target = carve(carver, N, 1, sizeof *pass->target);
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
    const struct folded *folded = pass->folded;
    const struct kernels *kernels = folded->kernels;
    const struct pass_layer *layer = &pass->layer[l];
    size_t n = (size_t)first;
    int C = config->width, P = folded->P, A = folded->A;
    real *xhat = layer->xhat + n * (size_t)C, *p = layer->p + n * (size_t)P;
    if (!again)
        kernels->normalise_forward(xhat, layer->scale + n, pass->x + n * (size_t)C, rows, C, config->epsilon);
    timing_mark(&pass->timing, TIMING_NORM);
    linear_forward(&folded->in[l].linear, kernels, p, P, xhat, C, rows, false);
    timing_mark(&pass->timing, TIMING_PRODUCTS_FORWARD);
    kernels->rotary(p, P, pass->position + n, folded->table, rows, config->heads, gpt_head_size(config),
                    gpt_rotary_dimensions(config), false);
    timing_mark(&pass->timing, TIMING_ROTARY);
    kernels->gelu_forward(layer->a + n * (size_t)A + C, A, p + 3 * C, P, rows, config->ffn,
                          pass->mode != PASS_FORWARD);
    timing_mark(&pass->timing, TIMING_GELU);
}

/* The layer up to `a`; `again`, in backward, from the normalised rows. */
static void layer_activations(struct pass *pass, int l, const int32_t *starts, int samples, bool again) {
    const struct gpt_config *config = pass->config;
    const struct pass_layer *layer = &pass->layer[l];
    int P = pass->folded->P, A = pass->folded->A, H = config->heads;
    for (int n = 0; n < pass->N; n += BLOCK) layer_forward_rows(pass, l, n, rows_of_block(pass, n), again);
    for (int s = 0; s < samples; s++) {
        size_t first = (size_t)(starts[s] - starts[0]);
        pass->folded->kernels->attention_forward(layer->a + first * (size_t)A, A,
                                                 layer->rows + 2 * first * (size_t)H,
                                                 layer->p + first * (size_t)P, P, starts[s + 1] - starts[s],
                                                 H, gpt_head_size(config), pass->scratch);
    }
    timing_mark(&pass->timing, TIMING_ATTENTION_FORWARD);
}

static void layer_forward(struct pass *pass, int l, const int32_t *starts, int samples) {
    layer_activations(pass, l, starts, samples, false);
    linear_forward(&pass->folded->out[l].linear, pass->folded->kernels, pass->x, pass->config->width,
                   pass->layer[l].a, pass->folded->A, pass->N, true);
    timing_mark(&pass->timing, TIMING_PRODUCTS_FORWARD);
}

/* Places and targets of the rows with a target. */
static void pick(struct pass *pass, const int32_t *targets) {
    pass->M = 0;
    for (int n = 0; n < pass->N; n++) {
        if (targets[n] < 0) continue;
        pass->row[pass->M] = n;
        pass->target[pass->M++] = targets[n];
    }
}

/* What `reading` asks of the rows with a target; returns the sum of their losses. */
static double read_rows(struct pass *pass, const struct pass_reading *reading) {
    const struct folded *folded = pass->folded;
    const struct kernels *kernels = folded->kernels;
    int C = pass->config->width, M = pass->M;
    pass->reading = *reading;
    for (int m = 0; m < M; m++)
        kernels->normalise_forward(pass->picked + (size_t)m * C, pass->picked_scale + m,
                                   pass->x + (size_t)pass->row[m] * C, 1, C, pass->config->epsilon);
    timing_mark(&pass->timing, TIMING_NORM);
    linear_forward(&folded->head.linear, kernels, pass->logits, folded->V, pass->picked, C, M, false);
    timing_mark(&pass->timing, TIMING_PRODUCTS_FORWARD);
    double loss = kernels->cross_entropy_forward(pass->log_sum, reading->entropy ? pass->entropy : NULL,
                                                 pass->logits, folded->V, pass->target, M,
                                                 pass->config->vocabulary, reading->temperature);
    if (reading->value_head)
        kernels->value_head_forward(pass->value, pass->picked, reading->value_head, M, C);
    timing_mark(&pass->timing, TIMING_LOSS);
    return loss;
}

double pass_forward(struct pass *pass, const int32_t *tokens, const int32_t *targets, const int32_t *starts,
                    int samples, const struct pass_reading *reading) {
    int C = pass->config->width, N = starts[samples] - starts[0];
    assert(N <= pass->capacity);
    pass->N = N;
    timing_start(&pass->timing);
    for (int s = 0; s < samples; s++)
        for (int t = starts[s]; t < starts[s + 1]; t++) pass->position[t - starts[0]] = t - starts[s];
    pass->folded->kernels->embedding_forward(pass->x, tokens, gpt_values(pass->folded->gpt, 0), N, C);
    timing_mark(&pass->timing, TIMING_EMBEDDING);
    for (int l = 0; l < pass->config->layers; l++) layer_forward(pass, l, starts, samples);
    pick(pass, targets);
    return read_rows(pass, reading);
}

void pass_slopes(struct pass *pass, int m, double loss, double entropy, double value) {
    pass->d_loss[m] = (real)(loss / pass->reading.temperature);
    pass->d_entropy[m] = (real)(entropy / pass->reading.temperature);
    pass->d_value[m] = (real)value;
}

/* From d_x to d_a, and on to the MLP's part of d_p. */
static void layer_backward_a(struct pass *pass, int l, int first, int rows, real *d_folded) {
    const struct folded *folded = pass->folded;
    const struct folded_linear *out = &folded->out[l];
    size_t n = (size_t)first;
    int C = pass->config->width, P = folded->P, A = folded->A;
    real *d_a = pass->d_a + n * (size_t)A;
    linear_backward(&out->linear, folded->kernels, d_a, A, d_folded + out->d_bias, pass->x + n * (size_t)C, C,
                    rows);
    timing_mark(&pass->timing, TIMING_PRODUCTS_BACKWARD);
    folded->kernels->gelu_backward(pass->d_p + n * (size_t)P + 3 * C, P, d_a + C, A,
                                   pass->layer[l].p + n * (size_t)P + 3 * C, P, rows, pass->config->ffn);
    timing_mark(&pass->timing, TIMING_GELU);
}

/* From d_p to d_x. */
static void layer_backward_p(struct pass *pass, int l, int first, int rows, real *d_folded) {
    const struct gpt_config *config = pass->config;
    const struct folded *folded = pass->folded;
    const struct folded_linear *in = &folded->in[l];
    const struct pass_layer *layer = &pass->layer[l];
    size_t n = (size_t)first;
    int C = config->width, P = folded->P;
    real *d_p = pass->d_p + n * (size_t)P;
    folded->kernels->rotary(d_p, P, pass->position + n, folded->table, rows, config->heads,
                            gpt_head_size(config), gpt_rotary_dimensions(config), true);
    timing_mark(&pass->timing, TIMING_ROTARY);
    linear_backward(&in->linear, folded->kernels, pass->d_xhat, C, d_folded + in->d_bias, d_p, P, rows);
    timing_mark(&pass->timing, TIMING_PRODUCTS_BACKWARD);
    folded->kernels->normalise_backward(pass->x + n * (size_t)C, pass->d_xhat, layer->xhat + n * (size_t)C,
                                        layer->scale + n, rows, C);
    timing_mark(&pass->timing, TIMING_NORM);
}

/* From the gradient by the layer's output in pass->x to that by its input, in place. */
static void layer_backward(struct pass *pass, int l, const int32_t *starts, int samples, real *d_folded) {
    const struct gpt_config *config = pass->config;
    const struct folded *folded = pass->folded;
    const struct folded_linear *in = &folded->in[l], *out = &folded->out[l];
    const struct pass_layer *layer = &pass->layer[l];
    int N = pass->N, C = config->width, P = folded->P, A = folded->A, H = config->heads;
    if (pass->mode == PASS_RECOMPUTING && l + 1 < config->layers)
        layer_activations(pass, l, starts, samples, true);
    linear_backward_weight(&out->linear, folded->kernels, d_folded + out->d_weight, pass->x, C, layer->a, A,
                           N, pass->scratch);
    timing_mark(&pass->timing, TIMING_PRODUCTS_BACKWARD);
    for (int n = 0; n < N; n += BLOCK) layer_backward_a(pass, l, n, rows_of_block(pass, n), d_folded);
    for (int s = 0; s < samples; s++) {
        size_t first = (size_t)(starts[s] - starts[0]), p = first * (size_t)P, a = first * (size_t)A;
        folded->kernels->attention_backward(
            pass->d_p + p, P, pass->d_a + a, A, layer->a + a, layer->rows + 2 * first * (size_t)H,
            layer->p + p, starts[s + 1] - starts[s], H, gpt_head_size(config), pass->scratch);
    }
    timing_mark(&pass->timing, TIMING_ATTENTION_BACKWARD);
    for (int n = 0; n < N; n += BLOCK) layer_backward_p(pass, l, n, rows_of_block(pass, n), d_folded);
    linear_backward_weight(&in->linear, folded->kernels, d_folded + in->d_weight, pass->d_p, P, layer->xhat,
                           C, N, pass->scratch);
    timing_mark(&pass->timing, TIMING_PRODUCTS_BACKWARD);
}

/* From the slopes to the gradient by the normalised rows with a target, and by what reads them. */
static void read_rows_backward(struct pass *pass, real *d_folded, real *d_value) {
    const struct folded *folded = pass->folded;
    const struct kernels *kernels = folded->kernels;
    const struct folded_linear *head = &folded->head;
    const struct pass_reading *reading = &pass->reading;
    int C = pass->config->width, M = pass->M;
    kernels->cross_entropy_backward(pass->logits, folded->V, pass->log_sum, pass->target, pass->d_loss,
                                    reading->entropy ? pass->entropy : NULL,
                                    reading->entropy ? pass->d_entropy : NULL, M);
    timing_mark(&pass->timing, TIMING_LOSS);
    linear_backward_weight(&head->linear, kernels, d_folded + head->d_weight, pass->logits, folded->V,
                           pass->picked, C, M, pass->scratch);
    linear_backward(&head->linear, kernels, pass->d_xhat, C, d_folded + head->d_bias, pass->logits, folded->V,
                    M);
    timing_mark(&pass->timing, TIMING_PRODUCTS_BACKWARD);
    if (!reading->value_head) return;
    kernels->value_head_backward(pass->d_xhat, d_value, pass->d_value, pass->picked, reading->value_head, M,
                                 C);
    timing_mark(&pass->timing, TIMING_LOSS);
}

void pass_backward(struct pass *pass, const int32_t *tokens, const int32_t *starts, int samples,
                   real *d_folded, real *d_value) {
    const struct folded *folded = pass->folded;
    const struct kernels *kernels = folded->kernels;
    int C = pass->config->width;
    timing_start(&pass->timing);
    read_rows_backward(pass, d_folded, d_value);
    memset(pass->x, 0, (size_t)pass->N * (size_t)C * sizeof *pass->x);
    for (int m = 0; m < pass->M; m++)
        kernels->normalise_backward(pass->x + (size_t)pass->row[m] * C, pass->d_xhat + (size_t)m * C,
                                    pass->picked + (size_t)m * C, pass->picked_scale + m, 1, C);
    timing_mark(&pass->timing, TIMING_NORM);
    for (int l = pass->config->layers - 1; l >= 0; l--) layer_backward(pass, l, starts, samples, d_folded);
    kernels->embedding_backward(d_folded + folded->embedding, tokens, pass->x, pass->N, C);
    timing_mark(&pass->timing, TIMING_EMBEDDING);
}
