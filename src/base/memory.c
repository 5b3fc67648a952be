/* Overflow-checked allocation. See memory.h. */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *memory_array(size_t count, size_t size) { return calloc(count ? count : 1, size ? size : 1); }

void *memory_aligned(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - 64) return NULL;
    bytes = (bytes + 64) & ~(size_t)63;
    void *block = aligned_alloc(64, bytes);
    if (block) memset(block, 0, bytes);
    return block;
}

enum err memory_grow(void *array, size_t *capacity, size_t needed, size_t size) {
    size_t wanted = *capacity < SIZE_MAX / 2 ? *capacity * 2 : needed;
    if (wanted < needed) wanted = needed;
    if (wanted < 16) wanted = 16;
    size_t bytes;
    if (__builtin_mul_overflow(wanted, size, &bytes)) return ERR_RUNTIME;
    void *old;
    memcpy(&old, array, sizeof old);
    void *grown = realloc(old, bytes);
    if (!grown) return ERR_RUNTIME;
    memcpy(array, &grown, sizeof grown); /* the caller's pointer, of whatever type */
    *capacity = wanted;
    /* cppcheck-suppress memleak ; it does not see through the memcpy */
    return ERR_OK;
}

char *memory_string(const char *text) {
    size_t length = strlen(text) + 1;
    char *copy = malloc(length);
    return copy ? memcpy(copy, text, length) : NULL;
}
