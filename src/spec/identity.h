/* What identifies a run. */
#ifndef COTNOISE_SPEC_IDENTITY_H
#define COTNOISE_SPEC_IDENTITY_H

#include "spec/config.h"

/* What identifies a run: 16 hexadecimal digits (and NUL), XXH64 of the options that can change its result,
 * its seed and the program's version. Options without effect (the contamination of a noise of rate 0, the
 * number of threads, ...) do not count, so equal runs have equal IDs. ERR_RUNTIME without memory; the words
 * are the caller's. */
enum err identity_of_config(const struct config *config, char id[CONFIG_ID_LENGTH + 1]);

#endif
