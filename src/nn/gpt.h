/* The parameters of a GPT-NeoX transformer: shapes, names, initial values. What computes with them is in
 * learner.h (training), score.h (log-probabilities) and decoder.h (writing text). */
#ifndef COTNOISE_NN_GPT_H
#define COTNOISE_NN_GPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "nn/kernels/real.h"

/* What a model may be: gpt_config_check enforces it, the option table (spec/options.c) takes its ranges from
 * here. */
enum {
    GPT_VOCABULARY_MAX = 1 << 20,
    GPT_LAYERS_MAX = 256,
    GPT_WIDTH_MIN = 16,
    GPT_WIDTH_MAX = 16384,
    GPT_HEADS_MAX = 1024,
    GPT_FFN_MIN = 16,
    GPT_FFN_MAX = 65536,
    GPT_POSITIONS_MAX = 65536,
    GPT_ROTARY_BASE_MAX = 1000000000,
};

struct gpt_config {
    int vocabulary;      /* V tokens, ids 0 ... V - 1 */
    int width;           /* C, the hidden size; a multiple of 16 */
    int layers;          /* L */
    int heads;           /* H, divides C */
    int ffn;             /* F, the inner size of the MLP; a multiple of 16 */
    int positions;       /* the longest sequence */
    double rotary_share; /* share of each head that is rotated (Hugging Face: rotary_pct) */
    double rotary_base;  /* usually 10000 */
    double epsilon;      /* of the layer norms */
};

/* One named shape. */
struct gpt_preset {
    const char *name;
    int layers, width, heads, ffn;
    double rotary_share;
};

/* All presets; the last has no name (NULL). */
extern const struct gpt_preset gpt_presets[];

/* The preset of that name, or NULL. */
const struct gpt_preset *gpt_preset_find(const char *name);

/* One parameter tensor; a vector has columns 0. */
struct gpt_tensor {
    char name[80]; /* the Hugging Face name */
    int rows, columns;
    size_t offset, size; /* in reals, into gpt.values */
    double initial;      /* standard deviation of the initial values; 0: constant `fill` */
    double fill;
};

/* All parameters, in one allocation that is a multiple of 64 bytes and zero between the tensors. */
struct gpt {
    struct gpt_config config;
    size_t parameters; /* how many there are */
    size_t size;       /* reals in values, padding included */
    int tensors;
    struct gpt_tensor *tensor;
    real *values;
};

/* The order of the tensors: embed_in, then for each layer the twelve of enum gpt_layer_tensor, then
 * final norm weight, final norm bias, embed_out. */
enum gpt_layer_tensor {
    GPT_NORM1_WEIGHT, /* (C) input_layernorm */
    GPT_NORM1_BIAS,
    GPT_NORM2_WEIGHT, /* (C) post_attention_layernorm */
    GPT_NORM2_BIAS,
    GPT_QKV_WEIGHT, /* (3C, C), head by head q, k, v */
    GPT_QKV_BIAS,
    GPT_DENSE_WEIGHT, /* (C, C) */
    GPT_DENSE_BIAS,
    GPT_UP_WEIGHT, /* (F, C) dense_h_to_4h */
    GPT_UP_BIAS,
    GPT_DOWN_WEIGHT, /* (C, F) dense_4h_to_h */
    GPT_DOWN_BIAS,
    GPT_LAYER_TENSORS
};

/* Checks every member against what the kernels can do. ERR_INPUT says what is wrong and what is allowed. */
enum err gpt_config_check(const struct gpt_config *config, struct error *error);

/* Parameters of that shape, all zero; *gpt belongs to the caller (gpt_free). */
enum err gpt_create(const struct gpt_config *config, struct gpt **gpt, struct error *error);

/* A copy, values and all, which belongs to the caller. */
enum err gpt_copy(const struct gpt *gpt, struct gpt **copy, struct error *error);

/* Random initial values: tensor i is drawn from pcg_stream(seed, "weights", i). Matrices are normal with
 * deviation sqrt(2 / (5 C)) (Nguyen and Salazar 2019, arXiv:1910.05895), those that write to the residual
 * stream with 2 / (L sqrt(C)), as in GPT-NeoX; norms are 1 and 0, biases 0. Large models take a while: when a
 * stop is asked for (base/interrupt.h) the rest is left as it was. */
void gpt_initialise(struct gpt *gpt, uint64_t seed);

void gpt_free(struct gpt *gpt);

/* Number of parameters of a shape without making it. */
size_t gpt_count(const struct gpt_config *config);

/* Parameters outside the two embeddings. */
size_t gpt_count_inner(const struct gpt_config *config);

/* Head size and how many of its dimensions are rotated (even). */
int gpt_head_size(const struct gpt_config *config);
int gpt_rotary_dimensions(const struct gpt_config *config);

/* Index of a layer's tensor in gpt.tensor, and of the last three. */
int gpt_tensor_index(int layer, enum gpt_layer_tensor which);
int gpt_final_index(const struct gpt_config *config); /* final norm weight; + 1 its bias; + 2 embed_out */

/* The values of tensor `index`. */
static inline real *gpt_values(const struct gpt *gpt, int index) {
    return gpt->values + gpt->tensor[index].offset;
}

#endif
