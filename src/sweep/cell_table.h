/* The table of results as it grows while a sweep goes on: one line for each cell that is complete. */
#ifndef COTNOISE_SWEEP_CELL_TABLE_H
#define COTNOISE_SWEEP_CELL_TABLE_H

#include "base/buffer.h"
#include "spec/spec.h"
#include "sweep/cells.h"
#include "sweep/plan.h"

/* The line above the first one. */
extern const char cell_table_head[];

/* Appends the line of a complete cell, read from its runs: noise, rate, mean accuracy over the seeds and its
 * 95 % interval as in the report, and what else tells the cell from others. ERR_INPUT when a result is not
 * there or damaged, ERR_RUNTIME without memory. */
enum err cell_table_line(const struct spec *spec, const struct plan *plan, const struct cells *cells,
                         int cell, struct buffer *line, struct error *error);

#endif
