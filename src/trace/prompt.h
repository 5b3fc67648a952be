/* Prompts as people type them: "58679 + 52", "gcd(48, 18)". */
#ifndef COTNOISE_TRACE_PROMPT_H
#define COTNOISE_TRACE_PROMPT_H

#include "base/buffer.h"
#include "trace/task.h"

/* Appends how a prompt of the task is written, by the names of its parameters: "x + y", "gcd(x, y)", "sum(x,
 * ...)". */
void prompt_form(const struct task *task, struct buffer *out);

/* Reads the arguments of a problem of the task from its prompt; blanks between tokens and at its ends are
 * passed over, and one newline at its end. ERR_INPUT says how a prompt of the task is written, or which
 * argument is wrong and what is allowed; ERR_RUNTIME without memory. */
enum err prompt_parse(const struct task *task, const char *text, struct arguments *out, struct error *error);

#endif
