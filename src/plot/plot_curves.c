/* Accuracy against noise as a drawing of a figure. See plots.h. */
#include <inttypes.h>
#include <math.h>

#include "base/csv.h"
#include "curve/labels.h"
#include "plot/gnuplot.h"
#include "plot/palette.h"
#include "plot/plots.h"

/* With more curves than this, the thresholds in figures would hide them. */
enum { VALUES_SHOWN = 3 };

static void curve_data(struct drawing *drawing, const struct collection *collection,
                       const struct plotted *plotted, size_t number) {
    struct buffer *means = &drawing->data[0], *runs = &drawing->data[1];
    const struct curve *curve = plotted->curve;
    for (size_t i = 0; i < curve->count; i++) {
        const struct point *point = &curve->points[i];
        const double values[] = {curve->levels[i].noise, point->mean, point->interval.low,
                                 point->interval.high, point->fit};
        buffer_printf(means, "%zu", number);
        csv_numbers(means, values, sizeof values / sizeof *values);
        buffer_printf(means, ",%zu,", curve->levels[i].count);
        if (isfinite(point->learned)) csv_number(means, point->learned);
        buffer_char(means, ',');
        csv_text(means, plotted->label);
        buffer_char(means, '\n');
        for (size_t r = 0; r < curve->levels[i].count; r++) {
            const struct record *record = collection->records[point->rows[r]];
            buffer_printf(runs, "%zu", number);
            csv_numbers(runs, (const double[]){curve->levels[i].noise, record->outcome.evaluation.accuracy},
                        2);
            buffer_printf(runs, ",%" PRId64 ",", record->config.seed);
            csv_text(runs, record->run);
            buffer_char(runs, '\n');
        }
    }
}

/* Returns whether the curve has a threshold to mark. */
static bool threshold_data(struct drawing *drawing, const struct curves *curves,
                           const struct plotted *plotted, size_t number) {
    const struct curve *curve = plotted->curve;
    const struct threshold *threshold = &curve->threshold;
    if (threshold->status != THRESHOLD_FOUND) return false;
    double highest = curve->levels[curve->count - 1].noise;
    const double values[] = {threshold->noise, threshold->low, fmin(threshold->high, highest),
                             curves->share * curve->clean};
    struct buffer *csv = &drawing->data[2];
    buffer_printf(csv, "%zu", number);
    csv_numbers(csv, values, sizeof values / sizeof *values);
    buffer_char(csv, '\n');
    return true;
}

static void element(struct buffer *plot, const char *file, size_t number, const char *expression) {
    if (plot->length) buffer_text(plot, ", \\\n");
    buffer_printf(plot, "  %s skip 1 using (column(1) == %zu ? 100 * column(2) : NaN):%s ", file, number,
                  expression);
}

/* gnuplot's open diamond, which no curve has. */
enum { LEARNED_SYMBOL = 12 };

static const int symbols[PLOTTED_MAX] = {7, 5, 9, 13, 11, 15, 6, 4};

static void plot_band(struct buffer *plot, const struct plotted *plotted, size_t number) {
    element(plot, drawing_files[0], number, "(100 * column(4)):(100 * column(5))");
    buffer_printf(plot, "with filledcurves linecolor rgb '%s' notitle", plotted->colour);
}

/* Single runs, the fit where it is not the mean, and the means. */
static void plot_line(struct buffer *plot, const struct plotted *plotted, size_t number) {
    const char *dash = plotted->dashed ? " dashtype (4,3)" : "", *colour = plotted->colour;
    element(plot, drawing_files[1], number, "(100 * column(3))");
    buffer_printf(plot, "with points pointtype 7 pointsize 0.25 linecolor rgb '%s' notitle", colour);
    element(plot, drawing_files[0], number, "(100 * column(6))");
    buffer_printf(plot, "with lines linewidth 1 dashtype (2,3) linecolor rgb '%s' notitle", colour);
    element(plot, drawing_files[0], number, "(100 * column(3))");
    buffer_printf(plot,
                  "with linespoints linewidth 2%s pointtype %d pointsize 0.8 linecolor rgb '%s' notitle",
                  dash, symbols[plotted->symbol % PLOTTED_MAX], colour);
}

/* The share of seeds that have learned, where the mean hides that some have not. */
static void plot_learned(struct buffer *plot, const struct plotted *plotted, size_t number) {
    element(plot, drawing_files[0], number, "(100 * column(8))");
    buffer_printf(plot,
                  "with linespoints linewidth 1 dashtype (6,3,1,3) pointtype %d pointsize 1.2 linecolor rgb "
                  "'%s' notitle",
                  LEARNED_SYMBOL, plotted->colour);
}

