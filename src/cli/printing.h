/* What several subcommands print. */
#ifndef COTNOISE_CLI_PRINTING_H
#define COTNOISE_CLI_PRINTING_H

#include "base/err.h"
#include "report/report.h"

/* Writes the report of a sweep and prints its table and where the files are. */
enum err printing_report(const char *directory, const struct report_options *options, struct error *error);

/* The same of two sweeps side by side; the report goes to `directory`. */
enum err printing_comparison(const char *first, const char *second, const char *directory,
                             const struct report_options *options, struct error *error);

#endif
