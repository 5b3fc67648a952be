/* Short trainings for tests: a run of a small spec, with words over it as on the command line, and what it
 * left behind. All paths are below $SCRATCH. */
#ifndef COTNOISE_TESTS_SUPPORT_TRAINING_H
#define COTNOISE_TESTS_SUPPORT_TRAINING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "train/run.h"

/* Words for the spec: learned to the last problem in 150 steps. Without them it is some ten steps. */
#define TRAINING_EASY                                                                                      \
    "task.max_digits=1", "data.samples=2400", "model.layers=2", "model.width=64", "train.warmup_steps=20", \
        "eval.max_new_tokens=0"

/* Runs the spec with those words over it, NULL-terminated, in $SCRATCH/NAME. */
enum err training_execute(const char *name, const char *const words[], const struct run_hooks *hooks,
                          struct error *error);

/* The same, asserting that it ends well. */
void training_expect_done(const char *name, const char *const words[]);
#define TRAINING_DONE(name, ...) training_expect_done(name, (const char *const[]){__VA_ARGS__, NULL})

/* The path of a file of a run, to be freed. */
char *training_path(const char *name, const char *file);

/* result.json without what time it took; a number of it. */
json_t *training_result(const char *name);
double training_number(const char *name, const char *key);
void training_assert_stopped(const char *name, const char *reason);

/* The lines of metrics.jsonl, less speeds; one a training step, or those of evaluations. A number of one. */
json_t *training_metrics(const char *name, bool evaluations);
double training_member(json_t *lines, size_t i, const char *key);

/* The same bytes; the same weights, numbers and history. */
void training_assert_same_file(const char *a, const char *b, const char *file);
void training_assert_same_run(const char *a, const char *b);

#endif
