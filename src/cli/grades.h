/* What `cotnoise grade -o` writes: each line as it was read, with the verdicts beside it. */
#ifndef COTNOISE_CLI_GRADES_H
#define COTNOISE_CLI_GRADES_H

#include "train/grade.h"

/* Writes to PATH (NULL or "-": standard output). A line, which must have been kept, gets "correct",
 * "trace_correct" and "malformed", and "read": the answer line that was read, null where there was none to
 * judge. Of several completions each of these is a list, and "vote" is the answer line that won,
 * "vote_correct" its verdict. "answer" is the true one where the line has none. `reverse`: as the completions
 * were graded. */
enum err grades_write(const struct graded *graded, bool reverse, const char *path, struct error *error);

#endif
