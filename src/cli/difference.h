/* A clean trace beside the noised one, with what noise changed marked. */
#ifndef COTNOISE_CLI_DIFFERENCE_H
#define COTNOISE_CLI_DIFFERENCE_H

#include <stdbool.h>
#include <stdio.h>

#include "trace/sample.h"

/* Whether to use colours: a terminal, and NO_COLOR (no-color.org) is not set. */
bool difference_colours(FILE *stream);

/* Appends the two columns. The sample must have its clean completion. Without colours, changed tokens stand
 * in <...>, and so does the word for a line that was deleted. */
void difference_print(const struct sample *sample, const struct vocabulary *vocabulary, bool space_digits,
                      bool colours, struct buffer *out);

#endif
