/* Accuracy against noise as a drawing of a figure. See plots.h. */
#include <inttypes.h>
#include <math.h>

#include "base/csv.h"
#include "curve/curve_names.h"
#include "curve/labels.h"
#include "plot/gnuplot.h"
#include "plot/lanes.h"
#include "plot/noise_axis.h"
#include "plot/palette.h"
#include "plot/plots.h"

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

static void element(struct buffer *plot, const char *file, size_t number, const char *expression) {
    if (plot->length) buffer_text(plot, ", \\\n");
    buffer_printf(plot, "  %s skip 1 using (column(1) == %zu ? x(column(2)) : NaN):%s ", file, number,
                  expression);
}

/* gnuplot's open diamond, which no curve has. */
enum { LEARNED_SYMBOL = 12 };

static void plot_band(struct buffer *plot, const struct plotted *plotted, size_t number) {
    element(plot, drawing_files[0], number, "(100 * column(4)):(100 * column(5))");
    buffer_printf(plot, "with filledcurves linecolor rgb '%s' notitle", plotted->colour);
}

/* Single runs, the fit where it is not the mean, and the means. */
static void plot_line(struct buffer *plot, const struct plotted *plotted, size_t number) {
    const char *dash = plotted->dashed ? " " FIGURE_DASHES : "", *colour = plotted->colour;
    element(plot, drawing_files[1], number, "(100 * column(3))");
    buffer_printf(plot, "with points pointtype 7 pointsize 0.25 linecolor rgb '%s' notitle", colour);
    element(plot, drawing_files[0], number, "(100 * column(6))");
    buffer_printf(plot, "with lines linewidth 1 dashtype (2,3) linecolor rgb '%s' notitle", colour);
    element(plot, drawing_files[0], number, "(100 * column(3))");
    buffer_printf(plot,
                  "with linespoints linewidth 2%s pointtype %d pointsize 0.8 linecolor rgb '%s' notitle",
                  dash, lanes_symbol((size_t)plotted->symbol), colour);
}

/* The share of seeds that have learned, where the mean hides that some have not. */
static void plot_learned(struct buffer *plot, const struct plotted *plotted, size_t number) {
    element(plot, drawing_files[0], number, "(100 * column(8))");
    buffer_printf(plot,
                  "with linespoints linewidth 1 dashtype (6,3,1,3) pointtype %d pointsize 1.2 linecolor rgb "
                  "'%s' notitle",
                  LEARNED_SYMBOL, plotted->colour);
}

/* A line from where the fit falls below what must be left down to the threshold's lane. */
static void plot_fall(struct buffer *plot, const struct plotted *plotted, size_t number, double share) {
    double from = 100 * share * plotted->curve->clean;
    if (plotted->curve->threshold.status != THRESHOLD_FOUND) return;
    if (plot->length) buffer_text(plot, ", \\\n");
    buffer_printf(plot,
                  "  thresholds skip 1 using (column(1) == %zu ? x(column(3)) : NaN):(%g):(0):"
                  "(column(2) - %g) with vectors nohead linewidth 1 " FIGURE_DASHES
                  " linecolor rgb '%s' notitle",
                  number, from, from, plotted->colour);
}

/* --- axes ---------------------------------------------------------------------------------------------- */

/* The strip of thresholds below the axis, in CSS pixels, and how many percent of accuracy a pixel is. */
enum { STRIP_HEAD = 18, LANE = 17, STRIP_FOOT = 3 };
static const double accuracy_low = -2, accuracy_high = 103;
static double percent_a_pixel(void) {
    return (accuracy_high - accuracy_low) / (FIGURE_PLOT_HEIGHT - FIGURE_BELOW - FIGURE_ABOVE);
}

static double lane_place(size_t lane) {
    return accuracy_low - percent_a_pixel() * (STRIP_HEAD + LANE * ((double)lane + 0.5));
}

/* The line of what must be left of the clean accuracy. */
static void add_target(struct drawing *drawing, double target) {
    buffer_printf(
        &drawing->setup,
        "set arrow from graph 0, first %g to graph 1, first %g nohead back linewidth 1.5 " FIGURE_DASHES
        " linecolor rgb '" PALETTE_AXIS "'\n",
        target, target);
}

