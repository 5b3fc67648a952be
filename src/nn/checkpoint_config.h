/* What a config.json asks for, and whether that is what is computed here; for checkpoint*.c only. */
#ifndef COTNOISE_NN_CHECKPOINT_CONFIG_H
#define COTNOISE_NN_CHECKPOINT_CONFIG_H

#include <jansson.h>

#include "base/err.h"
#include "nn/gpt.h"

/* Reads the shape from config.json, which lies at `path` for messages. A member that changes what a model
 * computes must have the one value that is computed here, and one that is not known must be null, false or
 * empty: ERR_INPUT names the member, its value and what is allowed. */
enum err checkpoint_config_read(const char *path, json_t *json, struct gpt_config *config,
                                struct error *error);

#endif
