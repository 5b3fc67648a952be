/* Which runs of a collection curves are made of: the one place where a run is left out of them. */
#ifndef COTNOISE_CURVE_CURVE_ROWS_H
#define COTNOISE_CURVE_CURVE_ROWS_H

#include <stddef.h>

#include "record/collection.h"

/* Fills rows[0 ... collection->count) with the numbers of those runs, ascending, and returns how many there
 * are. A run that lies in two sweeps counts once, in the first. */
size_t curve_rows_take(const struct collection *collection, size_t *rows);

#endif
