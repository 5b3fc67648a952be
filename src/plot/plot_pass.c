/* Figures of pass@k against k: what more attempts at a problem are worth. See plots.h. */
#define _GNU_SOURCE /* qsort_r */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/memory.h"
#include "curve/labels.h"
#include "curve/setting.h"
#include "curve/statistics.h"
#include "plot/gnuplot.h"
#include "plot/palette.h"
#include "plot/plots.h"
#include "record/selection.h"

/* Runs that differ in nothing but the seed: a line. */
struct cell {
    const struct record *const *runs; /* all with as many completions a problem */
    size_t count;
    struct buffer label;
};

/* Lines that share a figure. */
struct cell_group {
    struct cell cell[PLOTTED_MAX];
    size_t count;
    bool of_noise; /* they differ in the noise, not in what was trained */
};

/* What compare needs besides the runs. */
struct ordering {
    const struct collection *collection;
};

/* --- which runs are a cell --------------------------------------------------------------------------- */

/* By the noise, weakest first; noise.answer and the like count as well. */
static int compare_noise(const struct collection *collection, const struct record *a,
                         const struct record *b) {
    int order = record_is_clean(b) - record_is_clean(a);
    for (size_t i = 0; i < collection->varied.count && !order; i++)
        if (field_is_of_noise(&collection->varied.field[i]))
            order = field_compare(&collection->varied.field[i], a, b);
    return order;
}

static int compare_settings(const struct collection *collection, const struct record *a,
                            const struct record *b) {
    int order = a->sweep - b->sweep;
    return order ? order : setting_compare(collection, a, b);
}

static int compare(const void *left, const void *right, void *context) {
    const struct collection *collection = ((const struct ordering *)context)->collection;
    const struct record *a = *(const struct record *const *)left, *b = *(const struct record *const *)right;
    int order = compare_noise(collection, a, b);
    if (!order) order = compare_settings(collection, a, b);
    return order ? order : (a->config.seed > b->config.seed) - (a->config.seed < b->config.seed);
}

/* Runs that drew completions for pass@k, cell by cell. NULL without memory. */
static const struct record **find_runs(const struct collection *collection, size_t *count) {
    const struct record **runs = memory_array(collection->count, sizeof *runs);
    struct ordering ordering = {collection};
    *count = 0;
    for (size_t r = 0; r < collection->count && runs; r++)
        if (collection->records[r]->outcome.evaluation.pass.samples)
            runs[(*count)++] = collection->records[r];
    if (*count) qsort_r(runs, *count, sizeof *runs, compare, &ordering);
    return runs;
}

/* How many of the runs, from the first on, are of its cell. */
static size_t cell_length(const struct collection *collection, const struct record *const *runs,
                          size_t count) {
    size_t length = 1;
    while (length < count && !compare_noise(collection, runs[0], runs[length]) &&
           !compare_settings(collection, runs[0], runs[length]))
        length++;
    return length;
}

/* --- in words ------------------------------------------------------------------------------------------- */

static void label_noises(const struct collection *collection, const struct record *record,
                         struct buffer *text) {
    bool first = true;
    for (int i = 0; i < collection->kind_count && !record_is_clean(record); i++) {
        double level = record_level(record, collection->kinds[i]);
        if (!(level > 0)) continue;
        if (!first) buffer_text(text, " + ");
        first = false;
        label_noise(collection->kinds[i], text);
        buffer_char(text, ' ');
        label_percent(level, text);
    }
    if (first) buffer_text(text, "no noise");
    if (first || record->contaminated >= 1) return;
    buffer_text(text, ", ");
    label_percent(record->contaminated, text);
    buffer_text(text, " of samples");
}

