/* What a config.json asks for. See checkpoint_config.h.
 *
 * The names are those of transformers' GPTNeoXConfig, of all its versions, and of the class below it. */
#include "nn/checkpoint_config.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_file.h"

/* Members that say nothing about what a model computes when it is asked: names, types of numbers in memory
 * (the tensors say theirs themselves), what training it did, what writing with it does by default, ids of
 * special tokens (which go by their texts here). */
static const char *const harmless[] = {
    /* ours */
    "cotnoise",
    /* of training */
    "attention_dropout", "attention_probs_dropout_prob", "classifier_dropout", "hidden_dropout",
    "hidden_dropout_prob", "initializer_range", "gradient_checkpointing",
    /* of memory and program */
    "torch_dtype", "dtype", "use_cache", "transformers_version", "tokenizer_class", "chunk_size_feed_forward",
    "attn_implementation", "custom_pipelines", "unsloth_version", "unsloth_fixed", "return_dict",
    "output_attentions", "output_hidden_states", "torchscript", "use_bfloat16", "tf_legacy_loss",
    /* of names and tasks */
    "name_or_path", "finetuning_task", "id2label", "label2id", "problem_type", "task_specific_params",
    /* of tokens and writing */
    "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "decoder_start_token_id", "prefix",
    "bad_words_ids", "begin_suppress_tokens", "diversity_penalty", "do_sample", "early_stopping",
    "encoder_no_repeat_ngram_size", "exponential_decay_length_penalty", "forced_bos_token_id",
    "forced_eos_token_id", "length_penalty", "max_length", "min_length", "no_repeat_ngram_size",
    "num_beam_groups", "num_beams", "num_return_sequences", "output_scores", "remove_invalid_values",
    "repetition_penalty", "return_dict_in_generate", "suppress_tokens", "temperature", "top_k", "top_p",
    "typical_p",
    /* This model looks back in any case. */
    "is_decoder", NULL};

/* Members that are read as numbers below. */
static const char *const read_here[] = {"vocab_size",
                                        "hidden_size",
                                        "num_hidden_layers",
                                        "num_attention_heads",
                                        "intermediate_size",
                                        "rotary_emb_base",
                                        "rotary_pct",
                                        "layer_norm_eps",
                                        "rope_scaling",
                                        "rope_parameters",
                                        "rope_theta",
                                        "partial_rotary_factor",
                                        "model_type",
                                        "architectures",
                                        "max_position_embeddings",
                                        NULL};

static bool is_one_of(const char *const *names, const char *name) {
    while (*names && strcmp(*names, name)) names++;
    return *names != NULL;
}

static enum err refuse(const char *path, const char *where, const char *name, const json_t *value,
                       const char *allowed, struct error *error) {
    char *text = value ? json_file_dump(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    err_set(error, ERR_INPUT, "%s: %s%s is %.200s (allowed: %s)", path, where, name,
            !value ? "missing"
            : text ? text
                   : "something else",
            allowed);
    free(text);
    return ERR_INPUT;
}

static bool is_nothing(const json_t *value) {
    return json_is_null(value) || json_is_false(value) || (json_is_array(value) && !json_array_size(value)) ||
           (json_is_object(value) && !json_object_size(value));
}

/* --- what must be as it is here --------------------------------------------------------------------------
 */

static bool is_text(const json_t *value, const char *text) {
    return json_is_string(value) && !strcmp(json_string_value(value), text);
}

static enum err check_class(const char *path, const json_t *json, struct error *error) {
    const json_t *type = json_object_get(json, "model_type"), *class = json_object_get(json, "architectures");
    if (!is_text(type, "gpt_neox")) return refuse(path, "", "model_type", type, "\"gpt_neox\"", error);
    size_t i;
    const json_t *name;
    bool found = !class || is_nothing(class);
    json_array_foreach(class, i, name) found = found || is_text(name, "GPTNeoXForCausalLM");
    return found ? ERR_OK : refuse(path, "", "architectures", class, "[\"GPTNeoXForCausalLM\"]", error);
}

/* Every member is one that is read, one that has the value that is computed here, or one that asks for
 * nothing. */
static enum err check_members(const char *path, json_t *json, struct error *error) {
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value) {
        if (is_one_of(read_here, name) || is_one_of(harmless, name) || *name == '_') continue;
        if (!strcmp(name, "hidden_act")) {
            if (!is_text(value, "gelu"))
                return refuse(path, "", name, value, "\"gelu\", the exact one", error);
        } else if (!strcmp(name, "use_parallel_residual") || !strcmp(name, "attention_bias")) {
            if (!json_is_true(value)) return refuse(path, "", name, value, "true", error);
        } else if (!is_nothing(value)) {
            bool tied = !strcmp(name, "tie_word_embeddings");
            return refuse(path, "", name, value,
                          tied ? "false" : "null, false or no such member, which is not known here", error);
        }
    }
    return ERR_OK;
}

