/* The figure of thresholds: what was trained in rows, noises in colours. See plots.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "curve/curve_names.h"
#include "curve/labels.h"
#include "curve/setting.h"
#include "plot/gnuplot.h"
#include "plot/lanes.h"
#include "plot/noise_axis.h"
#include "plot/palette.h"
#include "plot/plots.h"

/* In CSS pixels: a threshold's lane, a line of text, between rows, the values at the right,
 * and what a letter takes. A figure is made no higher than HIGHEST, but for a row that is by itself. */
enum { LANE = 17, LINE = 16, GAP = 9, RIGHT = 128, EDGE = 14, HIGHEST = 760 };
static const double letter = 6.5;
enum { ROW_LETTERS = 27, ROW_LINES = 6 };

/* The curves of one setting, and what it is called, in lines. */
struct threshold_row {
    const struct curve **curve; /* in `shown` of the chart */
    size_t count;
    char *line[ROW_LINES]; /* in `name` */
    size_t lines;
    struct buffer name;
};

/* All that are shown along one axis, then one figure of them. */
struct threshold_chart {
    const struct curve **shown; /* by setting */
    size_t count;
    struct threshold_row *rows;
    size_t row_count;
    const char *series[PLOTTED_MAX]; /* names of noises */
    size_t series_count;
};

/* --- what is shown ------------------------------------------------------------------------------------- */

static bool is_contamination(const struct curve *curve) { return curve->axis == AXIS_CONTAMINATION; }

/* Of each setting and noise the curve with most samples contaminated; none along which another noise is held
 * fixed. */
static bool is_shown(const struct collection *collection, const struct curves *curves,
                     const struct curve *curve) {
    if (is_contamination(curve)) return true;
    if (curve->axis < NOISE_KINDS_MAX && record_is_mixed(curve->noisy)) return false;
    for (size_t i = 0; i < curves->count; i++) {
        const struct curve *other = &curves->curve[i];
        if (other->setting == curve->setting && other->axis == curve->axis &&
            !strcmp(other->noisy->noise, curve->noisy->noise) &&
            !setting_compare_noise(collection, other->noisy, curve->noisy) &&
            other->noisy->contaminated > curve->noisy->contaminated)
            return false;
    }
    return true;
}

static int compare_shown(const void *left, const void *right) {
    const struct curve *a = *(const struct curve *const *)left, *b = *(const struct curve *const *)right;
    if (a->setting != b->setting) return a->setting < b->setting ? -1 : 1;
    if (a->rank != b->rank) return a->rank - b->rank;
    return a < b ? -1 : a > b;
}

/* --- names of rows ------------------------------------------------------------------------------------- */

/* Cuts the name into lines at its blanks, where words are not too long for that. What would need more than
 * ROW_LINES ends in dots. */
static void cut_lines(struct threshold_row *row) {
    char *at = row->name.bytes;
    while (*at && row->lines < ROW_LINES) {
        size_t length = strlen(at), end = length;
        row->line[row->lines++] = at;
        if (length <= ROW_LETTERS) break;
        for (end = ROW_LETTERS; end > 0 && at[end] != ' ';) end--;
        if (!end) end = strcspn(at, " ");
        if (row->lines == ROW_LINES && end >= 3) memcpy(at + end - 3, "...", 3);
        bool more = at[end];
        at[end] = 0;
        at += end + more;
    }
}

static enum err name_rows(const struct collection *collection, struct threshold_chart *chart,
                          struct error *error) {
    const struct record **settings = memory_array(chart->row_count, sizeof *settings);
    struct setting_names names = {0};
    if (!settings) return err_memory(error, "a figure");
    for (size_t r = 0; r < chart->row_count; r++) settings[r] = chart->rows[r].curve[0]->noisy;
    enum err code = setting_find_names(collection, settings, chart->row_count, NAMING_OPTIONS, &names, error);
    for (size_t r = 0; r < chart->row_count && !code; r++) {
        struct buffer *name = &chart->rows[r].name;
        setting_describe_task(collection, settings, chart->row_count, r, &names, name);
        if (name->failed)
            code = err_memory(error, "a figure");
        else
            cut_lines(&chart->rows[r]);
    }
    fields_free(&names.fields);
    free(settings);
    return code;
}

/* --- the figure ---------------------------------------------------------------------------------------- */

/* Number of a curve's noise in the chart, PLOTTED_MAX where it is not of it. */
static size_t series_of(const struct threshold_chart *chart, const struct curve *curve) {
    for (size_t s = 0; s < chart->series_count; s++)
        if (!strcmp(chart->series[s], curve->label)) return s;
    return PLOTTED_MAX;
}

