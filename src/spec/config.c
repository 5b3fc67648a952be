/* The model that a configuration asks for. See config.h. */
#include "spec/config.h"

#include <stdio.h>
#include <string.h>

static bool has_shape(const struct config *config, const struct gpt_preset *preset) {
    return config->model.layers == preset->layers && config->model.width == preset->width &&
           config->model.heads == preset->heads && config->model.ffn == preset->ffn;
}

void config_model_name(const struct config *config, char name[32]) {
    const struct gpt_preset *found = &gpt_presets[config->model.preset];
    if (*config->trainer) {
        strcpy(name, "trainer");
        return;
    }
    if (!has_shape(config, found))
        for (found = gpt_presets; found->name; found++)
            if (has_shape(config, found) && found->rotary_share == config->model.rotary_share) break;
    if (found->name)
        snprintf(name, 32, "%s", found->name);
    else
        snprintf(name, 32, "custom-%dx%d", config->model.layers, config->model.width);
}

struct gpt_config config_shape(const struct config *config, int vocabulary, int positions) {
    return (struct gpt_config){.vocabulary = vocabulary,
                               .positions = positions,
                               .width = config->model.width,
                               .layers = config->model.layers,
                               .heads = config->model.heads,
                               .ffn = config->model.ffn,
                               .rotary_share = config->model.rotary_share,
                               .rotary_base = config->model.rotary_base,
                               .epsilon = 1e-5};
}
