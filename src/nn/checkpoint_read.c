/* Reading a model directory. See checkpoint.h. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json_file.h"
#include "base/memory.h"
#include "nn/checkpoint.h"
#include "nn/checkpoint_config.h"
#include "nn/safetensors.h"
#include "nn/tokenizer_json.h"

static const size_t json_limit = (size_t)64 << 20;

/* What a user points at may lie behind links, as in the caches of other programs. */
static enum err read_json(const char *path, json_t **value, struct error *error) {
    return json_file_read(path, json_limit, JSON_FILE_LINKED, value, error);
}

/* A special token's id by its text, which may stand in an object as "content". */
static int32_t find_token(const struct checkpoint *checkpoint, const json_t *tokenizer_config,
                          const char *name) {
    const json_t *member = json_object_get(tokenizer_config, name);
    const char *text =
        json_string_value(json_is_object(member) ? json_object_get(member, "content") : member);
    for (int i = 0; text && i < checkpoint->gpt->config.vocabulary; i++)
        if (strcmp(checkpoint->text[i], text) == 0) return i;
    return -1;
}

static enum err read_tokens(const char *directory, bool foreign, struct checkpoint *checkpoint,
                            struct error *error) {
    char *path = file_join(directory, CHECKPOINT_TOKENIZER),
         *config_path = file_join(directory, CHECKPOINT_TOKENIZER_CONFIG);
    json_t *tokenizer = NULL, *config = NULL;
    enum err code = path && config_path ? ERR_OK : err_memory(error, directory);
    if (!code) code = read_json(path, &tokenizer, error);
    if (!code)
        code = (foreign ? tokenizer_read_foreign : tokenizer_read)(
            path, tokenizer, checkpoint->gpt->config.vocabulary, &checkpoint->text, error);
    if (!code) code = read_json(config_path, &config, error);
    struct {
        const char *name;
        int32_t *id;
    } special[] = {{"pad_token", &checkpoint->pad},
                   {"bos_token", &checkpoint->bos},
                   {"eos_token", &checkpoint->eos},
                   {"unk_token", &checkpoint->unk}};
    for (size_t i = 0; i < sizeof special / sizeof *special && !code; i++) {
        *special[i].id = find_token(checkpoint, config, special[i].name);
        if (*special[i].id < 0 && !foreign)
            code = err_set(error, ERR_INPUT, "%s: %s is missing or not a token of tokenizer.json",
                           config_path, special[i].name);
    }
    json_decref(tokenizer);
    json_decref(config);
    free(path);
    free(config_path);
    return code;
}

/* Whether the index's map says that the tensor is in that file; without a map every tensor is. */
static bool is_in(const json_t *map, const char *tensor, const char *file) {
    if (!map) return true;
    const char *holder = json_string_value(json_object_get(map, tensor));
    return holder && !strcmp(holder, file);
}

