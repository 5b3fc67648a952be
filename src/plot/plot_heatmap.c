/* Figures of accuracy over two things that vary at once: rate and contamination, or the rates of two kinds.
 * See plots.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/memory.h"
#include "curve/labels.h"
#include "curve/setting.h"
#include "plot/gnuplot.h"
#include "plot/palette.h"
#include "plot/plots.h"

enum { SIDE_MAX = 24 /* levels a side */ };
/* In pixels: left of all text, and a row. */
enum { EDGE = 14, ROW = 44 };

/* A map has a row for each of these curves, which differ in the one other thing, and a column a level. */
struct map {
    const struct curve *curve[SIDE_MAX];
    double across[SIDE_MAX], up[SIDE_MAX]; /* levels, ascending */
    size_t columns, rows;
    int other; /* axis that rises from row to row */
};

static double other_level(const struct curve *curve, int axis) {
    return axis == AXIS_CONTAMINATION ? curve->noisy->contaminated : record_level(curve->noisy, axis);
}

/* Whether two curves along the same axis differ in `other` alone. */
static bool differ_in(const struct collection *collection, const struct curve *one, const struct curve *two,
                      int other) {
    const struct record *a = one->noisy, *b = two->noisy;
    if (one->setting != two->setting || one->axis != two->axis || setting_compare_noise(collection, a, b))
        return false;
    if (other != AXIS_CONTAMINATION && a->contaminated != b->contaminated) return false;
    for (int i = 0; i < collection->kind_count; i++) {
        int kind = collection->kinds[i];
        if (kind != one->axis && kind != other && record_level(a, kind) != record_level(b, kind))
            return false;
    }
    return true;
}

static void add_level(double *levels, size_t *count, double level) {
    size_t place = 0;
    while (place < *count && levels[place] < level) place++;
    if ((place < *count && levels[place] == level) || *count == SIDE_MAX) return;
    memmove(levels + place + 1, levels + place, (*count - place) * sizeof *levels);
    levels[place] = level;
    ++*count;
}

/* Gathers the curves that differ from `first` in `other`. */
static struct map gather(const struct collection *collection, const struct curves *curves,
                         const struct curve *first, int other) {
    struct map map = {.other = other};
    for (const struct curve *curve = first; curve < curves->curve + curves->count; curve++) {
        if (!differ_in(collection, first, curve, other) || other_level(curve, other) <= 0 ||
            map.rows == SIDE_MAX)
            continue;
        size_t before = map.rows, place = 0;
        add_level(map.up, &map.rows, other_level(curve, other));
        if (map.rows == before) continue;
        while (map.up[place] != other_level(curve, other)) place++;
        memmove(map.curve + place + 1, map.curve + place, (before - place) * sizeof *map.curve);
        map.curve[place] = curve;
        for (size_t i = 0; i < curve->count; i++) add_level(map.across, &map.columns, curve->levels[i].noise);
    }
    return map;
}

static void map_data(const struct map *map, struct buffer *csv) {
    buffer_text(csv, "column,row,across,up,accuracy,runs\n");
    for (size_t r = 0; r < map->rows; r++)
        for (size_t i = 0; i < map->curve[r]->count; i++) {
            double noise = map->curve[r]->levels[i].noise;
            size_t column = 0;
            while (column < map->columns && map->across[column] != noise) column++;
            if (column == map->columns) continue;
            buffer_printf(csv, "%zu,%zu", column, r);
            csv_numbers(csv, (const double[]){noise, map->up[r], map->curve[r]->points[i].mean}, 3);
            buffer_printf(csv, ",%zu\n", map->curve[r]->levels[i].count);
        }
}

static void tics(struct buffer *setup, char axis, const double *levels, size_t count) {
    buffer_printf(setup, "set %ctics (", axis);
    for (size_t i = 0; i < count; i++) {
        buffer_text(setup, i ? ", '" : "'");
        label_percent(levels[i], setup);
        buffer_printf(setup, "%%' %zu", i); /* a tic label is a format: its last % is doubled */
    }
    buffer_text(setup, ") scale 0\n");
}

static void axis_name(int axis, struct buffer *text) {
    if (axis == AXIS_CONTAMINATION) {
        buffer_text(text, "contamination (share of samples)");
    } else {
        buffer_text(text, "rate of ");
        label_noise(axis, text);
        buffer_text(text, " noise");
    }
}

