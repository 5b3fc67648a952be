/* Runs by their IDs. See id_set.h. */
#include "spec/id_set.h"

#include <stdlib.h>

#include "base/memory.h"

enum err id_set_make(struct id_set *set, size_t most, struct error *error) {
    *set = (struct id_set){.size = 16};
    while (set->size < 2 * most) set->size *= 2;
    set->id = memory_array(set->size, sizeof *set->id);
    set->run = memory_array(set->size, sizeof *set->run);
    return set->id && set->run ? ERR_OK : err_memory(error, "the runs");
}

void id_set_free(struct id_set *set) {
    free(set->id);
    free(set->run);
    *set = (struct id_set){0};
}

/* Never 0; 63 bits tell 100,000 runs apart. */
static uint64_t key_of(const char *id) { return strtoull(id, NULL, 16) | 1; }

/* Where a key is, or would be. */
static size_t place_of(const struct id_set *set, uint64_t key) {
    size_t i = key * 0x9e3779b97f4a7c15u >> 20 & (set->size - 1);
    while (set->id[i] && set->id[i] != key) i = (i + 1) & (set->size - 1);
    return i;
}

int id_set_find(const struct id_set *set, const char *id) {
    size_t place = place_of(set, key_of(id));
    return set->id[place] ? set->run[place] : -1;
}

int id_set_add(struct id_set *set, const char *id, int run) {
    size_t place = place_of(set, key_of(id));
    if (set->id[place]) return set->run[place];
    set->id[place] = key_of(id);
    set->run[place] = run;
    return run;
}
