/* Parameters in the form that the passes use. See folded.h. */
#include "nn/folded.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/openblas.h"
#include "nn/levels.h"
#include "nn/rotary_table.h"

/* --- memory ---------------------------------------------------------------------------------------- */

/* A linear layer's share of `values` and of the gradient; with values NULL it only counts. */
static void lay_out_linear(struct folded_linear *to, int I, int O, bool wide, real *values, size_t *used,
                           size_t *gradient) {
    size_t weight = (size_t)I * (size_t)O;
    struct linear linear = {.I = I, .O = O, .wide = wide};
    if (values) {
        linear.backward = values + *used;
        linear.forward = wide ? linear.backward : linear.backward + weight;
        linear.bias = linear.forward + weight;
    }
    *to = (struct folded_linear){linear, *gradient, *gradient + weight};
    *used += (wide ? weight : 2 * weight) + (size_t)O;
    *gradient += weight + (size_t)O;
}

/* Returns the reals in `values`. */
static size_t lay_out(struct folded *folded, real *values) {
    const struct gpt_config *config = &folded->gpt->config;
    bool wide = config->width > LINEAR_PORTABLE_WIDTH;
    size_t used = 0, gradient = 0;
    for (int l = 0; l < config->layers; l++) {
        lay_out_linear(&folded->in[l], config->width, folded->P, wide, values, &used, &gradient);
        lay_out_linear(&folded->out[l], folded->A, config->width, wide, values, &used, &gradient);
    }
    lay_out_linear(&folded->head, config->width, folded->V, wide, values, &used, &gradient);
    folded->embedding = gradient;
    folded->gradient_size = gradient + (size_t)config->vocabulary * (size_t)config->width;
    return used;
}

enum err folded_create(const struct gpt *gpt, int threads, struct folded *folded, struct error *error) {
    const struct gpt_config *config = &gpt->config;
    struct folded made = {.gpt = gpt,
                          .P = 3 * config->width + config->ffn,
                          .A = config->width + config->ffn,
                          .V = real_padded(config->vocabulary)};
    enum err code = levels_choose(&made.kernels, error);
    if (!code && config->width > LINEAR_PORTABLE_WIDTH) code = openblas_prepare(threads, error);
    if (code) return code;
    int R = gpt_rotary_dimensions(config);
    size_t table_size = (size_t)config->positions * (size_t)R;
    made.in = memory_array((size_t)config->layers, sizeof *made.in);
    made.out = memory_array((size_t)config->layers, sizeof *made.out);
    size_t size = made.in && made.out ? lay_out(&made, NULL) : 0;
    if (size) made.values = memory_aligned(size, sizeof *made.values);
    made.table = memory_aligned(table_size, sizeof *made.table);
    made.bytes = (size + table_size) * sizeof(real);
    if (!made.values || !made.table) {
        folded_free(&made);
        return err_memory(error, "the model's weights");
    }
    lay_out(&made, made.values);
    rotary_table_fill(made.table, config->positions, R, config->rotary_base);
    folded_refresh(&made, NULL);
    *folded = made;
    return ERR_OK;
}

void folded_free(struct folded *folded) {
    free(folded->in);
    free(folded->out);
    free(folded->values);
    free(folded->table);
    *folded = (struct folded){0};
}

/* --- parameters to weights ------------------------------------------------------------------------- */

static const real *layer_values(const struct gpt *gpt, int layer, enum gpt_layer_tensor which) {
    return gpt_values(gpt, gpt_tensor_index(layer, which));
}

/* Outputs from `first` on of a linear layer, from a weight (O,I) behind a layer norm. */
static void fold_in(const struct folded *folded, const struct linear *to, int first, int O,
                    const real *weight, const real *bias, const real *gain, const real *shift) {
    folded->kernels->fold_forward(to->backward + (size_t)first * linear_row(to), linear_row(to),
                                  linear_panel(to), to->bias + first, weight, bias, gain, shift, to->I, O);
}

