/* Judging by a task's own judge, where more than one answer or trace is right; by the true completion
 * elsewhere. */
#ifndef COTNOISE_TRACE_TASK_JUDGE_H
#define COTNOISE_TRACE_TASK_JUDGE_H

#include "trace/judge.h"
#include "trace/task.h"

/* A completion of more lines than this is not right as a trace, whatever a task's own judge would say. */
enum { TASK_JUDGE_LINES = 1024 };

struct task_judge; /* opaque: scratch space of one thread, which grows with the longest completion */

/* For completions in this vocabulary, whose numbers stand least significant digit first with `reverse`. The
 * vocabulary and the tasks (NULL-terminated) must outlive it. ERR_RUNTIME without memory; NULL may be freed.
 */
enum err task_judge_create(const struct vocabulary *vocabulary, const struct task *const *tasks, bool reverse,
                           struct task_judge **out, struct error *error);
void task_judge_free(struct task_judge *judge);

/* Judges what was written for a prompt (with or without <bos> and newline), as judge_completion does. Where
 * the prompt is of a task with a judge of its own, answer       is right when that judge says so; lines_right
 * counts the lines that are right steps, at most `lines`, which is of the true completion; trace        the
 * answer is right and every line of the text, and `lines_right` is then `lines`. Of a completion that is an
 * answer alone, by its format, the answer decides. A line that is no assignment to one of the task's names is
 * wrong, and those after it are judged without it. ERR_RUNTIME without memory, *verdict then untouched. */
enum err task_judge_completion(struct task_judge *judge, struct token_span prompt, struct token_span truth,
                               struct token_span written, bool ended, struct verdict *verdict,
                               struct error *error);

/* Of the completion that was judged last: whether each of its lines (what newlines part, >= 1) is right. The
 * array is the judge's, until it judges again. */
const bool *task_judge_lines(const struct task_judge *judge, size_t *lines);

#endif
