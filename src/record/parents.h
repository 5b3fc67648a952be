/* The runs of a sweep that are there only for others to start from, told from those that it asks for. */
#ifndef COTNOISE_RECORD_PARENTS_H
#define COTNOISE_RECORD_PARENTS_H

#include "record/collection.h"
#include "spec/spec.h"

/* Moves them from collection->records to collection->parents. What a run starts from, and whether the grid
 * asks for it too, is what the spec says; of runs that it does not know (it may be NULL), those that another
 * run started from are parents alone, unless something is said of a parent of theirs, or that run is the same
 * but for reinforcement learning. ERR_RUNTIME without memory. */
enum err parents_separate(struct collection *collection, const struct spec *spec, struct error *error);

#endif
