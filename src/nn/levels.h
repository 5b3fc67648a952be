/* Which of the levels compiled into this program is used. */
#ifndef COTNOISE_NN_LEVELS_H
#define COTNOISE_NN_LEVELS_H

#include "base/err.h"
#include "nn/kernels/kernels.h"

/* The highest level that this processor can run, or the one that the environment variable COTNOISE_LEVEL
 * names (v3, v4, neon). ERR_RUNTIME where the processor can run none, ERR_INPUT for a name that is no level
 * of it. */
enum err levels_choose(const struct kernels **kernels, struct error *error);

/* The kernels of level `index` of this program, lowest first, or NULL behind the last; *runs says whether
 * this processor can run them. */
const struct kernels *levels_at(int index, bool *runs);

/* Whether levels_choose will find kernels: what a command that needs them asks before it writes anything. */
enum err levels_check(struct error *error);

/* Name of the level that levels_choose takes, or NULL where it takes none. */
const char *levels_name(void);

#endif
