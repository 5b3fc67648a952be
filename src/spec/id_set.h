/* Runs by their IDs, to find equal ones. */
#ifndef COTNOISE_SPEC_ID_SET_H
#define COTNOISE_SPEC_ID_SET_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct id_set {
    uint64_t *id; /* 0: free; open addressing */
    int *run;
    size_t size; /* a power of two, over twice what is in it */
};

/* Room for `most` IDs. ERR_RUNTIME without memory; id_set_free is due in either case. */
enum err id_set_make(struct id_set *set, size_t most, struct error *error);
void id_set_free(struct id_set *set);

/* The run that has this ID, -1 for none. */
int id_set_find(const struct id_set *set, const char *id);

/* The same: `run` itself where the ID was not there before. */
int id_set_add(struct id_set *set, const char *id, int run);

#endif
