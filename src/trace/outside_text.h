/* A completion that was written outside, as the tokens by which it is judged: as it stands, or leniently.
 *
 * As it stands: the text is split into tokens, spaces only part them, and a word that no task knows spoils
 * it.
 *
 * Leniently: a text that is in our form already (every line an assignment, the answer line one with a value)
 * is read as it stands. Any other is read by these rules, none of which looks at the true answer, and where
 * one leaves a doubt there is no answer:
 *
 *   1. Lines end with LF, CR or CRLF. In a line, bold marks (**) and backticks are passed over at its
 *      ends and beside its first `=`, where there is an even number of each; so are `>`, `-`, `*`, `+`,
 *      `#` and `1.` with a blank behind them at its beginning.
 *   2. The first place that says `answer =`, in whatever case and however spaced, is the answer. Before
 *      it its line may say no more than "So, the final answer = 42" does (outside_text.c has the words);
 *      what follows that line is not looked at. `Answer: 42` is none.
 *   3. Behind the sign there must be one value and nothing else up to the end of the line but one full
 *      stop: neither a unit, a second number, a fraction (12.5), nor a word.
 *   4. A number's digits may be parted by spaces one by one (5 8 7 3 1), not in groups (58 731); commas
 *      may part it in threes (58,731; 1,234,567) where the whole value is that number. `-5` and `- 5`
 *      are the same.
 *   5. Of a text that a limit cut off, the answer's line must have ended.
 *   6. Lines before the answer (after it where the answer comes first) that are `name = value` in known
 *      words are the trace; all others are passed over. */
#ifndef COTNOISE_TRACE_OUTSIDE_TEXT_H
#define COTNOISE_TRACE_OUTSIDE_TEXT_H

#include "trace/alphabets.h"

struct outside_terms {
    const struct alphabets *alphabets; /* symbols of the problem's task and truths, looked up in the
                                          vocabulary of its true completion */
    bool reverse;                      /* numbers stand least significant digit first */
    bool answer_first;                 /* the answer comes before the trace (judge_answers_first) */
    bool lenient;
};

/* Appends the tokens of text[0 ... length - 1]. `cut`: a limit ended it. *whole: it ended as a text that can
 * be judged: not cut, no unknown word; or leniently, with an answer. If not, the tokens are those of what
 * could be read, for the sake of its lines, and an unknown word is TOKEN_UNKNOWN. ERR_RUNTIME without memory;
 * the words are the caller's. */
enum err outside_text_read(const struct outside_terms *terms, const char *text, size_t length, bool cut,
                           struct tokens *tokens, bool *whole);

#endif
