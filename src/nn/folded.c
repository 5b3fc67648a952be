/* Parameters in the form that the passes use. See folded.h. */
#include "nn/folded.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/kernels/kernels.h"

static struct fold_layout lay_out(const struct gpt_config *config) {
    struct fold_layout l = {.P = 3 * config->width + config->ffn, .A = config->width + config->ffn};
    size_t C = (size_t)config->width, P = (size_t)l.P, A = (size_t)l.A;
    l.V = real_padded(config->vocabulary);
    l.in_bias = P * C;
    l.out_weight = l.in_bias + P;
    l.out_bias = l.out_weight + C * A;
    l.layer_size = l.out_bias + C;
    l.head_weight = l.layer_size * (size_t)config->layers;
    l.head_bias = l.head_weight + (size_t)l.V * C;
    l.values_size = l.embedding = l.head_bias + (size_t)l.V;
    l.gradient_size = l.embedding + (size_t)config->vocabulary * C;
    l.out_turned = C * P;
    l.turned_layer = l.out_turned + A * C;
    l.head_turned = l.turned_layer * (size_t)config->layers;
    l.turned_size = l.head_turned + C * (size_t)l.V;
    return l;
}

struct fold_job {
    const struct gpt *gpt;
    const struct fold_layout *layout;
    real *folded, *turned; /* folded_refresh writes them */
    const real *d_folded;  /* folded_gradient reads it */
    real *gradient;
};

static real *layer_values(const struct fold_job *job, int layer, enum gpt_layer_tensor which) {
    return gpt_values(job->gpt, gpt_tensor_index(layer, which));
}

static real *layer_gradient(const struct fold_job *job, int layer, enum gpt_layer_tensor which) {
    return job->gradient + job->gpt->tensor[gpt_tensor_index(layer, which)].offset;
}

/* Copies n reals of each of `rows` rows between matrices of different row lengths. */
static void copy_rows(real *to, size_t ld_to, const real *from, size_t ld_from, int rows, int n) {
    for (int r = 0; r < rows; r++)
        memcpy(to + (size_t)r * ld_to, from + (size_t)r * ld_from, (size_t)n * sizeof *to);
}

/* Lane 0 ... layers - 1 is a layer, the last the head. */
static void fold_lane(void *context, int lane) {
    const struct fold_job *job = context;
    const struct gpt_config *config = &job->gpt->config;
    const struct fold_layout *l = job->layout;
    int C = config->width, F = config->ffn, final = gpt_final_index(config);
    if (lane == config->layers) {
        fold_forward(job->folded + l->head_weight, job->folded + l->head_bias,
                     gpt_values(job->gpt, final + 2), NULL, gpt_values(job->gpt, final),
                     gpt_values(job->gpt, final + 1), C, config->vocabulary);
        linear_turn(job->turned + l->head_turned, job->folded + l->head_weight, C, l->V);
        return;
    }
    real *to = job->folded + (size_t)lane * l->layer_size;
    real *turned = job->turned + (size_t)lane * l->turned_layer;
    fold_forward(to, to + l->in_bias, layer_values(job, lane, GPT_QKV_WEIGHT),
                 layer_values(job, lane, GPT_QKV_BIAS), layer_values(job, lane, GPT_NORM1_WEIGHT),
                 layer_values(job, lane, GPT_NORM1_BIAS), C, 3 * C);
    fold_forward(to + (size_t)3 * C * C, to + l->in_bias + 3 * C, layer_values(job, lane, GPT_UP_WEIGHT),
                 layer_values(job, lane, GPT_UP_BIAS), layer_values(job, lane, GPT_NORM2_WEIGHT),
                 layer_values(job, lane, GPT_NORM2_BIAS), C, F);
    size_t A = (size_t)l->A;
    copy_rows(to + l->out_weight, A, layer_values(job, lane, GPT_DENSE_WEIGHT), (size_t)C, C, C);
    copy_rows(to + l->out_weight + C, A, layer_values(job, lane, GPT_DOWN_WEIGHT), (size_t)F, C, F);
    const real *dense = layer_values(job, lane, GPT_DENSE_BIAS),
               *down = layer_values(job, lane, GPT_DOWN_BIAS);
    for (int c = 0; c < C; c++) to[l->out_bias + (size_t)c] = dense[c] + down[c];
    linear_turn(turned + l->in_turned, to + l->in_weight, C, l->P);
    linear_turn(turned + l->out_turned, to + l->out_weight, l->A, C);
}

