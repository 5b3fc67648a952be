/* Writing safetensors files. See safetensors.h. */
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/file.h"
#include "base/json_file.h"
#include "nn/safetensors.h"
#include "nn/safetensors_sum.h"

static const char *const type_name = sizeof(real) == 4 ? "F32" : "F64";

static size_t item_bytes(const struct safetensors_item *item) {
    return (size_t)item->rows * (size_t)(item->columns ? item->columns : 1) * sizeof(real);
}

/* The header without its checksum, or NULL. */
static json_t *make_header(const struct safetensors_item *items, size_t count, const json_t *metadata) {
    json_t *header = json_object(), *copy = json_deep_copy(metadata);
    /* Jansson leaves out of a copy what it has no memory for. */
    int failed = json_object_set_new(header, "__metadata__", copy) || !json_equal(copy, metadata);
    size_t at = 0;
    for (size_t i = 0; i < count && !failed; i++) {
        json_t *shape = items[i].columns ? json_pack("[i,i]", items[i].rows, items[i].columns)
                                         : json_pack("[i]", items[i].rows);
        size_t end = at + item_bytes(&items[i]);
        json_t *entry = json_pack("{s:s,s:o,s:[I,I]}", "dtype", type_name, "shape", shape, "data_offsets",
                                  (json_int_t)at, (json_int_t)end);
        failed = json_object_set_new(header, items[i].name, entry);
        at = end;
    }
    if (!failed) return header;
    json_decref(header);
    return NULL;
}

static enum err write_parts(const char *path, const char *text, const struct safetensors_item *items,
                            size_t count, struct error *error) {
    struct file_writer writer;
    enum err code = file_create_plain(&writer, path, error);
    if (code) return code;
    size_t length = strlen(text), padding = (8 - length % 8) % 8; /* the data begin at a multiple of 8 */
    unsigned char size[8];
    for (int i = 0; i < 8; i++) size[i] = (unsigned char)((uint64_t)(length + padding) >> (8 * i));
    fwrite(size, 1, 8, writer.stream);
    fwrite(text, 1, length, writer.stream);
    fwrite("        ", 1, padding, writer.stream);
    for (size_t i = 0; i < count; i++) fwrite(items[i].values, 1, item_bytes(&items[i]), writer.stream);
    return file_commit(&writer, error);
}

enum err safetensors_write(const char *path, const struct safetensors_item *items, size_t count,
                           const json_t *metadata, struct error *error) {
    json_t *header = make_header(items, count, metadata);
    XXH64_state_t *state = XXH64_createState();
    char *text = NULL;
    char sum[17] = "";
    if (header && state && !safetensors_sum_header(state, header)) {
        for (size_t i = 0; i < count; i++) XXH64_update(state, items[i].values, item_bytes(&items[i]));
        snprintf(sum, sizeof sum, "%016" PRIx64, (uint64_t)XXH64_digest(state));
        if (json_object_set_new(json_object_get(header, "__metadata__"), SAFETENSORS_SUM, json_string(sum)) ==
            0)
            text = json_file_dump(header, JSON_COMPACT);
    }
    enum err code = text ? write_parts(path, text, items, count, error) : err_memory(error, path);
    free(text);
    XXH64_freeState(state);
    json_decref(header);
    return code;
}
