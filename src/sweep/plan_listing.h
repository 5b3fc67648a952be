/* The runs of a sweep as --dry-run lists them, for people and for programs. */
#ifndef COTNOISE_SWEEP_PLAN_LISTING_H
#define COTNOISE_SWEEP_PLAN_LISTING_H

#include <stdio.h>

#include "sweep/plan.h"

/* Each run's number (for --cell), ID, state, tokens, what is special about it; the sums; the expected time on
 * that many workers. */
void plan_listing_print(const struct plan *plan, int workers, FILE *stream);

/* The same as one JSON object:
 *
 *   {"directory": "results/add", "workers": 2, "seconds": 93.5, "runs": [{"run": 1, "id": "...", "complete":
 * false, "fault": null, "is_parent": false, "parent": null, "tokens": 653906, "rollouts": 0, "problems": 500,
 * "label": "clean seeds=1", "directory": "results/add/runs/...", "config": {every option, as in
 * config.json}}, ...]}
 *
 * `seconds` is null when no speed is known, `parent` the ID of the run that it starts from, `fault` why what
 * lies in its directory will be set aside. ERR_RUNTIME without memory. */
enum err plan_listing_json(const struct plan *plan, const struct spec *spec, int workers, FILE *stream,
                           struct error *error);

#endif