void folded_refresh(struct folded *folded, struct team *team) {
    struct fold_job job = {
        .gpt = folded->gpt, .layout = &folded->layout, .folded = folded->values, .turned = folded->turned};
    int lanes = folded->gpt->config.layers + 1;
    if (team)
        team_run(team, lanes, fold_lane, &job);
    else
        for (int lane = 0; lane < lanes; lane++) fold_lane(&job, lane);
}

static void unfold_lane(void *context, int lane) {
    const struct fold_job *job = context;
    const struct gpt_config *config = &job->gpt->config;
    const struct fold_layout *l = job->layout;
    int C = config->width, F = config->ffn, final = gpt_final_index(config);
    const struct gpt_tensor *tensor = job->gpt->tensor;
    if (lane == config->layers) {
        real *d_gain = job->gradient + tensor[final].offset,
             *d_shift = job->gradient + tensor[final + 1].offset;
        memset(d_gain, 0, (size_t)C * sizeof *d_gain);
        memset(d_shift, 0, (size_t)C * sizeof *d_shift);
        fold_backward(job->gradient + tensor[final + 2].offset, NULL, d_gain, d_shift,
                      job->d_folded + l->head_weight, job->d_folded + l->head_bias,
                      gpt_values(job->gpt, final + 2), gpt_values(job->gpt, final),
                      gpt_values(job->gpt, final + 1), C, config->vocabulary);
        memcpy(job->gradient + tensor[0].offset, job->d_folded + l->embedding, tensor[0].size * sizeof(real));
        return;
    }
    const real *d = job->d_folded + (size_t)lane * l->layer_size;
    real *norms = layer_gradient(job, lane, GPT_NORM1_WEIGHT); /* four vectors of C, end to end */
    memset(norms, 0, 4 * (size_t)C * sizeof *norms);
    fold_backward(layer_gradient(job, lane, GPT_QKV_WEIGHT), layer_gradient(job, lane, GPT_QKV_BIAS), norms,
                  norms + C, d, d + l->in_bias, layer_values(job, lane, GPT_QKV_WEIGHT),
                  layer_values(job, lane, GPT_NORM1_WEIGHT), layer_values(job, lane, GPT_NORM1_BIAS), C,
                  3 * C);
    fold_backward(layer_gradient(job, lane, GPT_UP_WEIGHT), layer_gradient(job, lane, GPT_UP_BIAS),
                  norms + 2 * C, norms + 3 * C, d + (size_t)3 * C * C, d + l->in_bias + 3 * C,
                  layer_values(job, lane, GPT_UP_WEIGHT), layer_values(job, lane, GPT_NORM2_WEIGHT),
                  layer_values(job, lane, GPT_NORM2_BIAS), C, F);
    size_t A = (size_t)l->A;
    copy_rows(layer_gradient(job, lane, GPT_DENSE_WEIGHT), (size_t)C, d + l->out_weight, A, C, C);
    copy_rows(layer_gradient(job, lane, GPT_DOWN_WEIGHT), (size_t)F, d + l->out_weight + C, A, C, F);
    memcpy(layer_gradient(job, lane, GPT_DENSE_BIAS), d + l->out_bias, (size_t)C * sizeof(real));
    memcpy(layer_gradient(job, lane, GPT_DOWN_BIAS), d + l->out_bias, (size_t)C * sizeof(real));
}

void folded_gradient(const struct folded *folded, struct team *team, const real *d_folded, real *gradient) {
    struct fold_job job = {
        .gpt = folded->gpt, .layout = &folded->layout, .d_folded = d_folded, .gradient = gradient};
    team_run(team, folded->gpt->config.layers + 1, unfold_lane, &job);
}

enum err folded_create(const struct gpt *gpt, struct folded *folded, struct error *error) {
    const struct gpt_config *config = &gpt->config;
    struct folded made = {.gpt = gpt, .layout = lay_out(config)};
    int R = gpt_rotary_dimensions(config);
    size_t table_size = (size_t)config->positions * (size_t)R;
    made.values = memory_aligned(made.layout.values_size, sizeof *made.values);
    made.turned = memory_aligned(made.layout.turned_size, sizeof *made.turned);
    made.table = memory_aligned(table_size, sizeof *made.table);
    made.bytes = (made.layout.values_size + made.layout.turned_size + table_size) * sizeof(real);
    if (!made.values || !made.turned || !made.table) {
        folded_free(&made);
        return err_memory(error, "the model's weights");
    }
    rotary_table(made.table, config->positions, R, config->rotary_base);
    folded_refresh(&made, NULL);
    *folded = made;
    return ERR_OK;
}

void folded_free(struct folded *folded) {
    free(folded->values);
    free(folded->turned);
    free(folded->table);
    *folded = (struct folded){0};
}
