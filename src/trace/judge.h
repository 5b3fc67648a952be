/* Judging a completion against the true one: the answer, the whole trace, each line, the form.
 *
 * Whoever asks (evaluation, rewards, grading) gets the same verdict, and nothing here allocates. A text is
 * its tokens without <eos>; `ended` says whether <eos> came, or else the text was cut off by a limit. Lines
 * are what newlines part, so that a text of no tokens has one line, an empty one, and a newline at the end of
 * a text opens one more. Everything is compared token for token: `answer = 07` is not `answer = 7`. */
#ifndef COTNOISE_TRACE_JUDGE_H
#define COTNOISE_TRACE_JUDGE_H

#include <stdbool.h>

#include "trace/vocabulary.h"

struct verdict {
    bool ended;      /* as given */
    bool answer;     /* it ended, and its answer line is the true one */
    bool trace;      /* it ended, and all of it is the true one; implies `answer` */
    bool malformed;  /* it did not end, holds a line that is no assignment, or its answer line does not begin
                        with `answer` */
    int lines;       /* of the true completion, the answer line included; >= 1 */
    int lines_right; /* how many of them the text has at the same place, whether or not it ended */
};

/* Whether a line is `name = ...` with something behind the sign, or the same with one or two words before it
 * (`visit name = ...`, `fix visit name = ...`). */
bool judge_is_assignment(struct token_span line);

/* Judges `written` against `truth`. A right answer whose trace is
 * not the true one (answer and not trace) is called unsound. */
void judge_completion(struct token_span truth, struct token_span written, bool ended,
                      struct verdict *verdict);

/* Whether true completions look like this one because the answer comes first (format answer_first): it
 * begins with an `answer` line and does not end with one. A completion of one line does not. */
bool judge_answers_first(struct token_span truth);

/* The answer line of a text, without its newline: the first line when the answer comes first, else the last.
 * Empty where there is nothing. */
struct token_span judge_answer(struct token_span text, bool answer_first);

/* Whether two texts, or lines of them, are equal token for token. */
bool judge_same(struct token_span a, struct token_span b);

/* Takes the next line off *rest, without its newline, and clears *more behind the last. False, and an empty
 * line, when there was none left. */
bool judge_take_line(struct token_span *rest, bool *more, struct token_span *line);

/* Goes through the lines of both texts at once, line i of the one beside line i of the other, until both are
 * at their end: a line left out makes all behind it wrong.
 *
 *     struct judge_lines lines = judge_lines(truth, written);
 *     for (struct judge_line line; judge_lines_next(&lines, &line);) ...  */
struct judge_lines {
    struct token_span truth, written; /* what is left of them */
    bool more_truth, more_written;
};
struct judge_line {
    struct token_span truth, written; /* without newline; empty where there is none */
    bool expected;                    /* there is a true line at this place */
    bool found;                       /* there is a written one */
    bool right;                       /* there are both, and they are equal */
};
struct judge_lines judge_lines(struct token_span truth, struct token_span written);
bool judge_lines_next(struct judge_lines *lines, struct judge_line *line);

#endif
