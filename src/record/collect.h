/* Reads a results directory: its finished runs as records, and what is wrong with the others. */
#ifndef COTNOISE_RECORD_COLLECT_H
#define COTNOISE_RECORD_COLLECT_H

#include <stdbool.h>

#include "base/err.h"
#include "record/collection.h"

/* Reads DIRECTORY/runs/: the runs that the spec there asks for, or (`all`, or where no spec can be read)
 * every run. Where there is no such folder, the rows of DIRECTORY/results.csv (results_csv.h) are the runs.
 * What is wrong with one run is noted in `spoilt` and stops nothing. ERR_INPUT when `directory` is not a
 * results directory. Release with collection_free. */
enum err collect_runs(const char *directory, bool all, struct collection *collection, struct error *error);

#endif