/* What tells the cells of a figure apart. */
static enum err label_cells(const struct collection *collection, struct cell_group *cells,
                            struct error *error) {
    const struct record *firsts[PLOTTED_MAX];
    struct setting_names names = {0};
    for (size_t i = 0; i < cells->count; i++) firsts[i] = cells->cell[i].runs[0];
    enum err code = setting_find_names(collection, firsts, cells->count,
                                       cells->of_noise ? NAMING_NOISE : NAMING_SWEEPS, &names, error);
    for (size_t i = 0; i < cells->count && !code; i++) {
        struct buffer *label = &cells->cell[i].label, setting = {0};
        if (cells->of_noise) label_noises(collection, firsts[i], label);
        setting_describe(collection, firsts[i], &names, &setting);
        if (setting.length) buffer_printf(label, "%s%s", label->length ? ", " : "", setting.bytes);
        if (!label->length) buffer_text(label, "all runs");
        if (label->failed || setting.failed) code = err_memory(error, "a figure");
        buffer_free(&setting);
    }
    fields_free(&names.fields);
    return code;
}

/* --- numbers ------------------------------------------------------------------------------------------- */

static double share_of(const struct cell *cell, size_t run, int n) {
    double share;
    struct interval unused;
    pass_evaluation_k(&cell->runs[run]->outcome.evaluation.pass, n, &share, &unused);
    return share;
}

/* Mean over seeds, and Student's 95 % interval of it; NaN where there is one seed. */
static void mean_over_seeds(const struct cell *cell, int n, double *mean, struct interval *interval) {
    double sum = 0, squares = 0, runs = (double)cell->count;
    for (size_t r = 0; r < cell->count; r++) sum += share_of(cell, r, n);
    *mean = sum / runs;
    *interval = (struct interval){NAN, NAN};
    if (cell->count < 2) return;
    for (size_t r = 0; r < cell->count; r++) squares += pow(share_of(cell, r, n) - *mean, 2);
    double half = statistics_student(cell->count - 1) * sqrt(squares / (runs - 1) / runs);
    *interval = (struct interval){fmax(0, *mean - half), fmin(1, *mean + half)};
}

