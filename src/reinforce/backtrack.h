/* Backtracking: completions begin with true lines, fewer and fewer as what is left gets solved.
 *
 * Of a true completion's lines a share is given, rounded down, and never the last. It begins with all and
 * falls by a tenth whenever at least 0.7 of an iteration's completions have the right answer; it never
 * rises. */
#ifndef COTNOISE_REINFORCE_BACKTRACK_H
#define COTNOISE_REINFORCE_BACKTRACK_H

#include <jansson.h>

#include "base/err.h"

struct backtrack {
    int tenths; /* of the lines that are given: 10 ... 0 */
};

struct backtrack backtrack_begin(void);

/* How many of `lines` >= 0 true lines, the answer's included, are given; less than `lines` where it is not 0.
 */
int backtrack_given(const struct backtrack *backtrack, int lines);

/* After an iteration of which this share had the right answer. NaN is none. */
void backtrack_look(struct backtrack *backtrack, double accuracy);

/* The tenths as JSON, for the state of a run: a new reference, NULL without memory. */
json_t *backtrack_json(const struct backtrack *backtrack);

/* The inverse. ERR_INPUT when it is no such number; the message has no place. */
enum err backtrack_read(const json_t *json, struct backtrack *backtrack, struct error *error);

#endif
