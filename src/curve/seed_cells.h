/* Cells: runs that differ in nothing but the seed. Each is one measurement, a line or a point of a figure. */
#ifndef COTNOISE_CURVE_SEED_CELLS_H
#define COTNOISE_CURVE_SEED_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "record/collection.h"

struct seed_cell {
    const struct record *const *runs; /* by seed; at least one */
    size_t count;
};

struct seed_cells {
    struct seed_cell *cell; /* by noise, weakest first, then by settings */
    size_t count;
    const struct record **runs; /* storage behind the cells */
};

/* Finds the cells of those runs of a collection that `takes` says yes to. Release with seed_cells_free.
 * ERR_RUNTIME without memory. */
enum err seed_cells_find(const struct collection *collection, bool (*takes)(const struct record *run),
                         struct seed_cells *cells, struct error *error);
void seed_cells_free(struct seed_cells *cells);

/* <0, 0, >0 as two runs are in order by their noise: clean ones first; noise.answer and the like count as
 * well. */
int seed_cells_compare_noise(const struct collection *collection, const struct record *a,
                             const struct record *b);

/* The same by sweep, then by what was trained. */
int seed_cells_compare_settings(const struct collection *collection, const struct record *a,
                                const struct record *b);

/* Whether all cells were trained alike: then what differs is the noise. */
bool seed_cells_are_of_noise(const struct collection *collection, const struct seed_cells *cells);

/* How many cells from `first` on, at most `most`, go into one figure: all where they are of_noise, else those
 * of one noise. */
size_t seed_cells_together(const struct collection *collection, const struct seed_cells *cells, size_t first,
                           bool of_noise, size_t most);

/* Appends the noise of a run: "no noise", "static: digit 20 % + dynamic 10 %, 50 % of samples". */
void seed_cells_name_noise(const struct record *run, struct buffer *text);

/* Appends to each of `labels`, which are empty, what tells these cells apart: the noise (of_noise), else what
 * was trained; "all runs" where nothing does. */
enum err seed_cells_label(const struct collection *collection, const struct seed_cell *cells, size_t count,
                          bool of_noise, struct buffer *labels, struct error *error);

#endif
