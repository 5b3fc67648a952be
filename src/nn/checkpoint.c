/* Writing a model directory. See checkpoint.h; reading is in checkpoint_read.c. */
#include "nn/checkpoint.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json_file.h"
#include "base/memory.h"
#include "nn/safetensors.h"
#include "nn/tokenizer_json.h"

json_t *checkpoint_config(const struct gpt_config *config, const struct checkpoint_vocabulary *vocabulary,
                          json_t *cotnoise) {
    json_t *made = json_pack(
        "{s:[s],s:s,s:s,s:i,s:i,s:i,s:i,s:i,s:i,s:f,s:f,s:f}", "architectures", "GPTNeoXForCausalLM",
        "model_type", "gpt_neox", "torch_dtype", "float32", "vocab_size", config->vocabulary, "hidden_size",
        config->width, "num_hidden_layers", config->layers, "num_attention_heads", config->heads,
        "intermediate_size", config->ffn, "max_position_embeddings", config->positions, "rotary_pct",
        config->rotary_share, "rotary_emb_base", config->rotary_base, "layer_norm_eps", config->epsilon);
    json_t *fixed = json_pack("{s:s,s:b,s:b,s:b,s:b,s:f,s:f,s:f,s:i,s:i,s:i}", "hidden_act", "gelu",
                              "use_parallel_residual", 1, "tie_word_embeddings", 0, "attention_bias", 1,
                              "use_cache", 1, "attention_dropout", 0.0, "hidden_dropout", 0.0,
                              "initializer_range", 0.02, "bos_token_id", (int)vocabulary->bos, "eos_token_id",
                              (int)vocabulary->eos, "pad_token_id", (int)vocabulary->pad);
    int failed = !made || !fixed || json_object_update(made, fixed);
    if (!failed && cotnoise) failed = json_object_set(made, "cotnoise", cotnoise);
    json_decref(fixed);
    if (!failed) return made;
    json_decref(made);
    return NULL;
}

static enum err write_weights(const char *directory, const struct gpt *gpt, struct error *error) {
    struct safetensors_item *items = memory_array((size_t)gpt->tensors, sizeof *items);
    char *path = file_join(directory, CHECKPOINT_WEIGHTS);
    json_t *metadata = json_pack("{s:s}", "format", "pt");
    enum err code = items && path && metadata ? ERR_OK : err_memory(error, CHECKPOINT_WEIGHTS);
    for (int i = 0; i < gpt->tensors && !code; i++)
        items[i] = (struct safetensors_item){gpt->tensor[i].name, gpt->tensor[i].rows, gpt->tensor[i].columns,
                                             gpt_values(gpt, i)};
    if (!code) code = safetensors_write(path, items, (size_t)gpt->tensors, metadata, error);
    json_decref(metadata);
    free(path);
    free(items);
    return code;
}

enum err checkpoint_write(const char *directory, const struct gpt *gpt,
                          const struct checkpoint_vocabulary *vocabulary, json_t *cotnoise,
                          struct error *error) {
    enum err code = json_file_write_in(directory, CHECKPOINT_TOKENIZER, tokenizer_json(vocabulary), error);
    if (!code)
        code = json_file_write_in(directory, CHECKPOINT_TOKENIZER_CONFIG,
                                  tokenizer_config_json(vocabulary, gpt->config.positions), error);
    if (!code)
        code = json_file_write_in(directory, CHECKPOINT_CONFIG,
                                  checkpoint_config(&gpt->config, vocabulary, cotnoise), error);
    if (!code) code = write_weights(directory, gpt, error);
    return code;
}