static void refresh_in(const struct folded *folded, int layer) {
    const struct gpt *gpt = folded->gpt;
    const struct linear *to = &folded->in[layer].linear;
    int C = gpt->config.width;
    fold_in(folded, to, 0, 3 * C, layer_values(gpt, layer, GPT_QKV_WEIGHT),
            layer_values(gpt, layer, GPT_QKV_BIAS), layer_values(gpt, layer, GPT_NORM1_WEIGHT),
            layer_values(gpt, layer, GPT_NORM1_BIAS));
    fold_in(folded, to, 3 * C, gpt->config.ffn, layer_values(gpt, layer, GPT_UP_WEIGHT),
            layer_values(gpt, layer, GPT_UP_BIAS), layer_values(gpt, layer, GPT_NORM2_WEIGHT),
            layer_values(gpt, layer, GPT_NORM2_BIAS));
}

/* Inputs from `first` on of a linear layer, from a weight (O,I). */
static void place(const struct linear *to, int first, const real *weight, int I) {
    for (int o = 0; o < to->O; o++)
        for (int i = 0; i < I; i += REAL_VECTOR)
            memcpy(to->backward + (size_t)((first + i) / REAL_VECTOR) * linear_panel(to) +
                       (size_t)o * linear_row(to),
                   weight + (size_t)o * (size_t)I + (size_t)i, REAL_VECTOR * sizeof *weight);
}

static void refresh_out(const struct folded *folded, int layer) {
    const struct gpt *gpt = folded->gpt;
    const struct linear *to = &folded->out[layer].linear;
    int C = gpt->config.width;
    place(to, 0, layer_values(gpt, layer, GPT_DENSE_WEIGHT), C);
    place(to, C, layer_values(gpt, layer, GPT_DOWN_WEIGHT), gpt->config.ffn);
    const real *dense = layer_values(gpt, layer, GPT_DENSE_BIAS),
               *down = layer_values(gpt, layer, GPT_DOWN_BIAS);
    for (int c = 0; c < C; c++) to->bias[c] = dense[c] + down[c];
}

/* Lanes 2l and 2l + 1 are layer l's linear layers, the last is the head. */
static void refresh_lane(void *context, int lane) {
    const struct folded *folded = context;
    const struct gpt *gpt = folded->gpt;
    const struct linear *to = &folded->head.linear;
    if (lane == 2 * gpt->config.layers) {
        int final = gpt_final_index(&gpt->config);
        fold_in(folded, to, 0, gpt->config.vocabulary, gpt_values(gpt, final + 2), NULL,
                gpt_values(gpt, final), gpt_values(gpt, final + 1));
    } else if (lane % 2) {
        refresh_out(folded, lane / 2);
        to = &folded->out[lane / 2].linear;
    } else {
        refresh_in(folded, lane / 2);
        to = &folded->in[lane / 2].linear;
    }
    linear_refresh(to, folded->kernels);
}

void folded_refresh(const struct folded *folded, struct team *team) {
    int lanes = 2 * folded->gpt->config.layers + 1;
    struct folded shared = *folded;
    if (team)
        team_run(team, lanes, refresh_lane, &shared);
    else
        for (int lane = 0; lane < lanes; lane++) refresh_lane(&shared, lane);
}

/* --- gradients back -------------------------------------------------------------------------------- */

struct gradient_job {
    const struct folded *folded;
    const real *d_folded;
    real *gradient;
};

static real *layer_gradient(const struct gradient_job *job, int layer, enum gpt_layer_tensor which) {
    return job->gradient + job->folded->gpt->tensor[gpt_tensor_index(layer, which)].offset;
}

/* `to` (O,I) = the gradient by outputs from `first_o` and inputs from `first_i` on of a linear layer's
 * weight. */
static void take(const struct gradient_job *job, const struct folded_linear *from, int first_o, int O,
                 int first_i, int I, real *to) {
    const real *d = job->d_folded + from->d_weight;
    size_t rows = (size_t)from->linear.I, columns = (size_t)from->linear.O;
    if (linear_is_turned(&from->linear)) {
        job->folded->kernels->turn(to, (size_t)I, d + (size_t)first_i * columns + (size_t)first_o, columns, I,
                                   O / 4 * 4);
        for (int o = O / 4 * 4; o < O; o++)
            for (int i = 0; i < I; i++)
                to[(size_t)o * (size_t)I + (size_t)i] =
                    d[(size_t)(first_i + i) * columns + (size_t)(first_o + o)];
        return;
    }
    for (int o = 0; o < O; o++)
        memcpy(to + (size_t)o * (size_t)I, d + (size_t)(first_o + o) * rows + (size_t)first_i,
               (size_t)I * sizeof *to);
}

