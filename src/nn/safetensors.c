/* Reading safetensors files, trusting nothing in them. See safetensors.h. */
#include "nn/safetensors.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json_file.h"
#include "base/memory.h"
#include "nn/safetensors_sum.h"

static const size_t file_limit = (size_t)64 << 30;
static const size_t header_limit = 100000000; /* the format's own */

static const struct type {
    const char *name;
    size_t size;
} types[] = {{"F32", 4}, {"F64", 8}, {"F16", 2}, {"BF16", 2}, {"I64", 8}, {"I32", 4}, {"I16", 2},
             {"I8", 1},  {"U8", 1},  {"U16", 2}, {"U32", 4},  {"U64", 8}, {"BOOL", 1}};
enum { TYPES = sizeof types / sizeof *types, READABLE_TYPES = 4 };

enum err safetensors_sum_header(XXH64_state_t *state, const json_t *header) {
    json_t *copy = json_deep_copy(header);
    if (!json_equal(copy, header)) { /* Jansson leaves out what it has no memory for */
        json_decref(copy);
        return ERR_RUNTIME;
    }
    json_object_del(json_object_get(copy, "__metadata__"), SAFETENSORS_SUM);
    char *text = json_file_dump(copy, JSON_COMPACT);
    json_decref(copy);
    if (!text) return ERR_RUNTIME;
    XXH64_reset(state, 0);
    XXH64_update(state, text, strlen(text));
    free(text);
    return ERR_OK;
}

/* One tensor's place in the data. */
struct extent {
    const char *name;
    size_t begin, end;
};

static enum err check_entry(const char *path, const char *name, json_t *entry, size_t data_length,
                            struct extent *extent, struct error *error) {
    /* Taken one by one: json_unpack needs memory, and does not say that it lacked it. */
    const json_t *offsets = json_object_get(entry, "data_offsets"), *shape = json_object_get(entry, "shape");
    const json_t *first = json_array_get(offsets, 0), *last = json_array_get(offsets, 1);
    const char *type = json_string_value(json_object_get(entry, "dtype"));
    json_int_t begin = json_integer_value(first), end = json_integer_value(last);
    if (!type || !json_is_integer(first) || !json_is_integer(last) || json_array_size(offsets) != 2 ||
        !json_is_array(shape))
        return err_set(error, ERR_INPUT, "%s: tensor %s: not {dtype, shape, data_offsets: [begin, end]}",
                       path, name);
    size_t size = 0;
    for (int i = 0; i < TYPES; i++)
        if (strcmp(type, types[i].name) == 0) size = types[i].size;
    if (!size) return err_set(error, ERR_INPUT, "%s: tensor %s: unknown dtype '%s'", path, name, type);
    for (size_t i = 0; i < json_array_size(shape); i++) {
        json_t *length = json_array_get(shape, i);
        if (!json_is_integer(length) || json_integer_value(length) < 0 ||
            __builtin_mul_overflow(size, (size_t)json_integer_value(length), &size))
            return err_set(error, ERR_INPUT, "%s: tensor %s: impossible shape", path, name);
    }
    if (begin < 0 || end < begin || (uint64_t)end > data_length)
        return err_set(
            error, ERR_INPUT,
            "%s: tensor %s: data_offsets [%lld, %lld], but there are %zu bytes of data; the file is cut off "
            "or damaged",
            path, name, (long long)begin, (long long)end, data_length);
    if ((size_t)(end - begin) != size)
        return err_set(error, ERR_INPUT, "%s: tensor %s: %lld bytes, but its shape needs %zu", path, name,
                       (long long)(end - begin), size);
    *extent = (struct extent){name, (size_t)begin, (size_t)end};
    return ERR_OK;
}

