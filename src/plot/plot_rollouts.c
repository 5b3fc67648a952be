/* Figures of reinforcement learning: greedy accuracy, and what is drawn, against rollouts. See plots.h. */
#include <math.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/memory.h"
#include "curve/seed_cells.h"
#include "curve/statistics.h"
#include "plot/palette.h"
#include "plot/plots.h"
#include "record/layout.h"
#include "record/metrics.h"

/* What the runs of a cell came to after so many rollouts. */
struct course_point {
    double rollouts;
    struct running running; /* over seeds */
};

struct course {
    struct course_point *point;
    size_t count, capacity;
};

/* How far bars of cells stand apart, of the whole axis. */
static const double bars_apart = 0.005;

enum course_kind { COURSE_ACCURACY, COURSE_REWARD, COURSES };
static const char *const course_names[COURSES] = {"accuracy", "reward"};

/* Cells that share a figure, two courses each. */
struct courses {
    const struct seed_cell *cell;
    struct course course[PLOTTED_MAX][COURSES];
    struct buffer label[PLOTTED_MAX];
    size_t count;
    bool of_noise; /* they differ in the noise, not in what was trained */
};

/* --- numbers ------------------------------------------------------------------------------------------- */

static enum err add_point(struct course *course, double rollouts, double value, struct error *error) {
    size_t i = 0;
    while (i < course->count && course->point[i].rollouts != rollouts) i++;
    if (i == course->count) {
        if (memory_reserve(&course->point, &course->capacity, i + 1, sizeof *course->point))
            return err_memory(error, "a figure");
        course->point[course->count++] = (struct course_point){.rollouts = rollouts};
    }
    running_add(&course->point[i].running, value);
    return ERR_OK;
}

/* Of two evaluations after as many rollouts the second is the test. */
static enum err add_series(struct course *course, const struct metric_series *series, struct error *error) {
    enum err code = ERR_OK;
    for (size_t i = 0; i < series->count && !code; i++)
        if (!i || series->done[i] > series->done[i - 1])
            code = add_point(course, series->done[i], series->value[i], error);
    return code;
}

static int compare_points(const void *left, const void *right) {
    const struct course_point *a = left, *b = right;
    return (a->rollouts > b->rollouts) - (a->rollouts < b->rollouts);
}

/* By rollouts; a mean of fewer seeds than others have would be a step that no run takes, and of seeds that
 * were never seen after as many rollouts (their logs are thinned at other places) there is no mean at all. */
static void finish_course(struct course *course, size_t runs) {
    size_t most = 0, kept = 0;
    for (size_t i = 0; i < course->count; i++)
        if (course->point[i].running.count > most) most = course->point[i].running.count;
    if (runs > 1 && most < 2) course->count = 0;
    for (size_t i = 0; i < course->count; i++)
        if (course->point[i].running.count == most) course->point[kept++] = course->point[i];
    course->count = kept;
    if (kept) qsort(course->point, kept, sizeof *course->point, compare_points);
}

static enum err read_cell(const struct collection *collection, const struct seed_cell *cell,
                          struct course courses[COURSES], struct error *error) {
    enum err code = ERR_OK;
    struct metrics *metrics = memory_array(1, sizeof *metrics);
    if (!metrics) return err_memory(error, "metrics");
    for (size_t r = 0; r < cell->count && !code; r++) {
        const char *results = collection->sources[cell->runs[r]->sweep].directory;
        char *directory = layout_run(results, cell->runs[r]->run);
        code = directory ? metrics_read(directory, metrics, error) : err_memory(error, "metrics");
        if (!code) code = add_series(&courses[COURSE_ACCURACY], &metrics->rl.accuracy, error);
        if (!code) code = add_series(&courses[COURSE_REWARD], &metrics->rl.drawn[DRAWN_TRUE_REWARD], error);
        free(directory);
    }
    for (int kind = 0; kind < COURSES; kind++) finish_course(&courses[kind], cell->count);
    free(metrics);
    return code;
}

/* --- the figure ---------------------------------------------------------------------------------------- */

static void add_rows(struct buffer *csv, const struct courses *courses, size_t cell, int kind) {
    const struct course *course = &courses->course[cell][kind];
    for (size_t i = 0; i < course->count; i++) {
        const struct running *running = &course->point[i].running;
        struct interval interval = running_interval(running);
        const double values[] = {course->point[i].rollouts, running->mean, interval.low, interval.high};
        buffer_printf(csv, "%zu,%s", cell + 1, course_names[kind]);
        csv_numbers(csv, values, sizeof values / sizeof *values);
        buffer_printf(csv, ",%zu,", running->count);
        csv_text(csv, courses->label[cell].bytes);
        buffer_char(csv, '\n');
    }
}

static void element(struct buffer *plot, size_t cell, int kind, const char *values, const char *style,
                    const char *colour) {
    if (plot->length) buffer_text(plot, ", \\\n");
    buffer_printf(plot,
                  "  data skip 1 using (column(1) == %zu && strcol(2) eq '%s' ? column(3) / 1e3 : NaN):%s "
                  "with %s linecolor rgb '%s' notitle",
                  cell + 1, course_names[kind], values, style, colour);
}

/* Bars of the intervals, those of each cell a little to the side, for bands of several would hide each other.
 */
