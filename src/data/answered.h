/* Problems with what was written for them elsewhere, a line each. Three kinds of lines are known, by their
 * members:
 *
 *   ours     "task", "args", and "completion" (a text) or "completions" (a list of texts), as `eval -o`
 *            writes; "finish_reason": "length" says that a limit cut them off
 *   batch    "custom_id", "response", "error": what comes back from an OpenAI-compatible batch run, chat
 *            or plain, of a request that `gen --batch` wrote; its problem is the line of another file, as
 *            `gen` writes it, whose task and index make TASK-INDEX
 *   harness  "doc", "resps", "filtered_resps": a sample log of lm-evaluation-harness; "doc" holds task
 *            and args, and what counts is "resps", the texts as they were written
 *
 * A text that is null, or that a batch run did not answer, is there and was not written. */
#ifndef COTNOISE_DATA_ANSWERED_H
#define COTNOISE_DATA_ANSWERED_H

#include <stdbool.h>

#include "base/jsonl.h"

enum { ANSWERED_MAX = 1024 }; /* most texts of a problem */

struct answered_text {
    const char *text; /* borrowed from the line; NULL: not written */
    size_t length;
    bool cut; /* a limit ended it */
};

/* A line. */
struct answered {
    json_t *line;    /* as it was read; owned */
    json_t *problem; /* the object that holds "task" and "args"; borrowed from the line or the reader */
    struct answered_text text[ANSWERED_MAX];
    int texts; /* 0: nothing was written */
};

/* A file of such lines. */
struct answered_reader {
    struct jsonl jsonl;
    const char *problems_path;  /* borrowed; NULL: there is none */
    json_t *problems, *waiting; /* lines of that file by custom_id; those that no line has answered */
    char *filter;               /* the harness writes a document once for each filter: the first one counts */
    void *left;                 /* of those that wait, at the end of the file */
};

/* Opens PATH ("-": standard input), and reads the problems of a batch run from PROBLEMS, which may be NULL.
 * ERR_INPUT with FILE:LINE for a problem of which there cannot be one. Large: lines of PROBLEMS stay in
 * memory. End with answered_close. */
enum err answered_open(struct answered_reader *reader, const char *path, const char *problems,
                       struct error *error);

/* The next line; answered->line is NULL at the end. Problems of a batch run that no line has answered follow
 * the last one, as lines with their custom_id alone. ERR_INPUT with FILE:LINE for a line of no such kind. */
enum err answered_next(struct answered_reader *reader, struct answered *answered, struct error *error);

void answered_close(struct answered_reader *reader);

#endif
