/* The grid of a spec: axes of choices, their product, and what is left out of it. spec.h shows the form. */
#ifndef COTNOISE_SPEC_GRID_H
#define COTNOISE_SPEC_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "spec/partial.h"

/* The choices of one line of a grid (or of several zipped lines): each sets one option or more. */
struct axis {
    struct settings *choice;
    int choices;
};

struct axes {
    struct axis *axis;
    size_t count, capacity;
};

struct seeds {
    int64_t *seed;
    int count;
};

struct grid {
    struct axes product;  /* the last varies fastest */
    struct axes *exclude; /* a cell is left out where every axis of one of these has a choice that holds */
    int excludes, conditions; /* how many, and how many values in all of them */
    struct seeds seeds;       /* none: those of the spec */
    const struct tree *tree;
    int node;
};

/* "1" or "[1, 2, 3]". */
enum err seeds_read(struct seeds *seeds, const struct tree *tree, int node, struct error *error);
void seeds_free(struct seeds *seeds);

/* Reads a mapping into a zeroed grid, which the caller frees also after a failure. */
enum err grid_read(struct grid *grid, const struct tree *tree, int node, struct error *error);
void grid_free(struct grid *grid);

/* Cells of the product, without seeds, excluded ones counted. UINT64_MAX when there are more. */
uint64_t grid_cells(const struct grid *grid);

/* Sets the options of a cell. */
void grid_apply(const struct grid *grid, uint64_t cell, struct partial *partial);

bool grid_excludes(const struct grid *grid, const struct partial *run);

#endif