static void add_bars(struct drawing *drawing, const struct courses *courses, size_t cell) {
    double most = 0;
    for (size_t i = 0; i < courses->count; i++)
        for (size_t p = 0; p < courses->course[i][COURSE_ACCURACY].count; p++)
            most = fmax(most, courses->course[i][COURSE_ACCURACY].point[p].rollouts / 1e3);
    double aside = most * bars_apart * ((double)cell - ((double)courses->count - 1) / 2);
    buffer_printf(
        &drawing->plot,
        "%s  data skip 1 using (column(1) == %zu && strcol(2) eq '%s' ? column(3) / 1e3 + %g : NaN):"
        "(100 * column(5)):(0):(100 * (column(6) - column(5))) with vectors nohead linewidth 1 "
        "linecolor rgb '%s' notitle",
        drawing->plot.length ? ", \\\n" : "", cell + 1, course_names[COURSE_ACCURACY], aside,
        palette_series(cell, courses->count, courses->of_noise));
}

/* Intervals below everything, then what was drawn, fainter, then accuracies. */
static void add_lines(struct drawing *drawing, const struct courses *courses) {
    buffer_text(&drawing->data[0], "cell,what,rollouts,mean,low,high,runs,label\n");
    for (size_t i = 0; i < courses->count; i++) {
        for (int kind = 0; kind < COURSES; kind++) add_rows(&drawing->data[0], courses, i, kind);
        const struct course *course = &courses->course[i][COURSE_ACCURACY];
        if (course->count && course->point[0].running.count > 1) add_bars(drawing, courses, i);
    }
    for (size_t i = 0; i < courses->count; i++)
        if (courses->course[i][COURSE_REWARD].count)
            element(&drawing->plot, i, COURSE_REWARD, "(100 * column(4))",
                    "lines linewidth 0.8 dashtype (3,4)",
                    palette_series(i, courses->count, courses->of_noise));
    for (size_t i = 0; i < courses->count; i++)
        if (courses->course[i][COURSE_ACCURACY].count)
            element(&drawing->plot, i, COURSE_ACCURACY, "(100 * column(4))",
                    "linespoints linewidth 2 pointtype 7 pointsize 0.35",
                    palette_series(i, courses->count, courses->of_noise));
}

static enum err draw(const char *plots, const struct collection *collection, struct courses *courses,
                     struct figures *figures, struct error *error) {
    struct drawing drawing = {0};
    struct key_entry key[PLOTTED_MAX];
    const struct record *record = courses->cell[0].runs[0], *parent = collection_parent(collection, record);
    for (size_t i = 0; i < courses->count; i++)
        key[i] = (struct key_entry){.label = courses->label[i].bytes,
                                    .colour = palette_series(i, courses->count, courses->of_noise),
                                    .symbol = 7};
    buffer_printf(&drawing.title, "%s: accuracy against rollouts", record->task);
    if (!courses->of_noise) {
        buffer_text(&drawing.title, ", parents with ");
        seed_cells_name_noise(parent ? parent : record, &drawing.title);
    }
    buffer_text(&drawing.caption,
                "Exact-match accuracy on validation problems, decoded greedily, from the parent's on. Lines: "
                "means over seeds; bars: 95 % intervals over seeds, where there are several; thin dashed "
                "lines: mean reward of the completions drawn, before flips.");
    drawing_key(&drawing, key, courses->count);
    buffer_text(
        &drawing.setup,
        "set xrange [0:*]\nset autoscale xfixmax\nset yrange [-2:103]\nset ytics 0,20,100 format '%g %%'\n");
    drawing_axis_names(&drawing, "rollouts (completions drawn), thousands", "exact-match accuracy");
    add_lines(&drawing, courses);
    enum err code = figure_add(figures, FIGURE_ROLLOUTS, &drawing, plots, error);
    drawing_free(&drawing);
    return code;
}

static enum err make_figure(const char *plots, const struct collection *collection, struct courses *courses,
                            struct figures *figures, struct error *error) {
    bool any = false;
    enum err code =
        seed_cells_label(collection, courses->cell, courses->count, courses->of_noise, courses->label, error);
    for (size_t i = 0; i < courses->count && !code; i++) {
        code = read_cell(collection, &courses->cell[i], courses->course[i], error);
        any |= courses->course[i][COURSE_ACCURACY].count > 1;
    }
    if (!code && any) code = draw(plots, collection, courses, figures, error);
    for (size_t i = 0; i < courses->count; i++) {
        buffer_free(&courses->label[i]);
        for (int kind = 0; kind < COURSES; kind++) free(courses->course[i][kind].point);
    }
    return code;
}

static bool is_reinforced(const struct record *run) { return run->config.rl.method != RL_NONE; }

enum err plot_rollouts(const char *plots, const struct collection *collection, struct figures *figures,
                       struct error *error) {
    struct seed_cells cells;
    enum err code = seed_cells_find(collection, is_reinforced, &cells, error);
    if (code) return code;
    bool of_noise = seed_cells_are_of_noise(collection, &cells);
    for (size_t i = 0; i < cells.count && !code;) {
        struct courses courses = {
            .cell = &cells.cell[i],
            .count = seed_cells_together(collection, &cells, i, of_noise, PLOTTED_MAX),
            .of_noise = of_noise,
        };
        code = make_figure(plots, collection, &courses, figures, error);
        i += courses.count;
    }
    seed_cells_free(&cells);
    return code;
}
