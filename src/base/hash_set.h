/* A set of 64-bit hashes: open addressing, of a size that is fixed when it is made. */
#ifndef COTNOISE_BASE_HASH_SET_H
#define COTNOISE_BASE_HASH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct hash_set {
    uint64_t *hash; /* 0: a free place */
    size_t mask;    /* places - 1; their number is a power of two */
};

/* An empty set with room for `most` hashes. ERR_RUNTIME without memory; the words are the caller's. */
enum err hash_set_create(struct hash_set *set, size_t most);

/* NULL contents are fine. */
void hash_set_free(struct hash_set *set);

bool hash_set_has(const struct hash_set *set, uint64_t hash);

/* True when it was not there before. At most as many as there is room for. */
bool hash_set_add(struct hash_set *set, uint64_t hash);

#endif
