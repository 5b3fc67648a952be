/* Curves in words: what each is called, and what it shows in one sentence. */
#ifndef COTNOISE_CURVE_CURVE_NAMES_H
#define COTNOISE_CURVE_CURVE_NAMES_H

#include "curve/curves.h"

/* Sets label and place of every curve. ERR_RUNTIME without memory. */
enum err curves_name(const struct collection *collection, struct curves *curves, struct error *error);

/* A threshold with its interval, which is introduced by `name`: "62 % (95 % interval 55 % to 68 %)"; "not
 * reached up to 100 %". `highest` is the highest level of its curve. */
void curve_threshold_text(const struct threshold *threshold, double highest, const char *name,
                          struct buffer *text);

/* The same in a few characters: "56 % (55-57)", without `interval` "56 %"; "> 100 %" where it is not reached.
 */
void curve_threshold_short(const struct curve *curve, const struct threshold *threshold, bool interval,
                           struct buffer *text);

/* The finding of a curve as plain text: one sentence, and one more each for a rise, for levels whose seeds
 * are split, and for an interval so wide that more seeds are needed. */
void curve_finding(const struct curves *curves, const struct curve *curve, struct buffer *text);

#endif
