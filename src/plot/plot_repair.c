/* Figures of repair: accuracy before and after reinforcement learning, noise by noise. See plots.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/memory.h"
#include "curve/labels.h"
#include "curve/seed_cells.h"
#include "curve/setting.h"
#include "plot/gnuplot.h"
#include "plot/palette.h"
#include "plot/plots.h"

enum { WAYS_MAX = PLOTTED_MAX - 1 };
enum { UPRIGHT = 4 /* noises whose names have room side by side */, SLANTED = 84 /* pixels more, below */ };

/* Where a cell stands in its figure: noises are groups along the axis, and in a group the parents come first,
 * then the children, each way of learning on in its place. */
struct spot {
    const struct repair *repair;
    size_t noise, way;
};

struct repair_drawing {
    const struct collection *collection;
    struct spot *spot;
    size_t count, noises, ways;
    struct seed_cell way[WAYS_MAX]; /* the first cell of each */
    struct buffer label[WAYS_MAX];
};

/* --- what goes into one figure ---------------------------------------------------------------------------
 */

static bool same_noise(const struct repair_drawing *of, const struct repair *a, const struct repair *b) {
    return !seed_cells_compare_noise(of->collection, a->child.runs[0], b->child.runs[0]);
}

static bool same_way(const struct repair_drawing *of, const struct seed_cell *way,
                     const struct repair *repair) {
    return !seed_cells_compare_settings(of->collection, way->runs[0], repair->child.runs[0]);
}

/* Whether parents were trained alike but for the noise. */
static bool same_training(const struct collection *collection, const struct repair *a,
                          const struct repair *b) {
    const struct record *one = a->child.runs[0], *other = b->child.runs[0];
    return one->sweep == other->sweep && !setting_compare_supervised(collection, one, other);
}

/* Adds a cell, unless there are too many ways already: false, and it is of a further figure. Cells come noise
 * by noise. */
static bool place(struct repair_drawing *of, const struct repair *repair, const struct seed_cell *cell) {
    size_t way = 0;
    while (way < of->ways && !same_way(of, &of->way[way], repair)) way++;
    if (way == WAYS_MAX) return false;
    if (way == of->ways) of->way[of->ways++] = *cell;
    if (!of->count || !same_noise(of, of->spot[of->count - 1].repair, repair)) of->noises++;
    of->spot[of->count++] = (struct spot){repair, of->noises - 1, way};
    return true;
}

/* The key says what tells the ways apart; of a single one its method. */
static enum err label_ways(struct repair_drawing *of, struct error *error) {
    if (of->ways > 1) return seed_cells_label(of->collection, of->way, of->ways, false, of->label, error);
    label_setting("method", of->way[0].runs[0]->outcome.method, &of->label[0]);
    return of->label[0].failed ? err_memory(error, "a figure") : ERR_OK;
}

/* The method after the title, where all ways in the key have the same one, which tells none apart. */
static void add_method(struct buffer *title, const struct repair_drawing *of) {
    const char *method = of->way[0].runs[0]->outcome.method;
    struct buffer label = {0};
    for (size_t way = 1; way < of->ways; way++)
        if (strcmp(of->way[way].runs[0]->outcome.method, method)) return;
    if (of->ways < 2) return;
    label_setting("method", method, &label);
    buffer_printf(title, ", %s", label.failed ? "" : label.bytes);
    title->failed |= label.failed;
    buffer_free(&label);
}

/* --- data ------------------------------------------------------------------------------------------------
 */

/* Place of a column of a group, 0 being the parents'. Groups stand further apart than columns. */
static double position(const struct repair_drawing *of, size_t noise, size_t column) {
    double ways = (double)of->ways, apart = fmin(0.2, 0.7 / ways);
    return (double)noise + 1 + apart * ((double)column - ways / 2);
}