static int row_height(const struct threshold_row *row) {
    int lanes = LANE * (int)row->count, lines = LINE * (int)row->lines;
    return GAP + (lanes > lines ? lanes : lines);
}

static double left_margin(const struct threshold_row *rows, size_t count) {
    size_t longest = 0;
    for (size_t r = 0; r < count; r++)
        for (size_t i = 0; i < rows[r].lines; i++)
            if (strlen(rows[r].line[i]) > longest) longest = strlen(rows[r].line[i]);
    return EDGE + letter * (double)(longest < ROW_LETTERS ? longest : ROW_LETTERS) + EDGE;
}

static void add_text(struct buffer *setup, const char *text, const char *where, double place,
                     const char *colour) {
    buffer_text(setup, "set label ");
    gnuplot_string(setup, text);
    buffer_printf(setup, " at %s, first %g noenhanced textcolor rgb '%s' font ',12'\n", where, place, colour);
}

/* A row from `top` on: its name, a lane for each of its curves, and their values at the right. */
static void add_row(struct drawing *drawing, const struct threshold_chart *chart,
                    const struct threshold_row *row, double top) {
    struct buffer *setup = &drawing->setup;
    char where[64];
    double middle = top + row_height(row) / 2.;
    snprintf(where, sizeof where, "screen %.4f", drawing_across(EDGE));
    for (size_t i = 0; i < row->lines; i++)
        add_text(setup, row->line[i], where, middle + LINE * ((double)i + 0.5 - (double)row->lines / 2),
                 PALETTE_INK);
    for (size_t i = 0; i < row->count; i++) {
        size_t series = series_of(chart, row->curve[i]);
        double place = middle + LANE * ((double)i + 0.5 - (double)row->count / 2);
        struct buffer value = {0};
        lanes_row(row->curve[i], row->curve[i]->label, place, series + 1, &drawing->data[2]);
        curve_threshold_short(row->curve[i], &row->curve[i]->threshold, true, &value);
        add_text(setup, value.failed ? "" : value.bytes, "graph 1.02", place, palette_kind((int)series));
        setup->failed |= value.failed;
        buffer_free(&value);
    }
    buffer_printf(setup,
                  "set arrow from screen %.4f, first %g to graph 1, first %g nohead back linewidth 1 "
                  "linecolor rgb '" PALETTE_GRID "'\n",
                  drawing_across(EDGE), top + row_height(row), top + row_height(row));
}

static void write_words(const struct curves *curves, bool contamination, struct drawing *drawing) {
    buffer_printf(&drawing->title, "Thresholds: %s at which ",
                  contamination ? "contamination" : "noise rate");
    label_percent(curves->share, &drawing->title);
    buffer_text(&drawing->title, " of the clean accuracy is left");
    buffer_text(
        &drawing->caption,
        "Points: thresholds, read off the isotonic fit; bars: 95 % intervals; arrows: it lies, or may lie, "
        "beyond the noise that was tried; open marks: none, for clean data was not learned or there is no "
        "clean run.");
    if (!contamination)
        buffer_text(&drawing->caption, " Of each noise the curve with most samples contaminated.");
}

static void add_key(struct drawing *drawing, const struct threshold_chart *chart) {
    struct key_entry key[PLOTTED_MAX];
    for (size_t s = 0; s < chart->series_count; s++)
        key[s] = (struct key_entry){
            .label = chart->series[s], .colour = palette_kind((int)s), .symbol = lanes_symbol(s)};
    drawing_key(drawing, key, chart->series_count);
}

/* Rows first ... end - 1. */
static enum err draw(const char *plots, const struct curves *curves, const struct threshold_chart *chart,
                     size_t first, size_t end, struct figures *figures, struct error *error) {
    struct drawing drawing = {.right = RIGHT, .left = (int)left_margin(chart->rows + first, end - first)};
    bool contamination = is_contamination(chart->shown[0]);
    struct noise_axis axis = noise_axis_find(chart->shown, chart->count, figures->log_noise);
    double top = 0;
    for (size_t r = first; r < end; r++) top += row_height(&chart->rows[r]);
    drawing.plot_height = FIGURE_BELOW + FIGURE_ABOVE + (int)top;
    write_words(curves, contamination, &drawing);
    add_key(&drawing, chart);
    noise_axis_write(&axis, contamination, NULL, &drawing);
    buffer_printf(&drawing.setup, "set border 1\nset yrange [%g:0]\nunset ytics\n", top);
    lanes_header(&drawing.data[2]);
    top = 0;
    for (size_t r = first; r < end; r++) {
        add_row(&drawing, chart, &chart->rows[r], top);
        top += row_height(&chart->rows[r]);
    }
    for (size_t s = 0; s < chart->series_count; s++)
        lanes_plot(&drawing, s + 1, palette_kind((int)s), lanes_symbol(s));
    enum err code = figure_add(figures, FIGURE_THRESHOLDS, &drawing, plots, error);
    drawing_free(&drawing);
    return code;
}

