/* What is in a model directory, as a number. See checkpoint.h. */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/content.h"
#include "base/file.h"
#include "nn/checkpoint.h"

static int is_shard(const struct dirent *entry) {
    static const char ending[] = ".safetensors";
    size_t length = strlen(entry->d_name);
    return length >= strlen(ending) && !strcmp(entry->d_name + length - strlen(ending), ending);
}

/* Takes up a file of the directory where it exists: its name, so that none passes for another, and content.
 */
static enum err add_file(const char *directory, const char *name, uint64_t *sum, struct error *error) {
    char *path = file_join(directory, name);
    if (!path) return err_memory(error, directory);
    uint64_t content;
    enum err code = ERR_OK;
    if (file_exists(path)) {
        code = content_of_file(path, &content, error);
        if (!code) *sum = XXH64(&content, sizeof content, XXH64(name, strlen(name), *sum));
    }
    free(path);
    return code;
}

/* The weights in several files: each in the order of their names. */
static enum err add_shards(const char *directory, uint64_t *sum, struct error *error) {
    struct dirent **entries;
    int count = scandir(directory, &entries, is_shard, alphasort);
    if (count < 0) return err_open(error, directory, errno);
    enum err code = count ? ERR_OK
                          : err_set(error, ERR_INPUT,
                                    "%s: no model in it (" CHECKPOINT_WEIGHTS " is missing)", directory);
    for (int i = 0; i < count; i++) {
        if (!code) code = add_file(directory, entries[i]->d_name, sum, error);
        free(entries[i]);
    }
    free(entries);
    return code;
}

enum err checkpoint_check_files(const char *directory, struct error *error) {
    static const struct {
        const char *name, *problem;
        bool beside; /* wrong also beside weights that can be read */
    } files[] = {
        {"adapter_config.json", "asks for an adapter, which is not applied here; merge it first", true},
        {"pytorch_model.bin", "are weights in another format; save them as safetensors", false},
        {"pytorch_model.bin.index.json", "is of weights in another format; save them as safetensors", false},
        {"flax_model.msgpack", "are weights in another format; save them as safetensors", false},
        {"tf_model.h5", "are weights in another format; save them as safetensors", false}};
    char *whole = file_join(directory, CHECKPOINT_WEIGHTS), *index = file_join(directory, CHECKPOINT_INDEX);
    enum err code = whole && index ? ERR_OK : err_memory(error, directory);
    bool readable = !code && (file_exists(whole) || file_exists(index));
    for (size_t i = 0; i < sizeof files / sizeof *files && !code; i++) {
        char *path = file_join(directory, files[i].name);
        if (!path)
            code = err_memory(error, directory);
        else if ((files[i].beside || !readable) && file_exists(path))
            code = err_set(error, ERR_INPUT, "%s: %s", path, files[i].problem);
        free(path);
    }
    free(whole);
    free(index);
    return code;
}

enum err checkpoint_content(const char *directory, uint64_t *content, struct error *error) {
    static const char *const names[] = {CHECKPOINT_WEIGHTS, CHECKPOINT_CONFIG, CHECKPOINT_TOKENIZER,
                                        CHECKPOINT_TOKENIZER_CONFIG};
    uint64_t sum = 0;
    char *weights = file_join(directory, CHECKPOINT_WEIGHTS);
    if (!weights) return err_memory(error, directory);
    enum err code = checkpoint_check_files(directory, error);
    if (!code && !file_exists(weights)) code = add_file(directory, CHECKPOINT_INDEX, &sum, error);
    if (!code && !file_exists(weights)) code = add_shards(directory, &sum, error);
    for (size_t i = 0; i < sizeof names / sizeof *names && !code; i++)
        code = add_file(directory, names[i], &sum, error);
    free(weights);
    if (!code) *content = sum;
    return code;
}
