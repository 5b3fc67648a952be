/* Runs gnuplot, and writes text so that it stays text in a script.
 *
 * No shell is involved. Names from results reach a script only through gnuplot_string. */
#ifndef COTNOISE_PLOT_GNUPLOT_H
#define COTNOISE_PLOT_GNUPLOT_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/err.h"

/* `text` as a single-quoted gnuplot string: quotes doubled, what is no text to be seen made visible
 * (terminal.h). In single quotes neither backticks nor backslashes mean anything. */
void gnuplot_string(struct buffer *script, const char *text);

/* ERR_RUNTIME, with what to do, when gnuplot is not installed or does not answer. */
enum err gnuplot_check(struct error *error);

/* Runs `gnuplot SCRIPT` in `directory` for each of the scripts (plain file names), two at a time. One that
 * takes longer than `seconds` is ended, its children too, and the others then have a tenth of that.
 * ERR_RUNTIME for the first that failed, with what gnuplot said; the others are run all the same. */
enum err gnuplot_run(const char *directory, const char *const scripts[], size_t count, double seconds,
                     struct error *error);

#endif
