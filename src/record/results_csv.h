/* results.csv: the runs of a sweep as a table for other programs, a row each, and read back where it is all
 * that is left of a sweep. */
#ifndef COTNOISE_RECORD_RESULTS_CSV_H
#define COTNOISE_RECORD_RESULTS_CSV_H

#include "base/err.h"
#include "record/collection.h"

/* The columns that stand behind the fixed ones (columns.h), in thresholds.csv as here: each option in which
 * runs differ and that no column repeats, the rate of each kind of noise in use, and columns that are there
 * only where runs differ. The method is among them, though results.csv has it in any case. Release with
 * fields_free. */
enum err results_csv_options(const struct collection *collection, struct fields *fields, struct error *error);

/* Appends a header line's part for them, or a row's; each begins with a comma. */
void results_csv_header(const struct collection *collection, const struct fields *fields, struct buffer *csv);

/* Writes the table, whole or not at all. */
enum err results_csv_write(const struct collection *collection, const char *path, struct error *error);

/* Adds the rows of DIRECTORY/results.csv as records. What the columns do not say of a run is as in the spec
 * that lies beside it, or by default where there is none. ERR_INPUT with FILE:LINE for what is not such a
 * table, and where the spec's runs differ in an option that has no column. */
enum err results_csv_read(const char *directory, struct collection *collection, struct error *error);

#endif
