/* Runs gnuplot, and writes text so that it stays text in a script.
 *
 * No shell is involved. Names from results reach a script only through gnuplot_string. */
#ifndef COTNOISE_PLOT_GNUPLOT_H
#define COTNOISE_PLOT_GNUPLOT_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/err.h"

/* `text` as a single-quoted gnuplot string: quotes doubled, control characters left out. In single quotes
 * neither backticks nor backslashes mean anything. */
void gnuplot_string(struct buffer *script, const char *text);

/* Runs `gnuplot SCRIPT` in `directory` for each of the scripts (plain file names), `jobs` >= 1 at a time.
 * ERR_RUNTIME for the first that fails, with what gnuplot said, or when gnuplot is not installed. */
enum err gnuplot_run(const char *directory, const char *const scripts[], size_t count, int jobs,
                     struct error *error);

#endif
