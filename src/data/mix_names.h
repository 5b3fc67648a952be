/* Whether lines of a mix's traces can have the names that its noise is aimed at. */
#ifndef COTNOISE_DATA_MIX_NAMES_H
#define COTNOISE_DATA_MIX_NAMES_H

#include "base/err.h"
#include "data/mix.h"

/* ERR_INPUT, with all names that lines can have, when mix->names (a list, trace/aim.h) has another. They are
 * `answer`, what the mix's tasks write, and what is written by those that they call with visibility full.
 * Entries may lack their task. */
enum err mix_names_check(const struct mix *mix, struct error *error);

#endif
