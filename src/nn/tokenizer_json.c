/* The tokenizer files of a checkpoint. See tokenizer_json.h. */
#include "nn/tokenizer_json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/byte_level.h"

/* What is a token; everything between tokens is dropped. */
static const char pattern[] = "[A-Za-z_][A-Za-z_0-9]*|[0-9]|\\n|[^\\sA-Za-z_0-9]";

static json_t *added_token(const struct checkpoint_vocabulary *vocabulary, int32_t id) {
    return json_pack("{s:i,s:s,s:b,s:b,s:b,s:b,s:b}", "id", (int)id, "content", vocabulary->text[id],
                     "single_word", 0, "lstrip", 0, "rstrip", 0, "normalized", 0, "special", 1);
}

/* Where text as ours has no space between two tokens (vocabulary_render), when all of them are parted by one:
 * that space, by what stands around it. Each digit is a token, unless it ends a name, where a letter, digit
 * or underscore stands right before it. All pieces look back by a fixed length, as some engines want it. */
static const char unspaced[] = "(?<=[\\n(\\[]) | (?=[\\n)\\],])"             /* lines, brackets, commas */
                               "|(?<=[0-9])(?<![A-Za-z_0-9][0-9]) (?=[0-9])" /* two digits */
                               "|(?<=[^\\s=\\[\\](),+\\-*/%0-9]) (?=[(\\[])" /* a name and what opens */
                               "|(?<=[A-Za-z_0-9][0-9]) (?=[(\\[])"          /* one that ends with a digit */
                               "|(?<=-)(?<![^\\s=\\[(,+\\-*/%] -) ";         /* a minus that is a sign */

/* A space before every token but the first (none begins with that prefix), all in one text, and the spaces
 * out that are not ours. */
static json_t *decoder(void) {
    return json_pack("{s:s,s:[{s:s,s:s,s:b},{s:s},{s:s,s:{s:s},s:s}]}", "type", "Sequence", "decoders",
                     "type", "WordPiece", "prefix", "##", "cleanup", 0, "type", "Fuse", "type", "Replace",
                     "pattern", "Regex", unspaced, "content", "");
}

static json_t *template_piece(const char *kind, const char *id) {
    return json_pack("{s:{s:s,s:i}}", kind, "id", id, "type_id", 0);
}

/* Puts <bos> before a text, and before a prompt and its completion. */
static json_t *post_processor(const struct checkpoint_vocabulary *vocabulary) {
    const char *bos = vocabulary->text[vocabulary->bos];
    return json_pack("{s:s,s:[o,o],s:[o,o,o],s:{s:{s:s,s:[i],s:[s]}}}", "type", "TemplateProcessing",
                     "single", template_piece("SpecialToken", bos), template_piece("Sequence", "A"), "pair",
                     template_piece("SpecialToken", bos), template_piece("Sequence", "A"),
                     template_piece("Sequence", "B"), "special_tokens", bos, "id", bos, "ids",
                     (int)vocabulary->bos, "tokens", bos);
}

json_t *tokenizer_json(const struct checkpoint_vocabulary *vocabulary) {
    json_t *words = json_object(), *added = json_array();
    int failed = !words || !added;
    for (int i = 0; i < vocabulary->count && !failed; i++)
        failed = json_object_set_new(words, vocabulary->text[i], json_integer(i));
    const int32_t special[] = {vocabulary->pad, vocabulary->bos, vocabulary->eos, vocabulary->unk};
    for (size_t i = 0; i < sizeof special / sizeof *special && !failed; i++)
        failed = json_array_append_new(added, added_token(vocabulary, special[i]));
    if (failed) {
        json_decref(words);
        json_decref(added);
        return NULL;
    }
    return json_pack("{s:s,s:n,s:n,s:o,s:n,s:{s:s,s:{s:s},s:s,s:b},s:o,s:o,s:{s:s,s:o,s:s}}", "version",
                     "1.0", "truncation", "padding", "added_tokens", added, "normalizer", "pre_tokenizer",
                     "type", "Split", "pattern", "Regex", pattern, "behavior", "Removed", "invert", 1,
                     "post_processor", post_processor(vocabulary), "decoder", decoder(), "model", "type",
                     "WordLevel", "vocab", words, "unk_token", vocabulary->text[vocabulary->unk]);
}

json_t *tokenizer_config_json(const struct checkpoint_vocabulary *vocabulary, int positions) {
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:i,s:s,s:b,s:[s,s]}", "tokenizer_class",
                     "PreTrainedTokenizerFast", "pad_token", vocabulary->text[vocabulary->pad], "bos_token",
                     vocabulary->text[vocabulary->bos], "eos_token", vocabulary->text[vocabulary->eos],
                     "unk_token", vocabulary->text[vocabulary->unk], "model_max_length", positions,
                     "padding_side", "left", "clean_up_tokenization_spaces", 0, "model_input_names",
                     "input_ids", "attention_mask");
}

/* Copies the words of a vocab to their places. */
static enum err place_words(const char *path, json_t *words, int count, char **text, struct error *error) {
    const char *word;
    json_t *id;
    json_object_foreach(words, word, id) {
        json_int_t at = json_is_integer(id) ? json_integer_value(id) : -1;
        if (at < 0 || at >= count || text[at])
            return err_set(error, ERR_INPUT,
                           "%s: token '%s': its id must be a whole number, 0 to %d, and its own", path, word,
                           count - 1);
        if (!(text[at] = memory_string(word))) return err_memory(error, path);
    }
    return ERR_OK;
}

/* The texts if all is well, otherwise nothing. */
static enum err hand_over(enum err code, char **made, int count, char ***text) {
    if (!code) {
        *text = made;
        return ERR_OK;
    }
    for (int i = 0; i < count; i++) free(made[i]);
    free(made);
    return code;
}

