/* A trained model read back. See model_directory.h. */
#include "train/model_directory.h"

#include <stdio.h>
#include <string.h>

enum err model_directory_read(const char *directory, struct model_directory *model, struct error *error) {
    struct model_directory made = {0};
    enum err code = checkpoint_read(directory, &made.checkpoint, error);
    if (code) return code;
    code = vocabulary_restore((const char *const *)made.checkpoint.text,
                              made.checkpoint.gpt->config.vocabulary, &made.vocabulary, error);
    if (code) code = err_prefix(error, code, directory);
    json_t *options = json_object_get(made.checkpoint.cotnoise, "options");
    if (!code && options) {
        char where[CONFIG_PATH_MAX + 32];
        snprintf(where, sizeof where, "%s/config.json", directory);
        code = config_from_json(options, where, &made.config, error);
        made.has_config = true;
    }
    if (code)
        model_directory_free(&made);
    else
        *model = made;
    return code;
}

void model_directory_free(struct model_directory *model) {
    checkpoint_free(&model->checkpoint);
    vocabulary_free(model->vocabulary);
    *model = (struct model_directory){0};
}

/* What keeps the weights of `from` from being used, or NULL. */
static const char *difference(const struct gpt_config *from, const struct gpt_config *to) {
    if (from->layers != to->layers) return "model.layers";
    if (from->width != to->width) return "model.width";
    if (from->heads != to->heads) return "model.heads";
    if (from->ffn != to->ffn) return "model.ffn";
    if (from->rotary_share != to->rotary_share) return "model.rotary_share";
    if (from->rotary_base != to->rotary_base) return "model.rotary_base";
    if (from->vocabulary != to->vocabulary) return "the vocabulary";
    return NULL;
}

enum err model_directory_initialise(const char *directory, const struct vocabulary *vocabulary,
                                    struct gpt *gpt, struct error *error) {
    struct checkpoint checkpoint = {0};
    enum err code = checkpoint_read(directory, &checkpoint, error);
    if (code) return err_prefix(error, code, "model.init");
    const char *what = difference(&checkpoint.gpt->config, &gpt->config);
    for (int i = 0; i < vocabulary_count(vocabulary) && !what; i++)
        if (strcmp(checkpoint.text[i], vocabulary_text(vocabulary, i))) what = "the vocabulary";
    if (what)
        code = err_set(error, ERR_INPUT, "model.init: %s: %s is not the same as this run's", directory, what);
    else
        memcpy(gpt->values, checkpoint.gpt->values, gpt->size * sizeof *gpt->values);
    checkpoint_free(&checkpoint);
    return code;
}