static int by_begin(const void *a, const void *b) {
    const struct extent *x = a, *y = b;
    if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* Every byte of the data belongs to exactly one tensor. */
static enum err check_extents(const struct safetensors *file, struct error *error) {
    size_t count = json_object_size(file->header);
    struct extent *extent = memory_array(count, sizeof *extent);
    if (!extent) return err_memory(error, file->path);
    enum err code = ERR_OK;
    const char *name;
    json_t *entry;
    size_t n = 0, at = 0;
    json_object_foreach(file->header, name, entry) {
        code = check_entry(file->path, name, entry, file->data_length, &extent[n++], error);
        if (code) goto done;
    }
    qsort(extent, n, sizeof *extent, by_begin);
    for (size_t i = 0; i < n && !code; at = extent[i++].end)
        if (extent[i].begin != at)
            code =
                err_set(error, ERR_INPUT, "%s: tensor %s begins at byte %zu of the data, expected %zu (%s)",
                        file->path, extent[i].name, extent[i].begin, at,
                        extent[i].begin < at ? "tensors overlap" : "a gap");
    if (!code && at != file->data_length)
        code = err_set(error, ERR_INPUT, "%s: %zu bytes of data, but the tensors fill %zu", file->path,
                       file->data_length, at);
done:
    free(extent);
    return code;
}

static enum err check_sum(struct safetensors *file, const json_t *whole, struct error *error) {
    const char *expected = json_string_value(json_object_get(file->metadata, SAFETENSORS_SUM));
    if (!expected) return ERR_OK; /* made by another program */
    XXH64_state_t *state = XXH64_createState();
    if (!state || safetensors_sum_header(state, whole)) {
        XXH64_freeState(state);
        return err_memory(error, file->path);
    }
    XXH64_update(state, file->data, file->data_length);
    char found[17];
    snprintf(found, sizeof found, "%016" PRIx64, (uint64_t)XXH64_digest(state));
    XXH64_freeState(state);
    file->summed = strcmp(found, expected) == 0;
    if (file->summed) return ERR_OK;
    return err_set(error, ERR_INPUT, "%s: checksum %s, expected %s: the file is damaged", file->path, found,
                   expected);
}

/* file->bytes are there; everything else is filled in from them. */
static enum err parse(struct safetensors *file, size_t length, struct error *error) {
    const char *path = file->path;
    if (length < 8)
        return err_set(error, ERR_INPUT, "%s: %zu bytes are too few for a safetensors file", path, length);
    uint64_t header_length = 0;
    for (int i = 7; i >= 0; i--) header_length = header_length << 8 | (unsigned char)file->bytes[i];
    if (header_length > header_limit)
        return err_set(error, ERR_INPUT,
                       "%s: a header of %" PRIu64 " bytes (allowed: up to %zu): no safetensors file", path,
                       header_length, header_limit);
    if (header_length > length - 8)
        return err_set(error, ERR_INPUT,
                       "%s: a header of %" PRIu64 " bytes in a file of %zu: cut off, or no safetensors file",
                       path, header_length, length);
    file->data = file->bytes + 8 + header_length;
    file->data_length = length - 8 - (size_t)header_length;
    json_t *whole;
    enum err code = json_file_parse(path, 1, file->bytes + 8, (size_t)header_length, &whole, error);
    if (code) return err_prefix(error, code, "header");
    file->metadata = json_incref(json_object_get(whole, "__metadata__"));
    if (!file->metadata) file->metadata = json_object();
    file->header = json_copy(whole);
    /* Jansson leaves out of a copy what it has no memory for. */
    if (!file->metadata || !file->header || json_object_size(file->header) != json_object_size(whole))
        code = err_memory(error, path);
    else if (!json_is_object(file->metadata))
        code = err_set(error, ERR_INPUT, "%s: header: __metadata__ is not an object", path);
    json_object_del(file->header, "__metadata__");
    if (!code) code = check_extents(file, error);
    if (!code) code = check_sum(file, whole, error);
    json_decref(whole);
    return code;
}

enum err safetensors_open(const char *path, struct safetensors *file, struct error *error) {
    struct safetensors made = {.path = memory_string(path)};
    if (!made.path) return err_memory(error, path);
    size_t length;
    enum err code = file_read_regular(path, file_limit, &made.bytes, &length, error);
    if (!code) code = parse(&made, length, error);
    if (code)
        safetensors_close(&made);
    else
        *file = made;
    return code;
}

void safetensors_close(struct safetensors *file) {
    json_decref(file->metadata);
    json_decref(file->header);
    free(file->bytes);
    free(file->path);
    *file = (struct safetensors){0};
}

/* The bytes of a tensor and what they are. */
struct tensor_bytes {
    const unsigned char *from;
    size_t size, count; /* bytes of a value; values */
    bool is_half;       /* F16, not BF16 */
};

static struct tensor_bytes find_bytes(const struct safetensors *file, const char *name) {
    const json_t *entry = json_object_get(file->header, name),
                 *offsets = json_object_get(entry, "data_offsets");
    const char *type = json_string_value(json_object_get(entry, "dtype"));
    size_t begin = (size_t)json_integer_value(json_array_get(offsets, 0));
    size_t end = (size_t)json_integer_value(json_array_get(offsets, 1));
    size_t size = strcmp(type, "F64") == 0 ? 8 : strcmp(type, "F32") == 0 ? 4 : 2;
    return (struct tensor_bytes){(const unsigned char *)file->data + begin, size, (end - begin) / size,
                                 strcmp(type, "F16") == 0};
}

static uint64_t little_endian(const unsigned char *from, size_t size) {
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) value = value << 8 | from[i];
    return value;
}

