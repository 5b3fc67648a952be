/* The figures of a report: which there are and what they show. */
#ifndef COTNOISE_PLOT_PLOTS_H
#define COTNOISE_PLOT_PLOTS_H

#include "curve/curves.h"
#include "curve/repair.h"
#include "plot/figure.h"

/* Writes scripts and data of all figures into `plots` and draws those that can be drawn (figure.h), *figures
 * starts from zero, but for log_noise. Release it with figures_free, also after a failure. */
enum err plots_make(const char *plots, const struct collection *collection, const struct curves *curves,
                    const struct repairs *repairs, struct figures *figures, struct error *error);

/* A line of a plot of curves. */
struct plotted {
    const struct curve *curve;
    const char *label;
    const char *colour;
    bool dashed;
    int symbol; /* from 0; others in the same plot differ */
};

enum { PLOTTED_MAX = 8 };

/* Accuracy against noise: means, intervals, fit, single runs and (marks) thresholds of up to PLOTTED_MAX
 * curves with the same axis, into a drawing. Title and caption are left to the caller. */
void plot_curves(struct drawing *drawing, const struct collection *collection, const struct curves *curves,
                 const struct plotted *plotted, size_t count, bool marks);

/* Each adds the figures of its sort. */
enum err plot_thresholds(const char *plots, const struct collection *collection, const struct curves *curves,
                         struct figures *figures, struct error *error);
enum err plot_accuracy(const char *plots, const struct collection *collection, const struct curves *curves,
                       struct figures *figures, struct error *error);
/* The colour of a curve in its accuracy figure as a number for palette_kind, -1 when it has a step's. */
int plot_accuracy_colour(const struct curves *curves, const struct curve *curve);

enum err plot_formats(const char *plots, const struct collection *collection, const struct curves *curves,
                      struct figures *figures, struct error *error);
enum err plot_sweeps(const char *plots, const struct collection *collection, const struct curves *curves,
                     struct figures *figures, struct error *error);
enum err plot_parents(const char *plots, const struct collection *collection, const struct curves *curves,
                      struct figures *figures, struct error *error);
enum err plot_heatmaps(const char *plots, const struct collection *collection, const struct curves *curves,
                       struct figures *figures, struct error *error);
enum err plot_learning(const char *plots, const struct collection *collection, const struct curves *curves,
                       struct figures *figures, struct error *error);
enum err plot_pass(const char *plots, const struct collection *collection, struct figures *figures,
                   struct error *error);
enum err plot_rollouts(const char *plots, const struct collection *collection, struct figures *figures,
                       struct error *error);
enum err plot_repair(const char *plots, const struct collection *collection, const struct repairs *repairs,
                     struct figures *figures, struct error *error);

#endif
