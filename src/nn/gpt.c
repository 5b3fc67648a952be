/* Parameters of a GPT-NeoX transformer: presets, the table of tensors, initial values. See gpt.h. */
#include "nn/gpt.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/pcg.h"

const struct gpt_preset gpt_presets[] = {
    {"tiny", 2, 64, 4, 256, 1.0},
    {"small", 3, 128, 4, 512, 1.0},
    {"base", 6, 256, 8, 1024, 1.0},
    {"pythia-14m", 6, 128, 4, 512, 0.25},
    {"pythia-31m", 6, 256, 8, 1024, 0.25},
    {"pythia-70m", 6, 512, 8, 2048, 0.25},
    {"pythia-160m", 12, 768, 12, 3072, 0.25},
    {"pythia-410m", 24, 1024, 16, 4096, 0.25},
    {0},
};

const struct gpt_preset *gpt_preset_find(const char *name) {
    for (const struct gpt_preset *preset = gpt_presets; preset->name; preset++)
        if (strcmp(preset->name, name) == 0) return preset;
    return NULL;
}

/* One row of the table below: sizes are given by a letter of the configuration, 0 for none. */
struct tensor_shape {
    const char *name;
    char rows, columns; /* V, C, F, Q (= 3C) */
    enum { START_ZERO, START_ONE, START_SMALL, START_OUTPUT } start;
};

static const struct tensor_shape embed_in = {"gpt_neox.embed_in.weight", 'V', 'C', START_SMALL};

static const struct tensor_shape layer_shapes[GPT_LAYER_TENSORS] = {
    [GPT_NORM1_WEIGHT] = {"input_layernorm.weight", 'C', 0, START_ONE},
    [GPT_NORM1_BIAS] = {"input_layernorm.bias", 'C', 0, START_ZERO},
    [GPT_NORM2_WEIGHT] = {"post_attention_layernorm.weight", 'C', 0, START_ONE},
    [GPT_NORM2_BIAS] = {"post_attention_layernorm.bias", 'C', 0, START_ZERO},
    [GPT_QKV_WEIGHT] = {"attention.query_key_value.weight", 'Q', 'C', START_SMALL},
    [GPT_QKV_BIAS] = {"attention.query_key_value.bias", 'Q', 0, START_ZERO},
    [GPT_DENSE_WEIGHT] = {"attention.dense.weight", 'C', 'C', START_OUTPUT},
    [GPT_DENSE_BIAS] = {"attention.dense.bias", 'C', 0, START_ZERO},
    [GPT_UP_WEIGHT] = {"mlp.dense_h_to_4h.weight", 'F', 'C', START_SMALL},
    [GPT_UP_BIAS] = {"mlp.dense_h_to_4h.bias", 'F', 0, START_ZERO},
    [GPT_DOWN_WEIGHT] = {"mlp.dense_4h_to_h.weight", 'C', 'F', START_OUTPUT},
    [GPT_DOWN_BIAS] = {"mlp.dense_4h_to_h.bias", 'C', 0, START_ZERO},
};

static const struct tensor_shape final_shapes[3] = {
    {"gpt_neox.final_layer_norm.weight", 'C', 0, START_ONE},
    {"gpt_neox.final_layer_norm.bias", 'C', 0, START_ZERO},
    {"embed_out.weight", 'V', 'C', START_SMALL},
};

static int shape_size(const struct gpt_config *config, char letter) {
    switch (letter) {
    case 'V': return config->vocabulary;
    case 'C': return config->width;
    case 'Q': return 3 * config->width;
    case 'F': return config->ffn;
    default: return 0;
    }
}

int gpt_head_size(const struct gpt_config *config) { return config->width / config->heads; }

int gpt_rotary_dimensions(const struct gpt_config *config) {
    return (int)lround(config->rotary_share * gpt_head_size(config));
}

int gpt_tensor_index(int layer, enum gpt_layer_tensor which) {
    return 1 + layer * GPT_LAYER_TENSORS + (int)which;
}

int gpt_final_index(const struct gpt_config *config) { return gpt_tensor_index(config->layers, 0); }

size_t gpt_count_inner(const struct gpt_config *config) {
    size_t count = 0;
    for (int i = 0; i < GPT_LAYER_TENSORS; i++) {
        int columns = shape_size(config, layer_shapes[i].columns);
        count += (size_t)shape_size(config, layer_shapes[i].rows) * (size_t)(columns ? columns : 1);
    }
    return count * (size_t)config->layers + 2 * (size_t)config->width;
}

size_t gpt_count(const struct gpt_config *config) {
    return gpt_count_inner(config) + 2 * (size_t)config->vocabulary * (size_t)config->width;
}