/* Rules the strip off, and writes each threshold at the left of its lane. */
static void add_strip(struct drawing *drawing, const struct curves *curves, const struct plotted *plotted,
                      size_t count) {
    struct buffer *setup = &drawing->setup;
    buffer_printf(setup,
                  "set arrow from graph 0, first %g to graph 1, first %g nohead front linewidth 1 linecolor "
                  "rgb '" PALETTE_AXIS "'\nset label 'threshold: where ",
                  accuracy_low, accuracy_low);
    label_percent(curves->share, setup);
    buffer_printf(
        setup,
        " of the clean accuracy is left, and its 95 %% interval' at graph 0.01, first %g left front "
        "noenhanced textcolor rgb '" PALETTE_MUTED "' font ',11'\n",
        accuracy_low - percent_a_pixel() * STRIP_HEAD / 2);
    for (size_t i = 0; i < count; i++) {
        struct buffer text = {0};
        curve_threshold_short(plotted[i].curve, &plotted[i].curve->threshold, false, &text);
        buffer_text(setup, "set label ");
        gnuplot_string(setup, text.failed ? "" : text.bytes);
        buffer_printf(setup,
                      " at graph 0, first %g right offset -0.8,0 noenhanced textcolor rgb '%s' font ',12'\n",
                      lane_place(i), plotted[i].colour);
        setup->failed |= text.failed;
        buffer_free(&text);
    }
}

static void setup_axes(struct drawing *drawing, const struct curves *curves, const struct plotted *plotted,
                       size_t count, double target, bool marks) {
    const struct curve *shown[PLOTTED_MAX];
    double bottom = accuracy_low;
    for (size_t i = 0; i < count; i++) shown[i] = plotted[i].curve;
    struct noise_axis axis = noise_axis_find(shown, count, drawing->log_noise);
    noise_axis_write(&axis, shown[0]->axis == AXIS_CONTAMINATION, "exact-match accuracy", drawing);
    if (marks) {
        bottom = lane_place(count - 1) - percent_a_pixel() * (LANE / 2. + STRIP_FOOT);
        add_strip(drawing, curves, plotted, count);
    }
    buffer_printf(&drawing->setup, "set yrange [%g:%g]\nset ytics 0,20,100 format '%%g %%%%'\n", bottom,
                  accuracy_high);
    if (!isnan(target)) add_target(drawing, target);
}

/* A line for each curve, and for the target where there is one. */
static void add_key(struct drawing *drawing, const struct plotted *plotted, size_t count, double share,
                    bool target) {
    struct key_entry key[PLOTTED_MAX + 1];
    struct buffer text = {0};
    for (size_t i = 0; i < count; i++)
        key[i] = (struct key_entry){plotted[i].label, plotted[i].colour, plotted[i].dashed,
                                    lanes_symbol((size_t)plotted[i].symbol)};
    label_percent(share, &text);
    buffer_text(&text, " of clean");
    key[count] =
        (struct key_entry){.label = text.failed ? "" : text.bytes, .colour = PALETTE_AXIS, .dashed = true};
    drawing_key(drawing, key, count + target);
    drawing->key.failed |= text.failed;
    buffer_free(&text);
}

/* What must be left of the clean accuracy, in percent; NAN where there is no clean run. */
static double target_of(const struct curves *curves, const struct plotted *plotted, size_t count) {
    double target = NAN;
    for (size_t i = 0; i < count; i++)
        if (plotted[i].curve->has_clean) target = 100 * curves->share * plotted[i].curve->clean;
    return target;
}

void plot_curves(struct drawing *drawing, const struct collection *collection, const struct curves *curves,
                 const struct plotted *plotted, size_t count, bool marks) {
    double target = marks ? target_of(curves, plotted, count) : NAN;
    buffer_text(&drawing->data[0], "curve,noise,accuracy,low,high,fit,runs,learned,label\n");
    buffer_text(&drawing->data[1], "curve,noise,accuracy,seed,run\n");
    if (marks) lanes_header(&drawing->data[2]);
    if (marks) drawing->plot_height = FIGURE_PLOT_HEIGHT + STRIP_HEAD + LANE * (int)count + STRIP_FOOT;
    add_key(drawing, plotted, count, curves->share, !isnan(target));
    setup_axes(drawing, curves, plotted, count, target, marks);
    for (size_t i = 0; i < count; i++) {
        curve_data(drawing, collection, &plotted[i], i + 1);
        if (marks) lanes_row(plotted[i].curve, plotted[i].label, lane_place(i), i + 1, &drawing->data[2]);
        plot_band(&drawing->plot, &plotted[i], i + 1);
    }
    for (size_t i = 0; i < count && marks; i++) plot_fall(&drawing->plot, &plotted[i], i + 1, curves->share);
    for (size_t i = 0; i < count; i++)
        if (plotted[i].curve->split_levels) plot_learned(&drawing->plot, &plotted[i], i + 1);
    for (size_t i = 0; i < count; i++) plot_line(&drawing->plot, &plotted[i], i + 1);
    for (size_t i = 0; i < count && marks; i++)
        lanes_plot(drawing, i + 1, plotted[i].colour, lanes_symbol((size_t)plotted[i].symbol));
}
