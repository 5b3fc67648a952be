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

int id_set_add(struct id_set *set, const char *id, int run) {
    uint64_t key = strtoull(id, NULL, 16) | 1; /* never 0; 63 bits tell 100,000 runs apart */
    size_t i = key * 0x9e3779b97f4a7c15u >> 20 & (set->size - 1);
    for (; set->id[i]; i = (i + 1) & (set->size - 1))
        if (set->id[i] == key) return set->run[i];
    set->id[i] = key;
    set->run[i] = run;
    return run;
}
