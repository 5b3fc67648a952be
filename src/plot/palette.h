/* The colours of plots: told apart with any kind of colour vision, on paper, on white and on black.
 *
 * Scripts name the light form. When a plot goes into the page its colours become CSS variables, which have
 * a dark form too. */
#ifndef COTNOISE_PLOT_PALETTE_H
#define COTNOISE_PLOT_PALETTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

enum { PALETTE_SERIES = 8 };

/* Light forms, "#0072b2". Kinds that have no order (Okabe and Ito's set), and steps from low to high. */
const char *palette_kind(int n);
const char *palette_step(int n, int count);

/* The n-th colour of `count`: a step where they are of one thing that rises, else a kind. */
const char *palette_series(size_t n, size_t count, bool rises);

#define PALETTE_INK   "#1f2328" /* titles */
#define PALETTE_MUTED "#59636e" /* labels of axes */
#define PALETTE_AXIS  "#8c959f"
#define PALETTE_GRID  "#e4e8ec"
#define PALETTE_PAPER "#ffffff"

/* Appends the CSS custom properties: `:root` with the light forms, and the dark ones where preferred. */
void palette_css(struct buffer *css);

/* The custom property ("--k0") of a colour given by its parts; NULL when it is not one of ours. */
const char *palette_property(int red, int green, int blue);

#endif