/* --- numbers ---------------------------------------------------------------------------------------------
 */

/* A whole number of config.json. */
static enum err read_integer(const char *path, const json_t *json, const char *name, int *value,
                             struct error *error) {
    const json_t *member = json_object_get(json, name);
    if (!json_is_integer(member) || json_integer_value(member) < 0 || json_integer_value(member) > INT_MAX)
        return refuse(path, "", name, member, "a whole number", error);
    *value = (int)json_integer_value(member);
    return ERR_OK;
}

/* A number that stands under one name or another, here or in an object of its own: where it stands twice, it
 * must be the same. */
static enum err read_number(const char *path, const char *where, const json_t *json, const char *name,
                            bool *known, double *value, struct error *error) {
    const json_t *member = json_object_get(json, name);
    if (!member || json_is_null(member)) return ERR_OK;
    if (!json_is_number(member)) return refuse(path, where, name, member, "a number", error);
    double found = json_number_value(member);
    if (*known && found != *value) {
        char allowed[64];
        snprintf(allowed, sizeof allowed, "%.17g, as it is said elsewhere in the file", *value);
        return refuse(path, where, name, member, allowed, error);
    }
    *known = true;
    *value = found;
    return ERR_OK;
}

/* What is said of the rotary embedding: its share of a head, its base, and whether positions are stretched,
 * which they are not here. Older versions of transformers write rotary_pct, rotary_emb_base and rope_scaling,
 * newer ones rope_parameters with all of it, those between have rope_theta and partial_rotary_factor too. */
static enum err read_rotary(const char *path, const json_t *json, struct gpt_config *config,
                            struct error *error) {
    static const char *const objects[] = {"rope_scaling", "rope_parameters"};
    bool share = false, base = false;
    enum err code = read_number(path, "", json, "rotary_pct", &share, &config->rotary_share, error);
    if (!code) code = read_number(path, "", json, "rotary_emb_base", &base, &config->rotary_base, error);
    if (!code)
        code = read_number(path, "", json, "partial_rotary_factor", &share, &config->rotary_share, error);
    if (!code) code = read_number(path, "", json, "rope_theta", &base, &config->rotary_base, error);
    for (int i = 0; i < 2 && !code; i++) {
        json_t *rope = json_object_get(json, objects[i]), *value;
        const char *name;
        char where[32];
        snprintf(where, sizeof where, "%s.", objects[i]);
        if (rope && !json_is_object(rope) && !is_nothing(rope))
            return refuse(path, "", objects[i], rope, "null or an object", error);
        json_object_foreach(rope, name, value) {
            bool kind = !strcmp(name, "type") || !strcmp(name, "rope_type");
            bool number = !strcmp(name, "partial_rotary_factor") || !strcmp(name, "rope_theta");
            if (number || is_nothing(value) || (kind && is_text(value, "default"))) continue;
            return refuse(path, where, name, value,
                          kind ? "\"default\"; scaled positions are not computed here"
                               : "null or no such member, which is not known here",
                          error);
        }
        code = read_number(path, where, rope, "partial_rotary_factor", &share, &config->rotary_share, error);
        if (!code) code = read_number(path, where, rope, "rope_theta", &base, &config->rotary_base, error);
    }
    if (!share) config->rotary_share = 0.25; /* GPTNeoXConfig's own */
    if (!base) config->rotary_base = 10000;
    return code;
}

enum err checkpoint_config_read(const char *path, json_t *json, struct gpt_config *config,
                                struct error *error) {
    struct gpt_config made = {.epsilon = 1e-5}; /* GPTNeoXConfig's own */
    struct {
        const char *name;
        int *value;
    } integer[] = {{"vocab_size", &made.vocabulary},    {"hidden_size", &made.width},
                   {"num_hidden_layers", &made.layers}, {"num_attention_heads", &made.heads},
                   {"intermediate_size", &made.ffn},    {"max_position_embeddings", &made.positions}};
    bool epsilon = false;
    enum err code = check_class(path, json, error);
    if (!code) code = check_members(path, json, error);
    for (size_t i = 0; i < sizeof integer / sizeof *integer && !code; i++)
        code = read_integer(path, json, integer[i].name, integer[i].value, error);
    if (!code) code = read_rotary(path, json, &made, error);
    if (!code) code = read_number(path, "", json, "layer_norm_eps", &epsilon, &made.epsilon, error);
    if (!code && gpt_config_check(&made, error)) code = err_prefix(error, ERR_INPUT, "%s", path);
    if (!code) *config = made;
    return code;
}