/* The gradients behind a layer norm: by weight, bias, gain and shift. */
static void unfold(const struct gradient_job *job, const struct folded_linear *from, int first, int O,
                   real *d_weight, real *d_bias, real *d_gain, real *d_shift, const real *weight,
                   const real *gain, const real *shift) {
    int I = from->linear.I;
    memset(d_gain, 0, (size_t)I * sizeof *d_gain);
    memset(d_shift, 0, (size_t)I * sizeof *d_shift);
    take(job, from, first, O, 0, I, d_weight);
    job->folded->kernels->fold_backward(d_weight, d_bias, d_gain, d_shift,
                                        job->d_folded + from->d_bias + first, weight, gain, shift, I, O);
}

static void unfold_layer(const struct gradient_job *job, int layer, enum gpt_layer_tensor weight,
                         enum gpt_layer_tensor norm, int first, int O) {
    const struct gpt *gpt = job->folded->gpt;
    unfold(job, &job->folded->in[layer], first, O, layer_gradient(job, layer, weight),
           layer_gradient(job, layer, weight + 1), layer_gradient(job, layer, norm),
           layer_gradient(job, layer, norm + 1), layer_values(gpt, layer, weight),
           layer_values(gpt, layer, norm), layer_values(gpt, layer, norm + 1));
}

static void gradient_in(const struct gradient_job *job, int layer) {
    const struct gpt_config *config = &job->folded->gpt->config;
    unfold_layer(job, layer, GPT_QKV_WEIGHT, GPT_NORM1_WEIGHT, 0, 3 * config->width);
    unfold_layer(job, layer, GPT_UP_WEIGHT, GPT_NORM2_WEIGHT, 3 * config->width, config->ffn);
}

static void gradient_out(const struct gradient_job *job, int layer) {
    const struct gpt_config *config = &job->folded->gpt->config;
    const struct folded_linear *from = &job->folded->out[layer];
    int C = config->width;
    take(job, from, 0, C, 0, C, layer_gradient(job, layer, GPT_DENSE_WEIGHT));
    take(job, from, 0, C, C, config->ffn, layer_gradient(job, layer, GPT_DOWN_WEIGHT));
    const real *d_bias = job->d_folded + from->d_bias;
    memcpy(layer_gradient(job, layer, GPT_DENSE_BIAS), d_bias, (size_t)C * sizeof *d_bias);
    memcpy(layer_gradient(job, layer, GPT_DOWN_BIAS), d_bias, (size_t)C * sizeof *d_bias);
}

static void gradient_lane(void *context, int lane) {
    const struct gradient_job *job = context;
    const struct gpt *gpt = job->folded->gpt;
    if (lane < 2 * gpt->config.layers) {
        if (lane % 2)
            gradient_out(job, lane / 2);
        else
            gradient_in(job, lane / 2);
        return;
    }
    int final = gpt_final_index(&gpt->config);
    const struct gpt_tensor *tensor = gpt->tensor;
    unfold(job, &job->folded->head, 0, gpt->config.vocabulary, job->gradient + tensor[final + 2].offset, NULL,
           job->gradient + tensor[final].offset, job->gradient + tensor[final + 1].offset,
           gpt_values(gpt, final + 2), gpt_values(gpt, final), gpt_values(gpt, final + 1));
    memcpy(job->gradient + tensor[0].offset, job->d_folded + job->folded->embedding,
           tensor[0].size * sizeof(real));
}

void folded_gradient(const struct folded *folded, struct team *team, const real *d_folded, real *gradient) {
    struct gradient_job job = {folded, d_folded, gradient};
    team_run(team, 2 * folded->gpt->config.layers + 1, gradient_lane, &job);
}
