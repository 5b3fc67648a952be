/* What a spec says, before any run is put together: the options of the file and of the words after it, seeds and
 * grids, each with the place where it was said. */
#ifndef COTNOISE_SPEC_PARTS_H
#define COTNOISE_SPEC_PARTS_H

#include "spec/grid.h"

struct parts {
    struct tree *trees; /* the file and the words */
    int tree_count;
    struct settings plain, words;
    struct seeds seeds;
    bool seeds_fixed; /* by a word: also over a grid's own */
    struct grid *grids;
    int grid_count;
    struct grid word_axes; /* of words KEY=A,B,C and KEY=[A, B, C]: their product goes over each grid */
};

/* Reads a file's text and `count` words; messages begin with `label` or the word. *parts is to be freed with
 * parts_free, also after a failure. */
enum err parts_read(struct parts *parts, const char *label, const char *bytes, size_t length,
                    const char *const words[], int count, struct error *error);
void parts_free(struct parts *parts);

/* Cells of a grid (NULL: there is none) with the axes of the words. UINT64_MAX when there are more. */
uint64_t parts_cells(const struct parts *parts, const struct grid *grid);

/* Sets the options of such a cell; `grid` NULL: those outside any grid alone. */
void parts_apply(const struct parts *parts, const struct grid *grid, bool in_grid, uint64_t cell,
                 struct partial *partial);

/* The seeds of a grid's runs. */
const struct seeds *parts_seeds(const struct parts *parts, const struct grid *grid);

#endif
