/* A spec: a YAML file, and `key=value` words after it, that describe one run or a sweep of runs.
 *
 * All of it is checked before anything is run: names, types and ranges of every value, the grid's too, and
 * the rules between options for every run. The first fault is reported as `FILE:LINE:COLUMN: what, where,
 * what is allowed` (`KEY=VALUE: ...` for a word of the command line).
 *
 *     seeds: [1, 2, 3]            # each cell with each of them; the first seed's cells come first
 *     grid:                       # or a sequence of such mappings: one grid after the other
 *       noise.digit: [0, 0.5]     # cells = product of the lists, the last varies fastest
 *       zip: {model.layers: [2, 4], model.width: [64, 128]}   # these go together; also a sequence of such
 *       exclude: [{noise.digit: 0.5, model.layers: [4]}]      # cells that are left out
 *
 *     select: [train.learning_rate]   # of these, each cell takes the value that validates best (selection.h)
 *
 * A value of a list may be a mapping that sets several options (`task: [{name: add}, {name: sort}]`).
 * Words of the command line are applied last, over the grid; equal runs are there once. `start` (start.h)
 * gives runs a parent, which is a run as well. */
#ifndef COTNOISE_SPEC_SPEC_H
#define COTNOISE_SPEC_SPEC_H

#include <jansson.h>
#include <stddef.h>

#include "base/err.h"
#include "spec/config.h"

enum { SPEC_BYTES_MAX = 1 << 20, SPEC_RUNS_MAX = 100000 };

struct spec; /* opaque: the runs are kept as positions in the grid */

/* Reads PATH ("-": standard input) and applies `count` overrides "key=value". *spec belongs to the caller
 * (spec_free). ERR_INPUT when anything is wrong with it. */
enum err spec_read(const char *path, const char *const overrides[], int count, struct spec **spec,
                   struct error *error);

/* The same for a spec in memory; messages begin with `label`. */
enum err spec_parse(const char *label, const char *bytes, size_t length, const char *const overrides[],
                    int count, struct spec **spec, struct error *error);

/* spec_read of a copy that a sweep has kept, a plain file (file_read_plain): files that are not found now
 * hold what `contents` (spec_contents) says they held. It may be NULL. */
enum err spec_read_kept(const char *path, const char *const overrides[], int count, const json_t *contents,
                        struct spec **spec, struct error *error);

/* What data.file and model.init of the runs hold (identity_contents). */
enum err spec_contents(const struct spec *spec, json_t **json, struct error *error);

/* NULL is fine. */
void spec_free(struct spec *spec);

/* Runs of the sweep: at least 1 (without a grid, one a seed), at most SPEC_RUNS_MAX; those that are only
 * there for others to start from come last. */
int spec_runs(const struct spec *spec);

/* The run of an ID; -1: there is none. */
int spec_find_run(const struct spec *spec, const char *id);

/* The run whose model another one starts from; -1: none. */
int spec_run_parent(const struct spec *spec, int run);

/* Whether a run is there only for others to start from: the grid does not ask for it. */
bool spec_run_is_parent(const struct spec *spec, int run);

/* Run 0 ... spec_runs() - 1 in the order of the spec. */
void spec_run(const struct spec *spec, int run, struct config *config);

/* ID of a run (see identity.h); lives as long as the spec. Where a run's data.file or model.init cannot be
 * read, it is made with the path instead: what is there then may be what makes the file. */
const char *spec_run_id(const struct spec *spec, int run);

/* ERR_INPUT, naming option and file, when that is so for a run: none of them can be run. */
enum err spec_check_files(const struct spec *spec, struct error *error);

/* The options as written, without the grid, and the first seed: what `gen`, `train` and `eval` use. Where
 * they make no run without the grid (it gives the task, say), the first run. */
void spec_plain(const struct spec *spec, struct config *config);

/* The run that the same starts from; false: none. */
bool spec_plain_parent(const struct spec *spec, struct config *config);

/* The n-th option in which the grid's runs differ, "seeds" included: what tells them apart; the same of the
 * runs that they start from; and of what `start` says, with data.samples 0 without a parent. False after the
 * last; *option then means nothing. */
struct option_ref;
bool spec_varied(const struct spec *spec, int n, struct option_ref *option);
bool spec_parents_varied(const struct spec *spec, int n, struct option_ref *option);
bool spec_start_varied(const struct spec *spec, int n, struct option_ref *option);

/* The n-th option that is said and changes none of the runs (idle.h): *message says where it stands and what
 * it needs. False after the last. */
bool spec_idle(const struct spec *spec, int n, struct error *message);

/* The first word of the command line that gives several values (KEY=A,B,C), NULL where none does. */
const char *spec_word_axis(const struct spec *spec);

/* The n-th option that `select` names. False after the last. */
bool spec_selected(const struct spec *spec, int n, struct option_ref *option);

/* The text that was read, for a copy beside the results; lives as long as the spec. */
const char *spec_text(const struct spec *spec, size_t *length);

#endif
