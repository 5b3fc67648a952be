/* A problem in JSON: the task and arguments of a line that `cotnoise gen` writes. */
#ifndef COTNOISE_DATA_PROBLEM_H
#define COTNOISE_DATA_PROBLEM_H

#include "base/jsonl.h"
#include "trace/task.h"

/* The task that "task" names. ERR_INPUT with `FILE:LINE:` when there is none. */
enum err problem_task(const struct jsonl *jsonl, json_t *line, const struct task **task, struct error *error);

/* The arguments in "args", a list of strings, as `gen` writes it; others may write whole numbers, truths,
 * and a list as a list. ERR_INPUT with `FILE:LINE:` when the task does not take them. */
enum err problem_arguments(const struct jsonl *jsonl, json_t *line, const struct task *task,
                           struct arguments *arguments, struct error *error);

#endif