static void cell_data(struct drawing *drawing, const struct cell *cell, size_t number) {
    struct buffer *means = &drawing->data[0], *runs = &drawing->data[1];
    double mean;
    struct interval interval;
    int64_t k;
    for (int n = 0; (k = pass_evaluation_k(&cell->runs[0]->outcome.evaluation.pass, n, &mean, &interval)) > 0;
         n++) {
        mean_over_seeds(cell, n, &mean, &interval);
        const double values[] = {mean, interval.low, interval.high};
        buffer_printf(means, "%zu,%" PRId64, number, k);
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            buffer_char(means, ',');
            csv_number(means, values[v]);
        }
        buffer_printf(means, ",%zu,", cell->count);
        csv_text(means, cell->label.bytes);
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

static const char *colour_of(const struct cell_group *cells, size_t i) {
    return cells->of_noise ? palette_step((int)i, (int)cells->count) : palette_kind((int)i);
}

static void element(struct buffer *plot, const char *file, size_t number, const char *expression) {
    if (plot->length) buffer_text(plot, ", \\\n");
    buffer_printf(plot, "  %s skip 1 using (column(1) == %zu ? column(2) : NaN):%s ", file, number,
                  expression);
}

static void add_lines(struct drawing *drawing, const struct cell_group *cells) {
    struct buffer *plot = &drawing->plot;
    buffer_text(&drawing->data[0], "cell,k,pass,low,high,runs,label\n");
    buffer_text(&drawing->data[1], "cell,k,pass,seed,run\n");
    for (size_t i = 0; i < cells->count; i++) {
        cell_data(drawing, &cells->cell[i], i + 1);
        if (cells->cell[i].count < 2) continue;
        element(plot, drawing_files[0], i + 1, "(100 * column(4)):(100 * column(5))");
        buffer_printf(plot, "with filledcurves linecolor rgb '%s' notitle", colour_of(cells, i));
    }
    for (size_t i = 0; i < cells->count; i++) {
        element(plot, drawing_files[1], i + 1, "(100 * column(3))");
        buffer_printf(plot, "with points pointtype 7 pointsize 0.25 linecolor rgb '%s' notitle",
                      colour_of(cells, i));
        element(plot, drawing_files[0], i + 1, "(100 * column(3))");
        buffer_printf(plot,
                      "with linespoints linewidth 2 pointtype 7 pointsize 0.6 linecolor rgb '%s' notitle",
                      colour_of(cells, i));
    }
}

static void setup_axes(struct drawing *drawing, const struct cell_group *cells) {
    int64_t most = 1;
    for (size_t i = 0; i < cells->count; i++) {
        int64_t samples = cells->cell[i].runs[0]->outcome.evaluation.pass.samples;
        if (samples > most) most = samples;
    }
    buffer_printf(&drawing->setup,
                  "set logscale x 2\nset xrange [0.93:%g]\nset yrange [-2:103]\n"
                  "set xtics 1,2,%d format '%%g'\nset ytics 0,20,100 format '%%g %%%%'\n"
                  "set xlabel 'k: completions that are tried'\n"
                  "set ylabel 'problems with a right one'\n",
                  most > 1 ? (double)most * 1.07 : 2, PASS_SAMPLES_MAX);
}

static enum err draw(const char *plots, const struct collection *collection, struct cell_group *cells,
                     struct figures *figures, struct error *error) {
    struct drawing drawing = {0};
    struct key_entry key[PLOTTED_MAX];
    const struct record *record = cells->cell[0].runs[0];
    enum err code = label_cells(collection, cells, error);
    if (!code) {
        for (size_t i = 0; i < cells->count; i++)
            key[i] = (struct key_entry){
                .label = cells->cell[i].label.bytes, .colour = colour_of(cells, i), .symbol = 7};
        buffer_printf(&drawing.title, "%s: problems solved by one of k completions", record->task);
        if (!cells->of_noise) {
            buffer_text(&drawing.title, ", ");
            label_noises(collection, record, &drawing.title);
        }
        buffer_text(&drawing.caption,
                    "pass@k, estimated without bias from all completions that were drawn for each test "
                    "problem at temperature 1. Lines: means over seeds; bands: 95 % intervals over seeds, "
                    "where there are several; dots: single runs.");
        drawing_key(&drawing, key, cells->count);
        setup_axes(&drawing, cells);
        add_lines(&drawing, cells);
        code = figure_add(figures, FIGURE_PASS, &drawing, plots, error);
    }
    drawing_free(&drawing);
    for (size_t i = 0; i < cells->count; i++) buffer_free(&cells->cell[i].label);
    return code;
}

/* Whether all runs were trained alike: then what differs is the noise, and its levels share a figure. */
static bool is_one_setting(const struct collection *collection, const struct record *const *runs,
                           size_t count) {
    for (size_t i = 1; i < count; i++)
        if (compare_settings(collection, runs[0], runs[i])) return false;
    return true;
}

enum err plot_pass(const char *plots, const struct collection *collection, struct figures *figures,
                   struct error *error) {
    size_t count = 0;
    const struct record **runs = find_runs(collection, &count);
    enum err code = runs ? ERR_OK : err_memory(error, "a figure");
    bool of_noise = !code && is_one_setting(collection, runs, count);
    for (size_t i = 0; i < count && !code;) {
        const struct record *first = runs[i];
        struct cell_group cells = {.of_noise = of_noise};
        while (i < count && cells.count < PLOTTED_MAX &&
               (of_noise || !compare_noise(collection, first, runs[i]))) {
            size_t length = cell_length(collection, runs + i, count - i);
            cells.cell[cells.count++] = (struct cell){.runs = runs + i, .count = length};
            i += length;
        }
        code = draw(plots, collection, &cells, figures, error);
    }
    free(runs);
    return code;
}
