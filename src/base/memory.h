/* Overflow-checked allocation. Everything returned here is released with free(). */
#ifndef COTNOISE_BASE_MEMORY_H
#define COTNOISE_BASE_MEMORY_H

#include <stddef.h>

#include "base/err.h"

/* `count` zeroed elements of `size` bytes; NULL when there is no memory or count * size overflows.
 * Never NULL for a count of 0. */
void *memory_array(size_t count, size_t size);

/* The same, aligned to 64 bytes (a cache line, one AVX-512 vector). */
void *memory_aligned(size_t count, size_t size);

/* The same for `needed` above *capacity. */
enum err memory_grow(void *array, size_t *capacity, size_t needed, size_t size);

/* Makes room for at least `needed` elements in *array (capacity in elements), at least doubling it.
 * ERR_RUNTIME when there is none, with *array and *capacity untouched; the words are the caller's. New
 * elements are not initialised. */
static inline enum err memory_reserve(void *array, size_t *capacity, size_t needed, size_t size) {
    return needed <= *capacity ? ERR_OK : memory_grow(array, capacity, needed, size);
}

/* A copy of a string, or NULL. */
char *memory_string(const char *text);

#endif