/* What older versions of transformers kept beside the weights; nobody reads it. */
static bool is_buffer(const char *name) {
    static const char *const endings[] = {".attention.bias", ".attention.masked_bias",
                                          ".attention.rotary_emb.inv_freq"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (length > strlen(endings[i]) && !strcmp(name + length - strlen(endings[i]), endings[i]))
            return true;
    return false;
}

/* A tensor that the model does not have (a layer too many, an adapter, another head) would be left out. */
static enum err check_tensors(const char *path, json_t *by_name, const struct gpt *gpt, struct error *error) {
    const char *name;
    json_t *value;
    json_object_foreach(by_name, name, value) {
        bool known = is_buffer(name);
        for (int i = 0; i < gpt->tensors && !known; i++) known = !strcmp(gpt->tensor[i].name, name);
        if (!known)
            return err_set(
                error, ERR_INPUT,
                "%s: tensor %s is not of this model (allowed: those of GPT-NeoX with the %d layers that "
                "config.json says)",
                path, name, gpt->config.layers);
    }
    return ERR_OK;
}

/* The tensors that one file holds. */
static enum err read_shard(const char *directory, const char *name, const json_t *map, struct gpt *gpt,
                           struct error *error) {
    char *path = file_join(directory, name);
    if (!path) return err_memory(error, directory);
    struct safetensors file = {0};
    enum err code = safetensors_open(path, &file, error);
    if (!code) code = check_tensors(path, file.header, gpt, error);
    for (int i = 0; i < gpt->tensors && !code; i++)
        if (is_in(map, gpt->tensor[i].name, name))
            code = safetensors_check(&file, gpt->tensor[i].name, gpt->tensor[i].rows, gpt->tensor[i].columns,
                                     error);
    for (int i = 0; i < gpt->tensors && !code; i++)
        if (is_in(map, gpt->tensor[i].name, name))
            safetensors_copy(&file, gpt->tensor[i].name, gpt_values(gpt, i));
    safetensors_close(&file);
    free(path);
    return code;
}

/* Every tensor must be in some file of the directory itself. */
static enum err check_map(const char *path, json_t *map, const struct gpt *gpt, struct error *error) {
    for (int i = 0; i < gpt->tensors; i++) {
        const char *file = json_string_value(json_object_get(map, gpt->tensor[i].name));
        if (!file)
            return err_set(error, ERR_INPUT, "%s: weight_map: tensor %s is missing", path,
                           gpt->tensor[i].name);
        if (!*file || *file == '.' || strchr(file, '/'))
            return err_set(error, ERR_INPUT, "%s: weight_map: '%s' is not the name of a file beside it", path,
                           file);
    }
    return check_tensors(path, map, gpt, error);
}

/* Each file of the index once: when the first tensor that it holds comes up. */
static enum err read_shards(const char *directory, const char *path, struct gpt *gpt, struct error *error) {
    json_t *index = NULL;
    enum err code = read_json(path, &index, error);
    if (code) return code;
    json_t *map = json_object_get(index, "weight_map");
    code = check_map(path, map, gpt, error);
    for (int i = 0; i < gpt->tensors && !code; i++) {
        const char *file = json_string_value(json_object_get(map, gpt->tensor[i].name));
        bool seen = false;
        for (int j = 0; j < i && !seen; j++) seen = is_in(map, gpt->tensor[j].name, file);
        if (!seen) code = read_shard(directory, file, map, gpt, error);
    }
    json_decref(index);
    return code;
}

static enum err read_weights(const char *directory, struct gpt *gpt, struct error *error) {
    static const char whole[] = CHECKPOINT_WEIGHTS;
    char *path = file_join(directory, whole), *index = file_join(directory, CHECKPOINT_INDEX);
    enum err code = ERR_OK;
    if (!path || !index)
        code = err_memory(error, directory);
    else if (!file_exists(path) && file_exists(index))
        code = read_shards(directory, index, gpt, error);
    else
        code = read_shard(directory, whole, NULL, gpt, error);
    free(path);
    free(index);
    return code;
}

/* A few bytes of config.json can ask for any amount of memory: there must be weights to fill it. */
static enum err check_size(const char *directory, const struct gpt_config *config, struct error *error) {
    enum { SMALLEST_TYPE = 2 }; /* bytes of F16 and BF16 */
    static const char ending[] = ".safetensors";
    DIR *stream = opendir(directory);
    if (!stream) return err_open(error, directory, errno);
    size_t bytes = 0;
    for (struct dirent *entry; (entry = readdir(stream));) {
        size_t length = strlen(entry->d_name);
        struct stat status;
        if (length >= strlen(ending) && !strcmp(entry->d_name + length - strlen(ending), ending) &&
            !fstatat(dirfd(stream), entry->d_name, &status, 0))
            bytes += (size_t)status.st_size;
    }
    closedir(stream);
    if (gpt_count(config) <= bytes / SMALLEST_TYPE) return ERR_OK;
    return err_set(error, ERR_INPUT,
                   "%s/" CHECKPOINT_WEIGHTS
                   ": %zu bytes of weights are too few for the %zu parameters of config.json",
                   directory, bytes, gpt_count(config));
}

static enum err read_directory(const char *directory, bool foreign, struct checkpoint *checkpoint,
                               struct error *error) {
    char *path = file_join(directory, CHECKPOINT_CONFIG);
    if (!path) return err_memory(error, directory);
    struct checkpoint made = {0};
    struct gpt_config config;
    json_t *json = NULL;
    enum err code = checkpoint_check_files(directory, error);
    if (!code) code = read_json(path, &json, error);
    if (!code) code = checkpoint_config_read(path, json, &config, error);
    if (!code) code = check_size(directory, &config, error);
    if (!code) code = gpt_create(&config, &made.gpt, error);
    if (!code) code = read_tokens(directory, foreign, &made, error);
    if (!code) code = read_weights(directory, made.gpt, error);
    if (!code) {
        made.cotnoise = json_incref(json_object_get(json, "cotnoise"));
        *checkpoint = made;
    } else {
        checkpoint_free(&made);
    }
    json_decref(json);
    free(path);
    return code;
}

enum err checkpoint_read(const char *directory, struct checkpoint *checkpoint, struct error *error) {
    return read_directory(directory, false, checkpoint, error);
}

enum err checkpoint_read_foreign(const char *directory, struct checkpoint *checkpoint, struct error *error) {
    return read_directory(directory, true, checkpoint, error);
}

void checkpoint_free(struct checkpoint *checkpoint) {
    for (int i = 0; checkpoint->text && i < checkpoint->gpt->config.vocabulary; i++)
        free(checkpoint->text[i]);
    free(checkpoint->text);
    json_decref(checkpoint->cotnoise);
    gpt_free(checkpoint->gpt);
    *checkpoint = (struct checkpoint){0};
}
