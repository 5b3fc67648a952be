/* `task.family`: all tasks of a family as a mix of equal weights. The mix is what a run is of, and what its
 * ID is made from; that it is a whole family is only its name. */
#ifndef COTNOISE_SPEC_FAMILY_MIX_H
#define COTNOISE_SPEC_FAMILY_MIX_H

#include "base/err.h"
#include "data/mix.h"

/* Gives the mix the tasks of a family, in the order of task_list, with their default sizes. ERR_INPUT when
 * there is none, or more than a mix can have; the mix is then untouched. */
enum err family_mix_make(enum family family, struct mix *mix, struct error *error);

/* The family that a mix of several tasks is all of, as family_mix_make would make it but for the sizes;
 * FAMILY_NONE where it is no such mix. */
enum family family_mix_of(const struct mix *mix);

#endif
