/* The parent of a run: the run whose trained model it starts from, instead of from random weights.
 *
 *     start: {noise.digit: 0, data.samples: 40000}     # or start.noise.digit: 0, also in a grid
 *
 * says that it is the same run (the same seed too) with these options instead. A parent has no parent itself.
 * With data.samples: 0 none is said. A run of reinforcement learning (rl.method) has a parent in any case:
 * the one that is said, or else the same run without rl. No parent has rl. */
#ifndef COTNOISE_SPEC_START_H
#define COTNOISE_SPEC_START_H

#include <jansson.h>

#include "spec/partial.h"

/* The option of the parent that a name is of: "data.samples" of "start.data.samples"; NULL for other names.
 */
const char *start_option(const char *name);

/* Whether a run whose settings are applied has a parent; whether `start` gives it. */
bool start_has_parent(const struct partial *run);
bool start_gives_parent(const struct partial *run);

/* Makes a run whose settings are applied, and that is not finished yet, its own parent. `label` is blamed
 * where no place in a document is. */
enum err start_make_parent(struct partial *run, const char *label, struct error *error);

/* ERR_INPUT when the model of one cannot be that of the other, or when the trainer of a run is not told of
 * its parent. Both are finished. */
enum err start_check_models(const struct partial *run, const struct partial *parent, const char *label,
                            struct error *error);

/* What is kept in config.start of a run: what was said of the parent, by names in the order of the table of
 * options, and how many samples that parent has (0 where it gives none). *text is to be freed. ERR_INPUT when
 * that is too long or no UTF-8. */
enum err start_describe(const struct partial *run, int64_t samples, const char *label, char **text,
                        struct error *error);

/* config->start as an object: {"data.samples": 40000, "noise.digit": 0}. *json is a new reference, NULL where
 * nothing was said of a parent. ERR_RUNTIME without memory. */
enum err start_json(const struct config *config, json_t **json, struct error *error);

/* Whether an option is in `start` what a value says: of the parent, of the run itself where `start` does not
 * say it. data.samples is 0 where it gives no parent. */
bool start_says(const struct partial *run, const struct setting *setting);

#endif