/* --- from curves to figures ---------------------------------------------------------------------------- */

static enum err draw_rows(const char *plots, const struct collection *collection, const struct curves *curves,
                          struct threshold_chart *chart, struct figures *figures, struct error *error) {
    enum err code = name_rows(collection, chart, error);
    for (size_t first = 0, end; first < chart->row_count && !code; first = end) {
        int height = row_height(&chart->rows[first]);
        for (end = first + 1; end < chart->row_count; end++) {
            height += row_height(&chart->rows[end]);
            if (height > HIGHEST) break;
        }
        code = draw(plots, curves, chart, first, end, figures, error);
    }
    for (size_t r = 0; r < chart->row_count; r++) buffer_free(&chart->rows[r].name);
    return code;
}

/* Takes those of the candidates that are of the chart's noises, and draws them. */
static enum err draw_chart(const char *plots, const struct collection *collection,
                           const struct curves *curves, const struct curve *const *candidates, size_t count,
                           struct threshold_chart chart, struct figures *figures, struct error *error) {
    chart.shown = memory_array(count, sizeof *chart.shown);
    chart.rows = memory_array(count, sizeof *chart.rows);
    enum err code = chart.shown && chart.rows ? ERR_OK : err_memory(error, "a figure");
    for (size_t i = 0; i < count && !code; i++)
        if (series_of(&chart, candidates[i]) < PLOTTED_MAX) chart.shown[chart.count++] = candidates[i];
    if (!code) qsort(chart.shown, chart.count, sizeof *chart.shown, compare_shown);
    for (size_t i = 0; i < chart.count && !code; i++) {
        if (!i || chart.shown[i]->setting != chart.shown[i - 1]->setting)
            chart.rows[chart.row_count++].curve = &chart.shown[i];
        chart.rows[chart.row_count - 1].count++;
    }
    if (!code) code = draw_rows(plots, collection, curves, &chart, figures, error);
    free(chart.shown);
    free(chart.rows);
    return code;
}

/* In figures of as many noises as there are colours. */
static enum err draw_all(const char *plots, const struct collection *collection, const struct curves *curves,
                         const struct curve *const *shown, size_t count, struct figures *figures,
                         struct error *error) {
    enum err code = ERR_OK;
    struct threshold_chart chart = {0};
    for (size_t i = 0; i < count && !code; i++) {
        bool met = false;
        for (size_t k = 0; k < i && !met; k++) met = !strcmp(shown[k]->label, shown[i]->label);
        if (!met) chart.series[chart.series_count++] = shown[i]->label;
        if (chart.series_count < PLOTTED_MAX && i + 1 < count) continue;
        if (chart.series_count)
            code = draw_chart(plots, collection, curves, shown, count, chart, figures, error);
        chart.series_count = 0;
    }
    return code;
}

static int compare_ranks(const void *left, const void *right) {
    const struct curve *a = *(const struct curve *const *)left, *b = *(const struct curve *const *)right;
    return a->rank != b->rank ? a->rank - b->rank : a < b ? -1 : a > b;
}

enum err plot_thresholds(const char *plots, const struct collection *collection, const struct curves *curves,
                         struct figures *figures, struct error *error) {
    const struct curve **shown = memory_array(curves->count, sizeof *shown);
    enum err code = shown ? ERR_OK : err_memory(error, "a figure");
    for (int contamination = 0; contamination < 2 && !code; contamination++) {
        size_t count = 0;
        bool several = collection->source_count > 1;
        for (size_t i = 0; i < curves->count; i++) {
            const struct curve *curve = &curves->curve[i];
            if (is_contamination(curve) != contamination || !is_shown(collection, curves, curve)) continue;
            shown[count++] = curve;
            several |= curve->setting != shown[0]->setting;
        }
        if (count < 2 || !several) continue;
        qsort(shown, count, sizeof *shown, compare_ranks);
        code = draw_all(plots, collection, curves, shown, count, figures, error);
    }
    free(shown);
    return code;
}