/* Where tokenizer.json cuts text other than we do, the model has learned other tokens than it would get. */
static enum err check_splitting(const char *path, const json_t *tokenizer, char **text, int count,
                                struct error *error) {
    const json_t *splitter = json_object_get(tokenizer, "pre_tokenizer"),
                 *normalizer = json_object_get(tokenizer, "normalizer"), *token;
    const char *regex = json_string_value(json_object_get(json_object_get(splitter, "pattern"), "Regex"));
    if (normalizer && !json_is_null(normalizer))
        return err_set(error, ERR_INPUT, "%s: has a normalizer (allowed: null)", path);
    if (splitter && (!regex || strcmp(regex, pattern)))
        return err_set(error, ERR_INPUT, "%s: pre_tokenizer splits text by something else than %s", path,
                       pattern);
    size_t i;
    json_array_foreach(json_object_get(tokenizer, "added_tokens"), i, token) {
        const char *content = json_string_value(json_object_get(token, "content"));
        json_int_t id = json_integer_value(json_object_get(token, "id"));
        if (!content || id < 0 || id >= count || strcmp(text[id], content))
            return err_set(error, ERR_INPUT, "%s: added_tokens[%zu]: is not in the vocab under its id", path,
                           i);
    }
    return ERR_OK;
}

enum err tokenizer_read(const char *path, const json_t *tokenizer, int count, char ***text,
                        struct error *error) {
    const json_t *model = json_object_get(tokenizer, "model");
    const char *type = json_string_value(json_object_get(model, "type"));
    json_t *words = json_object_get(model, "vocab");
    if (!type || strcmp(type, "WordLevel") || !json_is_object(words))
        return err_set(error, ERR_INPUT, "%s: model.type is %s (allowed: WordLevel, with a vocab)", path,
                       type ? type : "missing");
    if (json_object_size(words) != (size_t)count)
        return err_set(error, ERR_INPUT, "%s: %zu tokens, but config.json has vocab_size %d", path,
                       json_object_size(words), count);
    char **made = memory_array((size_t)count, sizeof *made);
    if (!made) return err_memory(error, path);
    enum err code = place_words(path, words, count, made, error);
    if (!code) code = check_splitting(path, tokenizer, made, count, error);
    return hand_over(code, made, count, text);
}

/* Special and other added tokens, some of which the vocab has too. */
static enum err place_added(const char *path, const json_t *added, int count, char **text,
                            struct error *error) {
    size_t i;
    json_t *token;
    json_array_foreach(added, i, token) {
        const char *content = json_string_value(json_object_get(token, "content"));
        const json_t *id = json_object_get(token, "id");
        json_int_t at = json_is_integer(id) ? json_integer_value(id) : -1;
        if (!content || at < 0 || at >= count)
            return err_set(error, ERR_INPUT, "%s: added_tokens[%zu]: needs content, and an id of 0 to %d",
                           path, i, count - 1);
        free(text[at]);
        if (!(text[at] = memory_string(content))) return err_memory(error, path);
    }
    return ERR_OK;
}

/* Whether it is of type ByteLevel, or a sequence with such a part. */
static bool is_byte_level(const json_t *part) {
    const char *type = json_string_value(json_object_get(part, "type"));
    if (type && !strcmp(type, "ByteLevel")) return true;
    static const char *const lists[] = {"pretokenizers", "decoders"};
    for (int i = 0; i < 2; i++) {
        size_t j;
        const json_t *member;
        json_array_foreach(json_object_get(part, lists[i]), j, member) {
            const char *kind = json_string_value(json_object_get(member, "type"));
            if (kind && !strcmp(kind, "ByteLevel")) return true;
        }
    }
    return false;
}

/* The letters of other BPE vocabularies stand for something else than bytes. */
static enum err check_bytes(const char *path, const json_t *tokenizer, struct error *error) {
    const json_t *splitter = json_object_get(tokenizer, "pre_tokenizer"),
                 *decoder = json_object_get(tokenizer, "decoder");
    bool silent = !json_is_object(splitter) && !json_is_object(decoder);
    if (silent || is_byte_level(splitter) || is_byte_level(decoder)) return ERR_OK;
    return err_set(error, ERR_INPUT,
                   "%s: a BPE vocabulary that is not of bytes (allowed: with ByteLevel as "
                   "pre_tokenizer or decoder)",
                   path);
}

enum err tokenizer_read_foreign(const char *path, const json_t *tokenizer, int count, char ***text,
                                struct error *error) {
    const json_t *model = json_object_get(tokenizer, "model");
    const char *type = json_string_value(json_object_get(model, "type"));
    json_t *words = json_object_get(model, "vocab");
    bool bpe = type && !strcmp(type, "BPE");
    if (!type || (!bpe && strcmp(type, "WordLevel")) || !json_is_object(words))
        return err_set(error, ERR_INPUT, "%s: model.type is %s (allowed: WordLevel or BPE, with a vocab)",
                       path, type ? type : "missing");
    if (bpe && check_bytes(path, tokenizer, error)) return ERR_INPUT;
    char **made = memory_array((size_t)count, sizeof *made);
    if (!made) return err_memory(error, path);
    enum err code = place_words(path, words, count, made, error);
    for (int i = 0; i < count && bpe && !code; i++)
        if (made[i]) byte_level_decode(made[i]);
    if (!code) code = place_added(path, json_object_get(tokenizer, "added_tokens"), count, made, error);
    for (int i = 0; i < count && !code; i++)
        if (!made[i] && !(made[i] = memory_string(""))) code = err_memory(error, path);
    return hand_over(code, made, count, text);
}