/* Whether those bits are a number that a real can hold: in all types, an exponent of ones is infinite or not
 * a number. */
static bool is_finite(const struct tensor_bytes *place, uint64_t bits) {
    if (place->size == 8) {
        double wide;
        memcpy(&wide, &bits, sizeof wide);
        return fabs(wide) <= FLT_MAX;
    }
    uint64_t exponent = place->size == 4 ? 0x7f800000 : place->is_half ? 0x7c00 : 0x7f80;
    return (bits & exponent) != exponent;
}

static enum err check_values(const struct safetensors *file, const char *name, struct error *error) {
    struct tensor_bytes place = find_bytes(file, name);
    for (size_t i = 0; i < place.count; i++)
        if (!is_finite(&place, little_endian(place.from + i * place.size, place.size)))
            return err_set(error, ERR_INPUT, "%s: tensor %s: value %zu of %zu is not a finite number",
                           file->path, name, i + 1, place.count);
    return ERR_OK;
}

enum err safetensors_check(const struct safetensors *file, const char *name, int rows, int columns,
                           struct error *error) {
    const json_t *entry = json_object_get(file->header, name);
    if (!entry) return err_set(error, ERR_INPUT, "%s: tensor %s is missing", file->path, name);
    const json_t *shape = json_object_get(entry, "shape");
    json_int_t found_rows = json_integer_value(json_array_get(shape, 0));
    json_int_t found_columns = json_integer_value(json_array_get(shape, 1));
    if (json_array_size(shape) != (columns ? 2u : 1u) || found_rows != rows || found_columns != columns) {
        char *text = json_dumps(shape, 0);
        enum err code = columns ? err_set(error, ERR_INPUT, "%s: tensor %s has shape %s, expected [%d, %d]",
                                          file->path, name, text ? text : "?", rows, columns)
                                : err_set(error, ERR_INPUT, "%s: tensor %s has shape %s, expected [%d]",
                                          file->path, name, text ? text : "?", rows);
        free(text);
        return code;
    }
    const char *type = json_string_value(json_object_get(entry, "dtype"));
    for (int i = 0; i < READABLE_TYPES; i++)
        if (strcmp(type, types[i].name) == 0) return check_values(file, name, error);
    return err_set(error, ERR_INPUT, "%s: tensor %s has dtype %s (allowed: F32, F64, F16, BF16)", file->path,
                   name, type);
}

/* A finite one. */
static float half_value(uint16_t bits) {
    int exponent = bits >> 10 & 31, fraction = bits & 1023;
    float value =
        exponent == 0 ? ldexpf((float)fraction, -24) : ldexpf((float)(fraction + 1024), exponent - 25);
    return bits & 0x8000 ? -value : value;
}

void safetensors_copy(const struct safetensors *file, const char *name, real *values) {
    struct tensor_bytes place = find_bytes(file, name);
    for (size_t i = 0; i < place.count; i++) {
        uint64_t bits = little_endian(place.from + i * place.size, place.size);
        uint32_t single_bits = (uint32_t)(place.size == 2 ? bits << 16 : bits);
        float single;
        double wide;
        memcpy(&single, &single_bits, sizeof single);
        memcpy(&wide, &bits, sizeof wide);
        values[i] = (real)(place.size == 8 ? wide : place.is_half ? half_value((uint16_t)bits) : single);
    }
}
