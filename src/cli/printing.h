/* What several subcommands print. */
#ifndef COTNOISE_CLI_PRINTING_H
#define COTNOISE_CLI_PRINTING_H

#include "base/err.h"
#include "report/report.h"

/* A line on standard error of what is not an error, but not as its user may think: `cotnoise COMMAND: ...`.
 */
void printing_warning(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says on standard error which of the model's tasks and noises have changed since it was trained. */
struct model_directory;
enum err printing_changes(char *command, const struct model_directory *model, struct error *error);

/* Writes the report of a sweep and prints its table and where the files are. ERR_RUNTIME, after that, when
 * runs had to be left out of it. */
enum err printing_report(const char *directory, const struct report_options *options, struct error *error);

/* The same of several sweeps together; the report goes to `directory`. */
enum err printing_comparison(const char *const *sweeps, size_t count, const char *directory,
                             const struct report_options *options, struct error *error);

#endif
