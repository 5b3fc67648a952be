/* What a task does, as a number, so that an edited task or noise is told from the one that made older runs.
 */
#ifndef COTNOISE_DATA_BEHAVIOUR_H
#define COTNOISE_DATA_BEHAVIOUR_H

#include <stdint.h>

#include "base/err.h"
#include "trace/task.h"

/* For `kind`: no noise. */
enum { BEHAVIOUR_CLEAN = -1 };

/* XXH64 over the vocabulary and a few fixed samples of a task: prompts, completions and answers, all calls
 * written out, at the task's default sizes and at sizes so small that ties and edge cases come up. With a
 * `kind` of noise_list, all of them noised at a middle rate. It depends on nothing but the code. ERR_RUNTIME
 * without memory, ERR_INPUT when the task writes a name that it does not declare. */
enum err behaviour_of(const struct task *task, int kind, uint64_t *behaviour, struct error *error);

#endif
