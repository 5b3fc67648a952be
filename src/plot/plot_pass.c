/* Figures of pass@k against k: what more attempts at a problem are worth. See plots.h. */
#include <inttypes.h>

#include "base/csv.h"
#include "curve/labels.h"
#include "curve/seed_cells.h"
#include "curve/statistics.h"
#include "plot/gnuplot.h"
#include "plot/palette.h"
#include "plot/plots.h"

/* Cells that share a figure, a line each. */
struct pass_lines {
    const struct seed_cell *cell; /* of each all runs have as many completions a problem */
    struct buffer label[PLOTTED_MAX];
    size_t count;
    bool of_noise; /* they differ in the noise, not in what was trained */
};

static bool is_drawn(const struct record *run) { return run->outcome.evaluation.pass.samples > 0; }

/* --- numbers ------------------------------------------------------------------------------------------- */

static double share_of(const struct seed_cell *cell, size_t run, int n) {
    double share;
    struct interval unused;
    pass_evaluation_k(&cell->runs[run]->outcome.evaluation.pass, n, &share, &unused);
    return share;
}

static struct running over_seeds(const struct seed_cell *cell, int n) {
    struct running running = {0};
    for (size_t r = 0; r < cell->count; r++) running_add(&running, share_of(cell, r, n));
    return running;
}

static void cell_data(struct drawing *drawing, const struct seed_cell *cell, const char *label,
                      size_t number) {
    struct buffer *means = &drawing->data[0], *runs = &drawing->data[1];
    double mean;
    struct interval interval;
    int64_t k;
    for (int n = 0; (k = pass_evaluation_k(&cell->runs[0]->outcome.evaluation.pass, n, &mean, &interval)) > 0;
         n++) {
        struct running running = over_seeds(cell, n);
        interval = running_interval(&running);
        const double values[] = {running.mean, interval.low, interval.high};
        buffer_printf(means, "%zu,%" PRId64, number, k);
        csv_numbers(means, values, sizeof values / sizeof *values);
        buffer_printf(means, ",%zu,", cell->count);
        csv_text(means, label);
        buffer_char(means, '\n');
        for (size_t r = 0; r < cell->count; r++) {
            buffer_printf(runs, "%zu,%" PRId64 ",", number, k);
            csv_number(runs, share_of(cell, r, n));
            buffer_printf(runs, ",%" PRId64 ",", cell->runs[r]->config.seed);
            csv_text(runs, cell->runs[r]->run);
            buffer_char(runs, '\n');
        }
    }
}

/* --- the figure ---------------------------------------------------------------------------------------- */

static void element(struct buffer *plot, const char *file, size_t number, const char *expression) {
    if (plot->length) buffer_text(plot, ", \\\n");
    buffer_printf(plot, "  %s skip 1 using (column(1) == %zu ? column(2) : NaN):%s ", file, number,
                  expression);
}

static void add_lines(struct drawing *drawing, const struct pass_lines *lines) {
    struct buffer *plot = &drawing->plot;
    buffer_text(&drawing->data[0], "cell,k,pass,low,high,runs,label\n");
    buffer_text(&drawing->data[1], "cell,k,pass,seed,run\n");
    for (size_t i = 0; i < lines->count; i++) {
        cell_data(drawing, &lines->cell[i], lines->label[i].bytes, i + 1);
        if (lines->cell[i].count < 2) continue;
        element(plot, drawing_files[0], i + 1, "(100 * column(4)):(100 * column(5))");
        buffer_printf(plot, "with filledcurves linecolor rgb '%s' notitle",
                      palette_series(i, lines->count, lines->of_noise));
    }
    for (size_t i = 0; i < lines->count; i++) {
        element(plot, drawing_files[1], i + 1, "(100 * column(3))");
        buffer_printf(plot, "with points pointtype 7 pointsize 0.25 linecolor rgb '%s' notitle",
                      palette_series(i, lines->count, lines->of_noise));
        element(plot, drawing_files[0], i + 1, "(100 * column(3))");
        buffer_printf(plot,
                      "with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '%s' notitle",
                      palette_series(i, lines->count, lines->of_noise));
    }
}

static void setup_axes(struct drawing *drawing, const struct pass_lines *lines) {
    int64_t most = 1;
    for (size_t i = 0; i < lines->count; i++) {
        int64_t samples = lines->cell[i].runs[0]->outcome.evaluation.pass.samples;
        if (samples > most) most = samples;
    }
    buffer_printf(&drawing->setup,
                  "set logscale x 2\nset xrange [0.93:%g]\nset yrange [-2:103]\n"
                  "set xtics 1,2,%d format '%%g'\nset ytics 0,20,100 format '%%g %%%%'\n",
                  most > 1 ? (double)most * 1.07 : 2, PASS_SAMPLES_MAX);
    drawing_axis_names(drawing, "k: completions that are tried", "problems with a right one");
}

static enum err draw(const char *plots, const struct collection *collection, struct pass_lines *lines,
                     struct figures *figures, struct error *error) {
    struct drawing drawing = {0};
    struct key_entry key[PLOTTED_MAX];
    const struct record *record = lines->cell[0].runs[0];
    enum err code =
        seed_cells_label(collection, lines->cell, lines->count, lines->of_noise, lines->label, error);
    if (!code) {
        for (size_t i = 0; i < lines->count; i++)
            key[i] = (struct key_entry){.label = lines->label[i].bytes,
                                        .colour = palette_series(i, lines->count, lines->of_noise),
                                        .symbol = 7};
        buffer_printf(&drawing.title, "%s: problems solved by one of k completions", record->task);
        if (!lines->of_noise) {
            buffer_text(&drawing.title, ", ");
            seed_cells_name_noise(record, &drawing.title);
        }
        buffer_text(&drawing.caption,
                    "pass@k, estimated without bias from all completions that were drawn for each test "
                    "problem at temperature 1. Lines: means over seeds; bands: 95 % intervals over seeds, "
                    "where there are several; dots: single runs.");
        drawing_key(&drawing, key, lines->count);
        setup_axes(&drawing, lines);
        add_lines(&drawing, lines);
        code = figure_add(figures, FIGURE_PASS, &drawing, plots, error);
    }
    drawing_free(&drawing);
    for (size_t i = 0; i < lines->count; i++) buffer_free(&lines->label[i]);
    return code;
}

enum err plot_pass(const char *plots, const struct collection *collection, struct figures *figures,
                   struct error *error) {
    struct seed_cells cells;
    enum err code = seed_cells_find(collection, is_drawn, &cells, error);
    if (code) return code;
    bool of_noise = seed_cells_are_of_noise(collection, &cells);
    for (size_t i = 0; i < cells.count && !code;) {
        struct pass_lines lines = {
            .cell = &cells.cell[i],
            .count = seed_cells_together(collection, &cells, i, of_noise, PLOTTED_MAX),
            .of_noise = of_noise,
        };
        code = draw(plots, collection, &lines, figures, error);
        i += lines.count;
    }
    seed_cells_free(&cells);
    return code;
}
