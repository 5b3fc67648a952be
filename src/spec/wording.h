/* What a spec says, before any run is put together: the options of the file and of the words after it, seeds
 * and grids, each with the place where it was said. */
#ifndef COTNOISE_SPEC_WORDING_H
#define COTNOISE_SPEC_WORDING_H

#include "spec/grid.h"
#include "spec/select.h"

struct wording {
    struct tree *trees; /* the file and the words */
    int tree_count;
    struct settings plain, words;
    struct seeds seeds;
    bool seeds_fixed; /* by a word: also over a grid's own */
    struct grid *grids;
    int grid_count;
    struct select select;
    struct grid word_axes; /* of words KEY=A,B,C and KEY=[A, B, C]: their product goes over each grid */
};

/* Reads a file's text and `count` words; messages begin with `label` or the word. *wording is to be freed
 * with wording_free, also after a failure. */
enum err wording_read(struct wording *wording, const char *label, const char *bytes, size_t length,
                      const char *const words[], int count, struct error *error);
void wording_free(struct wording *wording);

/* Whether the tree of a word says several values: an axis, but where a list is what is said (seeds, a mix of
 * tasks). */
bool wording_is_axis(const struct tree *word);

/* Cells of a grid (NULL: there is none) with the axes of the words. UINT64_MAX when there are more. */
uint64_t wording_cells(const struct wording *wording, const struct grid *grid);

/* Sets the options of such a cell; `grid` NULL: those outside any grid alone. */
void wording_apply(const struct wording *wording, const struct grid *grid, bool in_grid, uint64_t cell,
                   struct partial *partial);

/* The seeds of a grid's runs. */
const struct seeds *wording_seeds(const struct wording *wording, const struct grid *grid);

#endif