static void add_side(struct drawing *drawing, const struct repair_drawing *of, const struct spot *spot,
                     size_t column) {
    const struct repair_side *side = column ? &spot->repair->child : &spot->repair->parent;
    struct buffer *means = &drawing->data[0], *runs = &drawing->data[1], name = {0};
    struct interval interval = level_interval(&side->level);
    const double values[] = {position(of, spot->noise, column), level_mean(&side->level), interval.low,
                             interval.high};
    buffer_printf(means, "%zu", column);
    csv_numbers(means, values, sizeof values / sizeof *values);
    seed_cells_name_noise(repair_trained(spot->repair), &name);
    buffer_printf(means, ",%zu,", side->level.count);
    csv_text(means, name.failed ? "" : name.bytes);
    buffer_char(means, ',');
    csv_text(means, column ? of->label[column - 1].bytes : "parent");
    buffer_char(means, '\n');
    for (size_t r = 0; r < side->level.count; r++) {
        buffer_printf(runs, "%zu", column);
        csv_numbers(runs, (const double[]){values[0], trial_accuracy(&side->trials[r])}, 2);
        buffer_printf(runs, ",%lld,", (long long)side->trials[r].seed);
        csv_text(runs, side->runs[r]->run);
        buffer_char(runs, '\n');
    }
    means->failed |= name.failed;
    buffer_free(&name);
}

/* The parents of a group are those of its first cell that has any: methods share them. */
static void add_data(struct drawing *drawing, const struct repair_drawing *of) {
    buffer_text(&drawing->data[0], "column,place,accuracy,low,high,runs,noise,label\n");
    buffer_text(&drawing->data[1], "column,place,accuracy,seed,run\n");
    for (size_t i = 0, shown = of->noises; i < of->count; i++) {
        const struct spot *spot = &of->spot[i];
        if (spot->noise != shown && spot->repair->parent.level.count) {
            add_side(drawing, of, spot, 0);
            shown = spot->noise;
        }
        add_side(drawing, of, spot, spot->way + 1);
    }
}

/* --- the figure ------------------------------------------------------------------------------------------
 */

static const char *colour_of(size_t column) { return column ? palette_kind((int)column - 1) : PALETTE_MUTED; }

static void element(struct drawing *drawing, int file, size_t column, const char *values, const char *style) {
    struct buffer *plot = &drawing->plot;
    if (plot->length) buffer_text(plot, ", \\\n");
    buffer_printf(
        plot, "  %s skip 1 using (column(1) == %zu ? column(2) : NaN):%s with %s linecolor rgb '%s' notitle",
        drawing_files[file], column, values, style, colour_of(column));
}

/* A dashed line where the clean model is. */
static void add_clean(struct drawing *drawing, const struct repair_drawing *of) {
    const struct repair_side *clean = NULL;
    for (size_t i = 0; i < of->count && !clean; i++)
        if (of->spot[i].repair->clean.level.count) clean = &of->spot[i].repair->clean;
    if (!clean) return;
    buffer_text(&drawing->data[2], "place,clean\n");
    for (int end = 0; end < 2; end++) {
        buffer_printf(&drawing->data[2], "%g,", 0.5 + end * (double)of->noises);
        csv_number(&drawing->data[2], level_mean(&clean->level));
        buffer_char(&drawing->data[2], '\n');
    }
    buffer_printf(&drawing->plot,
                  "  %s skip 1 using 1:(100 * column(2)) with lines linewidth 1.5 " FIGURE_DASHES
                  " linecolor rgb '%s' notitle",
                  drawing_files[2], PALETTE_MUTED);
}

