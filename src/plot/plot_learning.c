/* Figures of learning: accuracy, or the training loss, against the tokens trained on. See plots.h. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/memory.h"
#include "curve/labels.h"
#include "plot/gnuplot.h"
#include "plot/palette.h"
#include "plot/plots.h"
#include "record/layout.h"
#include "record/metrics.h"

enum { CURVES_SHOWN = 4, LEVELS_SHOWN = 8 };

/* What the runs of a curve recorded: of each level the first seed. */
struct history {
    const struct curve *curve;
    size_t level[LEVELS_SHOWN]; /* index in curve->levels */
    struct metrics *metrics;    /* one a level */
    size_t count;
};

/* At most LEVELS_SHOWN of the levels, evenly spread, the first and last among them. */
static enum err read_history(const struct collection *collection, const struct curve *curve,
                             struct history *history, struct error *error) {
    *history =
        (struct history){.curve = curve, .metrics = memory_array(LEVELS_SHOWN, sizeof *history->metrics)};
    if (!history->metrics) return err_memory(error, "metrics");
    size_t count = curve->count < LEVELS_SHOWN ? curve->count : LEVELS_SHOWN;
    enum err code = ERR_OK;
    for (size_t i = 0; i < count && !code; i++) {
        size_t level = count > 1 ? i * (curve->count - 1) / (count - 1) : 0;
        const struct record *record = collection->records[curve->points[level].rows[0]];
        char *directory = layout_run(collection->sources[record->sweep].directory, record->run);
        history->level[history->count] = level;
        code = directory ? metrics_read(directory, &history->metrics[history->count++], error)
                         : err_memory(error, "metrics");
        free(directory);
    }
    return code;
}

static const struct metric_series *series_of(const struct history *history, size_t i, bool accuracy) {
    return accuracy ? &history->metrics[i].accuracy : &history->metrics[i].loss;
}

/* Whether there is something to draw: the last validation and the test are of one model. */
static bool is_line(const struct metric_series *series) {
    return series->count >= 2 && series->done[series->count - 1] > series->done[0];
}

static size_t lines(const struct history *history, bool accuracy) {
    size_t count = 0;
    for (size_t i = 0; i < history->count; i++) count += is_line(series_of(history, i, accuracy));
    return count;
}

static void add_lines(struct drawing *drawing, const struct history *history, bool accuracy) {
    struct buffer *csv = &drawing->data[0], *plot = &drawing->plot;
    buffer_printf(csv, "line,noise,tokens,%s\n", accuracy ? "accuracy" : "loss");
    for (size_t i = 0; i < history->count; i++) {
        const struct metric_series *series = series_of(history, i, accuracy);
        double noise = history->curve->levels[history->level[i]].noise;
        for (size_t p = 0; p < series->count; p++) {
            buffer_printf(csv, "%zu", i + 1);
            csv_numbers(csv, (const double[]){noise, series->done[p], series->value[p]}, 3);
            buffer_char(csv, '\n');
        }
        if (!is_line(series)) continue;
        if (plot->length) buffer_text(plot, ", \\\n");
        buffer_printf(plot,
                      "  data skip 1 using (column(1) == %zu ? column(3) / 1e6 : NaN):(%s * column(4)) "
                      "with lines linewidth 2 linecolor rgb '%s' notitle",
                      i + 1, accuracy ? "100" : "1", palette_series(i, history->count, true));
    }
}

static void add_key(struct drawing *drawing, const struct history *history, bool accuracy) {
    struct key_entry key[LEVELS_SHOWN];
    struct buffer labels[LEVELS_SHOWN] = {0};
    size_t count = 0;
    for (size_t i = 0; i < history->count; i++) {
        if (!is_line(series_of(history, i, accuracy))) continue;
        label_percent(history->curve->levels[history->level[i]].noise, &labels[count]);
        buffer_text(&labels[count], " noise");
        drawing->key.failed |= labels[count].failed;
        key[count] = (struct key_entry){.label = labels[count].failed ? "" : labels[count].bytes,
                                        .colour = palette_series(i, history->count, true)};
        count++;
    }
    drawing_key(drawing, key, count);
    for (size_t i = 0; i < count; i++) buffer_free(&labels[i]);
}

static enum err draw(const char *plots, const struct collection *collection, const struct history *history,
                     bool accuracy, struct figures *figures, struct error *error) {
    const struct curve *curve = history->curve;
    struct drawing drawing = {0};
    if (*curve->place) buffer_printf(&drawing.title, "%s, ", curve->place);
    buffer_printf(&drawing.title, "%s: %s while training", curve->label, accuracy ? "accuracy" : "loss");
    buffer_printf(&drawing.caption, "One run a noise level (seed %" PRId64 "). ",
                  collection->records[curve->points[history->level[0]].rows[0]]->config.seed);
    buffer_text(&drawing.caption,
                accuracy
                    ? "Exact-match accuracy on clean problems, measured while training."
                    : "Training loss in nats a token. On noised data it cannot fall below the noise's own "
                      "entropy, so levels are not to be compared by it.");
    add_key(&drawing, history, accuracy);
    drawing_axis_names(&drawing, "training tokens, millions",
                       accuracy ? "exact-match accuracy" : "training loss, nats a token");
    buffer_text(&drawing.setup,
                accuracy ? "set yrange [-2:103]\nset ytics 0,20,100 format '%g %%'\n" : "set yrange [0:*]\n");
    add_lines(&drawing, history, accuracy);
    enum err code = figure_add(figures, FIGURE_LEARNING, &drawing, plots, error);
    drawing_free(&drawing);
    return code;
}

/* Of each setting and noise the curve with most samples contaminated: the others show the same. How
 * reinforcement learning went, plot_rollouts shows. */
static bool is_shown(const struct curves *curves, const struct curve *curve) {
    if (curve->axis == AXIS_CONTAMINATION || curve->noisy->config.rl.method != RL_NONE) return false;
    for (size_t i = 0; i < curves->count; i++) {
        const struct curve *other = &curves->curve[i];
        if (other->setting == curve->setting && other->axis == curve->axis &&
            (other->noisy->contaminated > curve->noisy->contaminated ||
             (other->noisy->contaminated == curve->noisy->contaminated && other < curve)))
            return false;
    }
    return true;
}

enum err plot_learning(const char *plots, const struct collection *collection, const struct curves *curves,
                       struct figures *figures, struct error *error) {
    enum err code = ERR_OK;
    size_t shown = 0;
    for (size_t i = 0; i < curves->count && shown < CURVES_SHOWN && !code; i++) {
        if (!is_shown(curves, &curves->curve[i])) continue;
        struct history history;
        code = read_history(collection, &curves->curve[i], &history, error);
        if (!code && lines(&history, true) >= 2)
            code = draw(plots, collection, &history, true, figures, error);
        if (!code && lines(&history, false) >= 2)
            code = draw(plots, collection, &history, false, figures, error);
        free(history.metrics);
        shown++;
    }
    return code;
}
