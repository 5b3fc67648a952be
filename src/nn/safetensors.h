/* The safetensors file format (https://github.com/huggingface/safetensors): eight bytes with the length of a
 * JSON header, the header, then the tensors' bytes without gaps, little-endian. */
#ifndef COTNOISE_NN_SAFETENSORS_H
#define COTNOISE_NN_SAFETENSORS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "nn/kernels/real.h"

/* A tensor to be written; a vector has columns 0. */
struct safetensors_item {
    const char *name;
    int rows, columns;
    const real *values;
};

/* Writes a file whole or not at all. `metadata` (borrowed) is an object of strings; the member "xxh64", a
 * checksum of header and data, is added to what is written. */
enum err safetensors_write(const char *path, const struct safetensors_item *items, size_t count,
                           const json_t *metadata, struct error *error);

/* A file that was read and found sound. */
struct safetensors {
    char *path;
    char *bytes;
    const char *data; /* within bytes */
    size_t data_length;
    json_t *header;   /* by tensor name: dtype, shape, data_offsets */
    json_t *metadata; /* an object, possibly empty */
    bool summed;      /* it had a checksum, which was right */
};

/* Reads a file and checks everything: lengths, JSON, types, shapes, offsets without gap or overlap, and the
 * checksum where there is one. ERR_INPUT names the file and what is wrong with it. */
enum err safetensors_open(const char *path, struct safetensors *file, struct error *error);

/* Whether the file has that tensor in that shape and a type that can be read (F32, F64, F16, BF16), all of
 * its values finite. */
enum err safetensors_check(const struct safetensors *file, const char *name, int rows, int columns,
                           struct error *error);

/* Copies a tensor that safetensors_check has found good. */
void safetensors_copy(const struct safetensors *file, const char *name, real *values);

/* Harmless on a zeroed struct. */
void safetensors_close(struct safetensors *file);

#endif