enum err gpt_config_check(const struct gpt_config *c, struct error *error) {
    struct {
        const char *name;
        int value, low, high;
    } range[] = {{"vocabulary", c->vocabulary, 1, GPT_VOCABULARY_MAX},
                 {"layers", c->layers, 1, GPT_LAYERS_MAX},
                 {"width", c->width, GPT_WIDTH_MIN, GPT_WIDTH_MAX},
                 {"heads", c->heads, 1, GPT_HEADS_MAX},
                 {"ffn", c->ffn, GPT_FFN_MIN, GPT_FFN_MAX},
                 {"positions", c->positions, 1, GPT_POSITIONS_MAX}};
    for (size_t i = 0; i < sizeof range / sizeof *range; i++)
        if (range[i].value < range[i].low || range[i].value > range[i].high)
            return err_set(error, ERR_INPUT, "model.%s is %d (allowed: %d to %d)", range[i].name,
                           range[i].value, range[i].low, range[i].high);
    if (c->width % 16)
        return err_set(error, ERR_INPUT, "model.width is %d (allowed: multiples of 16)", c->width);
    if (c->ffn % 16) return err_set(error, ERR_INPUT, "model.ffn is %d (allowed: multiples of 16)", c->ffn);
    if (c->width % c->heads)
        return err_set(error, ERR_INPUT, "model.heads is %d (allowed: divisors of the width %d)", c->heads,
                       c->width);
    if (!(c->rotary_share >= 0 && c->rotary_share <= 1))
        return err_set(error, ERR_INPUT, "model.rotary_share is %g (allowed: 0 to 1)", c->rotary_share);
    double turned = c->rotary_share * gpt_head_size(c);
    if (fabs(turned - gpt_rotary_dimensions(c)) > 1e-6 || gpt_rotary_dimensions(c) % 2)
        return err_set(error, ERR_INPUT,
                       "model.rotary_share is %g, which turns %g of the %d dimensions of a head (allowed: an "
                       "even number)",
                       c->rotary_share, turned, gpt_head_size(c));
    if (!(c->rotary_base >= 1 && c->rotary_base <= GPT_ROTARY_BASE_MAX))
        return err_set(error, ERR_INPUT, "model.rotary_base is %g (allowed: 1 to %d)", c->rotary_base,
                       GPT_ROTARY_BASE_MAX);
    if (!(c->epsilon > 0 && c->epsilon <= 0.1))
        return err_set(error, ERR_INPUT, "the layer norms' epsilon is %g (allowed: above 0, to 0.1)",
                       c->epsilon);
    return ERR_OK;
}

static void tensor_add(struct gpt *gpt, const struct tensor_shape *shape, int layer) {
    const struct gpt_config *config = &gpt->config;
    struct gpt_tensor *tensor = &gpt->tensor[gpt->tensors++];
    if (layer < 0)
        snprintf(tensor->name, sizeof tensor->name, "%s", shape->name);
    else
        snprintf(tensor->name, sizeof tensor->name, "gpt_neox.layers.%d.%s", layer, shape->name);
    tensor->rows = shape_size(config, shape->rows);
    tensor->columns = shape_size(config, shape->columns);
    tensor->size = (size_t)tensor->rows * (size_t)(tensor->columns ? tensor->columns : 1);
    tensor->offset = gpt->size;
    tensor->fill = shape->start == START_ONE ? 1 : 0;
    if (shape->start == START_SMALL) tensor->initial = sqrt(2.0 / (5.0 * config->width));
    if (shape->start == START_OUTPUT) tensor->initial = 2.0 / (config->layers * sqrt(config->width));
    gpt->parameters += tensor->size;
    gpt->size += (tensor->size + REAL_VECTOR - 1) / REAL_VECTOR * REAL_VECTOR;
}

enum err gpt_create(const struct gpt_config *config, struct gpt **gpt, struct error *error) {
    enum err code = gpt_config_check(config, error);
    if (code) return code;
    struct gpt *made = memory_array(1, sizeof *made);
    if (!made) return err_memory(error, "model");
    made->config = *config;
    made->tensor = memory_array((size_t)gpt_final_index(config) + 3, sizeof *made->tensor);
    if (made->tensor) {
        tensor_add(made, &embed_in, -1);
        for (int layer = 0; layer < config->layers; layer++)
            for (int i = 0; i < GPT_LAYER_TENSORS; i++) tensor_add(made, &layer_shapes[i], layer);
        for (int i = 0; i < 3; i++) tensor_add(made, &final_shapes[i], -1);
        assert(made->tensors == gpt_final_index(config) + 3 && made->parameters == gpt_count(config));
        made->values = memory_aligned(made->size, sizeof *made->values);
    }
    if (!made->values) {
        gpt_free(made);
        return err_memory(error, "the model's parameters");
    }
    *gpt = made;
    return ERR_OK;
}

enum err gpt_copy(const struct gpt *gpt, struct gpt **copy, struct error *error) {
    enum err code = gpt_create(&gpt->config, copy, error);
    if (!code) memcpy((*copy)->values, gpt->values, gpt->size * sizeof *gpt->values);
    return code;
}

void gpt_initialise(struct gpt *gpt, uint64_t seed) {
    for (int i = 0; i < gpt->tensors && !interrupt_requested(); i++) {
        const struct gpt_tensor *tensor = &gpt->tensor[i];
        real *value = gpt_values(gpt, i);
        struct pcg pcg = pcg_stream(seed, "weights", (uint64_t)i);
        for (size_t j = 0; j < tensor->size; j++)
            value[j] = (real)(tensor->initial > 0 ? tensor->initial * pcg_normal(&pcg) : tensor->fill);
    }
}

void gpt_free(struct gpt *gpt) {
    if (!gpt) return;
    free(gpt->values);
    free(gpt->tensor);
    free(gpt);
}
