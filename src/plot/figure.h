/* One figure: a gnuplot script, its data as CSV files beside it, and a title and caption for the page. */
#ifndef COTNOISE_PLOT_FIGURE_H
#define COTNOISE_PLOT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/err.h"

enum { FIGURES_MAX = 24 };

/* In CSS pixels of the SVG: how wide a figure is, how high the usual plot with its axes, and what of it is
 * above and below what the axes enclose. */
enum { FIGURE_WIDTH = 600, FIGURE_PLOT_HEIGHT = 350, FIGURE_ABOVE = 8, FIGURE_BELOW = 56 };

/* Dashes that are seen as such in every format. */
#define FIGURE_DASHES "dashtype (6,4)"

enum figure_kind {
    FIGURE_THRESHOLDS,
    FIGURE_ACCURACY,
    FIGURE_FORMATS,
    FIGURE_SWEEPS,
    FIGURE_PARENTS,
    FIGURE_HEATMAP,
    FIGURE_LEARNING,
    FIGURE_PASS,
    FIGURE_ROLLOUTS,
    FIGURE_REPAIR,
    FIGURE_KINDS
};

struct figure {
    enum figure_kind kind;
    char name[24];         /* "accuracy-2": NAME.gp draws NAME.svg, NAME.png and NAME.pdf */
    char *title, *caption; /* plain text */
    bool drawn;            /* NAME.svg is there and whole */
};

struct figures {
    struct figure figure[FIGURES_MAX];
    size_t count;
    size_t left_out;      /* that did not fit */
    bool log_noise;       /* axes of noise are logarithmic */
    struct error trouble; /* what is missing of those that should be drawn, and why; "" when nothing is */
};

/* A figure in the making. Start from zero; what is to be drawn goes into `plot`. */
struct drawing {
    struct buffer title, caption;
    struct buffer setup;   /* gnuplot commands before plot */
    struct buffer plot;    /* elements of the plot command, separated by ", \\\n" */
    struct buffer data[3]; /* CSV with a header line: NAME.csv, NAME-runs.csv, NAME-thresholds.csv */
    /* In CSS pixels of the SVG; 0: the usual. */
    int plot_height; /* of the plot with its axes */
    int left, right; /* margins beside it, within the figure's width */
    int bottom;      /* below what the axes enclose, within its height */
    bool log_noise;  /* as in figures */
    struct buffer key;
    int key_rows;
};

/* Name of the n-th data file of a figure whose place among the figures is not known yet: scripts say it
 * with gnuplot's string variables data, runs and thresholds. */
extern const char *const drawing_files[3];

/* A line of the key. */
struct key_entry {
    const char *label, *colour;
    bool dashed;
    int symbol; /* gnuplot's pointtype; 0: a line without symbols */
};

/* Draws a key between title and plot, in rows, and makes the figure that much higher.
 * (gnuplot's own lays out columns by a guess of text widths, and differently for each terminal.) */
void drawing_key(struct drawing *drawing, const struct key_entry *entries, size_t count);

/* What `pixels` of the figure's width, or its height, are of gnuplot's screen. The key must be drawn before
 * heights are asked for. */
double drawing_across(double pixels);
double drawing_up(const struct drawing *drawing, double pixels);

/* The names of the axes in the middle below the plot and (NULL: none) beside it. gnuplot itself puts them
 * further out in an SVG than in a PDF, by a guess of letters. The key must be drawn, and margins set. */
void drawing_axis_names(struct drawing *drawing, const char *across, const char *up);

void drawing_free(struct drawing *drawing);

/* Writes the files of a drawing into `directory` and adds the figure to `figures` (or counts it as left out).
 * Takes title and caption from the drawing. */
enum err figure_add(struct figures *figures, enum figure_kind kind, struct drawing *drawing,
                    const char *directory, struct error *error);

/* Deletes figures of an earlier report from `directory`: files that are named as figure_add names them. */
void figures_remove_old(const char *directory);

/* Draws them all, as far as possible: a figure is worth less than the tables and the page that come with it,
 * so what cannot be drawn is no failure but `drawn` and `trouble` of the figures. A figure may take a minute.
 * ERR_RUNTIME without memory. */
enum err figures_draw(struct figures *figures, const char *directory, struct error *error);

/* Whether the figure of this name is among them, and drawn. */
bool figures_has_drawn(const struct figures *figures, const char *name);

void figures_free(struct figures *figures);

#endif
