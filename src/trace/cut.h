/* What is said of a problem whose clean trace is cut: it has no true completion, so nothing can be learned
 * from it or judged by it. */
#ifndef COTNOISE_TRACE_CUT_H
#define COTNOISE_TRACE_CUT_H

#include "base/err.h"
#include "trace/trace.h"

/* The error, ERR_INPUT, that names the task, the problem, how many lines its trace has, the limit and what
 * can be changed. The trace is run again for it, without noise, under these settings but for the limit;
 * ERR_RUNTIME without memory. */
enum err cut_refuse(struct trace *trace, const struct trace_settings *settings, const struct task *task,
                    const struct arguments *arguments, struct error *error);

#endif
