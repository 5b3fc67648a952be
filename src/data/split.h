/* The split: on which side a problem is. It depends on the problem alone, whatever spec, seed or sizes.
 *
 * Problems of equal lengths (drawing.h) are a class. In a class that is large enough a hash of the prompt
 * makes one problem in ten a test problem and another one a validation problem. A small one has too few
 * to divide: all of its problems are for training. */
#ifndef COTNOISE_DATA_SPLIT_H
#define COTNOISE_DATA_SPLIT_H

#include <stdbool.h>

#include "trace/task.h"

enum split { SPLIT_TRAIN, SPLIT_TEST, SPLIT_VALIDATION, SPLITS };
extern const char *const split_names[]; /* NULL-terminated, in the order of the enum */

/* Problems that a class must have to be divided. */
enum { SPLIT_CLASS_MIN = 200 };

/* `hash` is the problem's task_hash. */
enum split split_of(const struct task *task, const struct arguments *arguments, uint64_t hash);

/* Whether the problem's class is divided. */
bool split_divides(const struct task *task, const struct arguments *arguments);

#endif