/* The interval of the threshold as a bar, a line down to the axis, and its value there. */
static void plot_threshold(struct buffer *plot, const struct plotted *plotted, size_t number) {
    const char *colour = plotted->colour;
    element(plot, drawing_files[2], number, "(100 * column(5)):(100 * column(3)):(100 * column(4))");
    buffer_printf(plot, "with xerrorbars pointtype 2 pointsize 0 linewidth 5 linecolor rgb '%s' notitle",
                  colour);
    element(plot, drawing_files[2], number, "(-2):(0):(100 * column(5) + 2)");
    buffer_printf(plot, "with vectors nohead linewidth 1.2 dashtype (3,3) linecolor rgb '%s' notitle",
                  colour);
}

/* The threshold's value beside its line; each on a shelf of its own, so that they never overlap. */
static void plot_value(struct buffer *plot, const struct plotted *plotted, size_t number, int shelf) {
    buffer_printf(plot,
                  ", \\\n  thresholds skip 1 using (column(1) == %zu ? 100 * column(2) : NaN):(%d):"
                  "(sprintf(column(2) < 0.1 ? '%%.2g %%%%' : '%%.0f %%%%', 100 * column(2))) with labels "
                  "boxed left offset 0.5,0 noenhanced "
                  "textcolor rgb '%s' notitle",
                  number, 3 + 7 * shelf, plotted->colour);
}

static void setup_axes(struct drawing *drawing, const struct curves *curves, const struct plotted *plotted,
                       size_t count, bool marks) {
    struct buffer *setup = &drawing->setup;
    double highest = 0, clean = NAN;
    for (size_t i = 0; i < count; i++) {
        const struct curve *curve = plotted[i].curve;
        highest = fmax(highest, curve->levels[curve->count - 1].noise);
        if (curve->has_clean) clean = curve->clean;
    }
    double right = highest > 0.5 ? 100 : ceil(highest * 20) * 5, step = right > 50   ? 20
                                                                        : right > 20 ? 10
                                                                        : right > 10 ? 5
                                                                        : right > 5  ? 2
                                                                                     : 1;
    buffer_printf(setup, "set xrange [%g:%g]\nset yrange [-2:103]\n", -0.015 * right, right * 1.015);
    buffer_printf(setup, "set xtics 0,%g,%g format '%%g %%%%'\nset ytics 0,20,100 format '%%g %%%%'\n", step,
                  right);
    buffer_printf(setup, "set xlabel '%s'\nset ylabel 'exact-match accuracy'\n",
                  plotted[0].curve->axis == AXIS_CONTAMINATION
                      ? "contamination: share of the training samples that noise is applied to"
                      : "noise rate: chance that a site of a contaminated sample is corrupted");
    if (!marks || isnan(clean)) return;
    buffer_printf(setup,
                  "set arrow from graph 0, first %g to graph 1, first %g nohead back linewidth 1 dashtype "
                  "(6,4) linecolor rgb '" PALETTE_AXIS "'\n",
                  100 * curves->share * clean, 100 * curves->share * clean);
    buffer_text(setup, "set label '");
    label_percent(curves->share, setup);
    buffer_printf(
        setup,
        " of clean' at graph 0.995, first %g right offset 0,0.55 noenhanced textcolor rgb '" PALETTE_MUTED
        "' font ',11'\n",
        100 * curves->share * clean);
}

void plot_curves(struct drawing *drawing, const struct collection *collection, const struct curves *curves,
                 const struct plotted *plotted, size_t count, bool marks) {
    buffer_text(&drawing->data[0], "curve,noise,accuracy,low,high,fit,runs,learned,label\n");
    buffer_text(&drawing->data[1], "curve,noise,accuracy,seed,run\n");
    if (marks) buffer_text(&drawing->data[2], "curve,threshold,low,high,accuracy\n");
    struct key_entry key[PLOTTED_MAX];
    for (size_t i = 0; i < count; i++)
        key[i] = (struct key_entry){plotted[i].label, plotted[i].colour, plotted[i].dashed,
                                    symbols[plotted[i].symbol % PLOTTED_MAX]};
    drawing_key(drawing, key, count);
    setup_axes(drawing, curves, plotted, count, marks);
    bool marked[PLOTTED_MAX] = {false};
    for (size_t i = 0; i < count; i++) {
        curve_data(drawing, collection, &plotted[i], i + 1);
        marked[i] = marks && threshold_data(drawing, curves, &plotted[i], i + 1);
        plot_band(&drawing->plot, &plotted[i], i + 1);
    }
    for (size_t i = 0; i < count; i++)
        if (marked[i]) plot_threshold(&drawing->plot, &plotted[i], i + 1);
    for (size_t i = 0; i < count; i++)
        if (plotted[i].curve->split_levels) plot_learned(&drawing->plot, &plotted[i], i + 1);
    for (size_t i = 0; i < count; i++) plot_line(&drawing->plot, &plotted[i], i + 1);
    int shelf = 0;
    for (size_t i = 0; i < count && count <= VALUES_SHOWN; i++)
        if (marked[i]) plot_value(&drawing->plot, &plotted[i], i + 1, shelf++);
}