/* The name of the axis upwards lies above it, for a standing one has no room beside few rows. */
static void label_axes(const struct map *map, struct drawing *drawing) {
    struct buffer across = {0}, up = {0};
    axis_name(map->curve[0]->axis, &across);
    axis_name(map->other, &up);
    drawing_axis_names(drawing, across.failed ? "" : across.bytes, NULL);
    buffer_text(&drawing->setup, "set label ");
    gnuplot_string(&drawing->setup, up.failed ? "" : up.bytes);
    buffer_printf(&drawing->setup,
                  " at screen %.4f, graph 1 left offset 0,0.9 noenhanced textcolor rgb '" PALETTE_MUTED "'\n",
                  drawing_across(EDGE));
    drawing->setup.failed |= across.failed || up.failed;
    buffer_free(&across);
    buffer_free(&up);
}

static enum err draw(const char *plots, const struct map *map, struct figures *figures, struct error *error) {
    struct drawing drawing = {.plot_height = FIGURE_ABOVE + FIGURE_BELOW + ROW * (int)map->rows,

                              .right = 92,
                              .key_rows = 1};
    const struct curve *curve = map->curve[0];
    buffer_text(&drawing.title, *curve->place ? curve->place : curve->noisy->task);
    buffer_text(&drawing.title, ": ");
    axis_name(curve->axis, &drawing.title);
    buffer_text(&drawing.title, " × ");
    axis_name(map->other, &drawing.title);
    buffer_text(&drawing.caption,
                "Each cell: mean exact-match accuracy on clean problems, in percent. Empty cells "
                "were not run.");
    map_data(map, &drawing.data[0]);
    buffer_printf(
        &drawing.setup,
        "unset grid\nset border 0\n"
        "set xrange [-0.5:%g]\nset yrange [-0.5:%g]\nset cbrange [0:100]\n"
        "set palette defined (0 '#440154', 25 '#3b528b', 50 '#21918c', 75 '#5ec962', 100 '#fde725')\n"
        "set colorbox noborder user origin graph 1.03, graph 0 size 0.02, graph 1\n"
        "set cbtics 0,25,100 format '%%g %%%%' scale 0 textcolor rgb '" PALETTE_MUTED "'\n"
        "set style fill solid 1 noborder\n",
        (double)map->columns - 0.5, (double)map->rows - 0.5);
    tics(&drawing.setup, 'x', map->across, map->columns);
    tics(&drawing.setup, 'y', map->up, map->rows);
    label_axes(map, &drawing);
    buffer_text(&drawing.plot,
                "  data skip 1 using 1:2:($1-0.485):($1+0.485):($2-0.475):($2+0.475):(100*$5) "
                "with boxxyerror linecolor palette notitle, \\\n"
                "  data skip 1 using 1:($5 < 0.55 ? $2 : NaN):(sprintf('%.0f', 100*$5)) with labels "
                "textcolor rgb '#fefefe' notitle, \\\n"
                "  data skip 1 using 1:($5 < 0.55 ? NaN : $2):(sprintf('%.0f', 100*$5)) with labels "
                "textcolor rgb '#010101' notitle");
    enum err code = figure_add(figures, FIGURE_HEATMAP, &drawing, plots, error);
    drawing_free(&drawing);
    return code;
}

/* Whether an earlier curve already gave the map that starts at `curve`. */
static bool is_first(const struct collection *collection, const struct curves *curves,
                     const struct curve *curve, int other) {
    for (const struct curve *earlier = curves->curve; earlier < curve; earlier++)
        if (differ_in(collection, earlier, curve, other) && other_level(earlier, other) > 0) return false;
    return true;
}

/* The n-th axis that may rise from row to row: the kinds of noise in their order, then contamination; -1
 * after it. */
static int other_axis(const struct collection *collection, int n) {
    if (n < collection->kind_count) return collection->kinds[n];
    return n == collection->kind_count ? AXIS_CONTAMINATION : -1;
}

enum err plot_heatmaps(const char *plots, const struct collection *collection, const struct curves *curves,
                       struct figures *figures, struct error *error) {
    enum err code = ERR_OK;
    for (size_t i = 0; i < curves->count && !code; i++) {
        const struct curve *curve = &curves->curve[i];
        if (curve->axis >= NOISE_KINDS_MAX) continue;
        for (int n = curve->rank + 1, other; (other = other_axis(collection, n)) >= 0 && !code; n++) {
            if (other_level(curve, other) <= 0 || !is_first(collection, curves, curve, other)) continue;
            struct map map = gather(collection, curves, curve, other);
            if (map.rows >= 2 && map.columns >= 3) code = draw(plots, &map, figures, error);
        }
    }
    return code;
}
