/* Words for a clean trace that is cut. See cut.h. */
#include "trace/cut.h"

#include <stdio.h>

#include "trace/token_writer.h"

/* The prompt in one line: `58679 + 52`. */
static enum err describe(const struct vocabulary *vocabulary, const struct task *task,
                         const struct arguments *arguments, struct buffer *text) {
    struct tokens prompt = {0};
    enum err code = token_writer_prompt(&prompt, vocabulary, task, arguments);
    if (!code) vocabulary_render(vocabulary, prompt.id, prompt.count - 1, false, text);
    tokens_free(&prompt);
    return code || text->failed ? ERR_RUNTIME : ERR_OK;
}

enum err cut_refuse(struct trace *trace, const struct trace_settings *settings, const struct task *task,
                    const struct arguments *arguments, struct error *error) {
    struct trace_settings longest = *settings;
    struct buffer problem = {0};
    char needed[64] = "is longer than any limit allows";
    const char *calls = task->calls && *task->calls ? ", write calls in one line (visibility)" : "";
    longest.line_limit = TRACE_LINES_MAX;
    enum err code = trace_run(trace, &longest, task, arguments, NULL, 0, error);
    if (!code && describe(settings->vocabulary, task, arguments, &problem))
        code = err_memory(error, "a trace");
    if (!code && !trace_truncated(trace)) snprintf(needed, sizeof needed, "has %d lines", trace_lines(trace));
    if (!code)
        code = err_set(
            error, ERR_INPUT,
            "task %s: the clean trace of %.200s %s, and line_limit is %d (allowed: 1 to %d); cut, it has no "
            "true answer: raise line_limit%s or choose smaller problems",
            task->name, problem.bytes, needed, settings->line_limit, TRACE_LINES_MAX, calls);
    buffer_free(&problem);
    return code;
}
