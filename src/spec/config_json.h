/* A configuration as JSON: in config.json, and wherever options are kept. */
#ifndef COTNOISE_SPEC_CONFIG_JSON_H
#define COTNOISE_SPEC_CONFIG_JSON_H

#include <jansson.h>

#include "base/err.h"
#include "spec/config.h"
#include "spec/options.h"

/* Every option, nested as in a spec ({"data": {"samples": 20000, ...}, ...}), the seed as "seeds"; of a run
 * with a parent also what was said of it ("start": {"data.samples": 40000, ...}) and its ID ("parent"). A new
 * reference, NULL without memory. */
json_t *config_json(const struct config *config);

/* The inverse. `json` may come from anywhere: it is held to the same table as a spec (types, ranges,
 * unknown names; what is missing has its default) and to the rules between options. `where` names it in
 * messages ("results/x/runs/y/config.json"). ERR_INPUT when it does not pass. */
enum err config_from_json(json_t *json, const char *where, struct config *config, struct error *error);

/* Sets an option in such JSON from text, as a spec would say it. ERR_INPUT, without a place, when the option
 * does not allow it. */
enum err config_json_set(json_t *json, struct option_ref option, const char *text, struct error *error);

#endif
