/* Which runs of a plan are one cell (all alike but for the seed), and the order in which cells are run: those
 * that other runs start from first, then those without noise, which all others are held against, then as in
 * the spec; all seeds of one before the next, so that a sweep that is cut off leaves whole cells. */
#ifndef COTNOISE_SWEEP_CELLS_H
#define COTNOISE_SWEEP_CELLS_H

#include "base/err.h"
#include "sweep/plan.h"

struct cells {
    int *order; /* the plan's runs, cell by cell */
    int *start; /* count + 1 of them: cell c is order[start[c]] ... order[start[c + 1] - 1] */
    int *of;    /* by run: its cell */
    int *left;  /* by cell: runs that are not complete yet */
    int count;
};

/* *cells is to be freed with cells_free. ERR_RUNTIME without memory. */
enum err cells_make(const struct plan *plan, struct cells *cells, struct error *error);
void cells_free(struct cells *cells);

/* A run has become complete. True when its cell now is. */
bool cells_complete(struct cells *cells, int run);

#endif
