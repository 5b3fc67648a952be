/* A set of 64-bit hashes. See hash_set.h. */
#include "base/hash_set.h"

#include <stdlib.h>

#include "base/memory.h"

enum err hash_set_create(struct hash_set *set, size_t most) {
    size_t places = 16;
    while (places / 2 < most) {
        if (__builtin_mul_overflow(places, (size_t)2, &places)) return ERR_RUNTIME;
    }
    uint64_t *hash = memory_array(places, sizeof *hash);
    if (!hash) return ERR_RUNTIME;
    *set = (struct hash_set){hash, places - 1};
    return ERR_OK;
}

void hash_set_free(struct hash_set *set) {
    free(set->hash);
    *set = (struct hash_set){0};
}

/* Where the hash is, or the free place where it would be; 0 counts as 1. */
static size_t place_of(const struct hash_set *set, uint64_t hash) {
    size_t place = (size_t)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 20) & set->mask;
    while (set->hash[place] && set->hash[place] != hash) place = (place + 1) & set->mask;
    return place;
}

bool hash_set_has(const struct hash_set *set, uint64_t hash) {
    return set->hash[place_of(set, hash ? hash : 1)] != 0;
}

bool hash_set_add(struct hash_set *set, uint64_t hash) {
    if (!hash) hash = 1;
    size_t place = place_of(set, hash);
    bool is_new = !set->hash[place];
    set->hash[place] = hash;
    return is_new;
}
