/* The figures of a report. See plots.h. */
#include "plot/plots.h"

#include "base/file.h"

enum err plots_make(const char *plots, const struct collection *collection, const struct curves *curves,
                    const struct repairs *repairs, struct figures *figures, struct error *error) {
    enum err code = file_make_directories(plots, error);
    if (code) return code;
    figures_remove_old(plots);
    code = plot_thresholds(plots, collection, curves, figures, error);
    if (!code) code = plot_sweeps(plots, collection, curves, figures, error);
    if (!code) code = plot_parents(plots, collection, curves, figures, error);
    if (!code) code = plot_repair(plots, collection, repairs, figures, error);
    if (!code) code = plot_accuracy(plots, collection, curves, figures, error);
    if (!code) code = plot_formats(plots, collection, curves, figures, error);
    if (!code) code = plot_heatmaps(plots, collection, curves, figures, error);
    if (!code) code = plot_rollouts(plots, collection, figures, error);
    if (!code) code = plot_learning(plots, collection, curves, figures, error);
    if (!code) code = plot_pass(plots, collection, figures, error);
    return code ? code : figures_draw(figures, plots, error);
}
