/* What a corruption does to each kind of value, for every noise: digits are the noise's own affair; a symbol
 * becomes a uniform random symbol of its alphabet, which may be the same one; a truth is turned over; of a
 * list each element is corrupted by itself. */
#ifndef COTNOISE_TRACE_CORRUPTION_H
#define COTNOISE_TRACE_CORRUPTION_H

#include "trace/noise.h"

/* Draws for one symbol or truth, as a site of its own, and corrupts it when it is hit. */
void corruption_of_atom(struct atom *atom, double rate, struct pcg *sites, struct tally *tally);

/* Whether a token of a finished trace is a site of noise on values: a digit anywhere, or a symbol or truth of
 * a value; and, where it is, the token that a corruption puts in its place, drawn. */
bool corruption_has_site(const struct draft *draft, int token);
int32_t corruption_draw(const struct draft *draft, int token, struct pcg *sites);

#endif