static void add_axes(struct drawing *drawing, const struct repair_drawing *of) {
    struct buffer *setup = &drawing->setup;
    buffer_printf(setup, "set xrange [0.5:%g]\nset xtics %s(", 0.5 + (double)of->noises,
                  of->noises > UPRIGHT ? "rotate by 20 right " : "");
    for (size_t i = 0; i < of->count; i++) {
        struct buffer name = {0}, format = {0};
        if (i && of->spot[i].noise == of->spot[i - 1].noise) continue;
        seed_cells_name_noise(repair_trained(of->spot[i].repair), &name);
        for (size_t c = 0; c < name.length; c++) { /* a label of an axis is a format */
            if (name.bytes[c] == '%') buffer_char(&format, '%');
            buffer_char(&format, name.bytes[c]);
        }
        buffer_text(setup, i ? ", " : "");
        gnuplot_string(setup, format.failed ? "" : format.bytes);
        buffer_printf(setup, " %zu", of->spot[i].noise + 1);
        setup->failed |= name.failed || format.failed;
        buffer_free(&format);
        buffer_free(&name);
    }
    buffer_text(setup, ") noenhanced\nset grid noxtics\nset yrange [-2:103]\n"
                       "set ytics 0,20,100 format '%g %%'\n");
    drawing_axis_names(drawing, "noise in the data that they started from", "exact-match accuracy");
}

static void add_key(struct drawing *drawing, const struct repair_drawing *of, bool has_clean) {
    struct key_entry key[WAYS_MAX + 2];
    size_t count = 0;
    key[count++] = (struct key_entry){.label = "before", .colour = colour_of(0), .symbol = 6};
    for (size_t way = 0; way < of->ways; way++)
        key[count++] =
            (struct key_entry){.label = of->label[way].bytes, .colour = colour_of(way + 1), .symbol = 7};
    if (has_clean)
        key[count++] = (struct key_entry){.label = "clean", .colour = colour_of(0), .dashed = true};
    drawing_key(drawing, key, count);
}

static enum err draw(const char *plots, struct repair_drawing *of, struct figures *figures,
                     struct error *error) {
    struct drawing drawing = {0};
    const struct record *record = of->spot[0].repair->child.runs[0];
    enum err code = label_ways(of, error);
    if (!code) {
        buffer_printf(&drawing.title, "%s: accuracy before and after reinforcement learning", record->task);
        add_method(&drawing.title, of);
        buffer_text(&drawing.caption,
                    "Exact-match accuracy on test problems. Before: the runs that the others started from, "
                    "trained on data with that noise; the dashed line: the same training without noise. "
                    "Means over seeds with 95 % intervals; dots: single runs.");
        if (of->noises > UPRIGHT) {
            drawing.plot_height = FIGURE_PLOT_HEIGHT + SLANTED;
            drawing.bottom = FIGURE_BELOW + SLANTED;
        }
        add_clean(&drawing, of);
        add_key(&drawing, of, drawing.plot.length > 0);
        add_axes(&drawing, of);
        add_data(&drawing, of);
        for (size_t column = 0; column <= of->ways; column++) {
            element(&drawing, 0, column, "(100 * column(3)):(100 * column(4)):(100 * column(5))",
                    column ? "yerrorbars linewidth 2 pointtype 7 pointsize 0.8"
                           : "yerrorbars linewidth 2 pointtype 6 pointsize 0.8");
            element(&drawing, 1, column, "(100 * column(3))", "points pointtype 7 pointsize 0.25");
        }
        code = figure_add(figures, FIGURE_REPAIR, &drawing, plots, error);
    }
    drawing_free(&drawing);
    for (size_t way = 0; way < of->ways; way++) buffer_free(&of->label[way]);
    return code;
}

enum err plot_repair(const char *plots, const struct collection *collection, const struct repairs *repairs,
                     struct figures *figures, struct error *error) {
    enum err code = ERR_OK;
    struct spot *spots = memory_array(repairs->count, sizeof *spots);
    bool *placed = memory_array(repairs->count, sizeof *placed);
    if (!spots || !placed) code = err_memory(error, "a figure");
    for (size_t first = 0; first < repairs->count && !code; first++) {
        const struct repair *repair = repairs->repair;
        struct repair_drawing of = {.collection = collection, .spot = spots};
        if (placed[first]) continue;
        for (size_t i = first; i < repairs->count; i++)
            if (!placed[i] && same_training(collection, &repair[first], &repair[i]))
                placed[i] = place(&of, &repair[i], &repairs->cells.cell[i]);
        code = draw(plots, &of, figures, error);
    }
    free(placed);
    free(spots);
    return code;
}
