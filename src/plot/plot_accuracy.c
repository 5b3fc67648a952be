/* Figures of accuracy against noise: one for each setting and axis. See plots.h. */
#include <string.h>

#include "base/plural.h"
#include "curve/labels.h"
#include "plot/palette.h"
#include "plot/plots.h"

/* Curves that share a figure. */
struct panel {
    const struct curve *curve[PLOTTED_MAX];
    size_t count;
};

static bool same_axes(const struct curve *one, const struct curve *other) {
    return one->setting == other->setting &&
           (one->axis == AXIS_CONTAMINATION) == (other->axis == AXIS_CONTAMINATION);
}

/* Whether two curves are of the same noise, so that only what is held fixed differs. */
static bool same_noise(const struct curve *one, const struct curve *other) {
    return one->axis == other->axis && !strcmp(one->noisy->noise, other->noisy->noise);
}

/* Whether all curves are of the same noise, at rising strength. */
static bool one_noise(const struct panel *panel) {
    for (size_t i = 1; i < panel->count; i++)
        if (!same_noise(panel->curve[0], panel->curve[i])) return false;
    return panel->count > 1;
}

static void write_title(const struct curve *curve, bool ordered, struct buffer *title) {
    const struct record *record = curve->noisy;
    bool contamination = curve->axis == AXIS_CONTAMINATION;
    if (*curve->place)
        buffer_text(title, curve->place);
    else
        buffer_printf(title, "%s, %s, %s model", record->task, label_format(record->format), record->model);
    buffer_printf(title, ": accuracy against %s", contamination ? "contamination" : "noise rate");
    if (!ordered || curve->axis >= NOISE_KINDS_MAX) return;
    buffer_text(title, ", ");
    label_noise(curve->axis, title);
}

static void caption(const struct curves *curves, const struct panel *panel, bool log_noise,
                    struct buffer *text) {
    size_t least = SIZE_MAX, most = 0;
    for (size_t c = 0; c < panel->count; c++)
        for (size_t i = 0; i < panel->curve[c]->count; i++) {
            size_t runs = panel->curve[c]->levels[i].count;
            if (runs < least) least = runs;
            if (runs > most) most = runs;
        }
    buffer_text(text, "Symbols: mean over ");
    if (least == most)
        buffer_printf(text, "%zu seed%s", most, plural_s((long long)most));
    else
        buffer_printf(text, "%zu to %zu seeds", least, most);
    buffer_text(text, "; bands: 95 % intervals; dots: single runs; dotted lines: isotonic fit. Below: the "
                      "threshold of each curve, where ");
    label_percent(curves->share, text);
    buffer_text(text, " of the clean accuracy is left in the fit, with its 95 % interval; an arrow where it "
                      "lies beyond what was tried, an open mark where there is none.");
    bool split = false;
    for (size_t c = 0; c < panel->count; c++) split |= panel->curve[c]->split_levels > 0;
    if (split)
        buffer_text(text, " Open diamonds: the share of seeds that learned, on curves where at some level a "
                          "part of them did not.");
    if (log_noise)
        buffer_text(text, " On the logarithmic axis lines between levels bend; they are drawn straight.");
    if (least == 1) buffer_text(text, " Where there is one seed, intervals do not show how runs differ.");
}

static enum err draw_panel(const char *plots, const struct collection *collection,
                           const struct curves *curves, const struct panel *panel, struct figures *figures,
                           struct error *error) {
    struct plotted plotted[PLOTTED_MAX];
    bool ordered = one_noise(panel); /* colours in steps */
    for (size_t i = 0; i < panel->count; i++)
        plotted[i] = (struct plotted){
            .curve = panel->curve[i],
            .label = panel->curve[i]->label,
            .colour = palette_series(i, panel->count, ordered),
            .symbol = (int)i,
        };
    struct drawing drawing = {.log_noise = figures->log_noise};
    write_title(panel->curve[0], ordered, &drawing.title);
    caption(curves, panel, figures->log_noise, &drawing.caption);
    plot_curves(&drawing, collection, curves, plotted, panel->count, true);
    enum err code = figure_add(figures, FIGURE_ACCURACY, &drawing, plots, error);
    drawing_free(&drawing);
    return code;
}

/* Of curves first ... end - 1, for each noise the one with most samples contaminated; none when there is
 * only one noise. */
static struct panel overview(const struct curves *curves, size_t first, size_t end) {
    struct panel panel = {0};
    for (size_t i = first; i < end; i++) {
        const struct curve *curve = &curves->curve[i];
        if (record_is_mixed(curve->noisy)) continue;
        bool follows = panel.count && same_noise(panel.curve[panel.count - 1], curve);
        if (!follows && panel.count == PLOTTED_MAX) break;
        if (!follows) panel.count++;
        if (!follows || curve->noisy->contaminated > panel.curve[panel.count - 1]->noisy->contaminated)
            panel.curve[panel.count - 1] = curve;
    }
    if (panel.count < 2) panel.count = 0;
    return panel;
}

/* A figure for each noise that has several curves. */
static enum err draw_families(const char *plots, const struct collection *collection,
                              const struct curves *curves, size_t first, size_t end, bool single,
                              struct figures *figures, struct error *error) {
    enum err code = ERR_OK;
    struct panel panel = {0};
    for (size_t i = first; i < end && !code; i++) {
        const struct curve *curve = &curves->curve[i];
        panel.curve[panel.count++] = curve;
        bool last = i + 1 == end || panel.count == PLOTTED_MAX || !same_noise(curve, &curves->curve[i + 1]);
        if (!last) continue;
        if (panel.count > 1 || single) code = draw_panel(plots, collection, curves, &panel, figures, error);
        panel.count = 0;
    }
    return code;
}

/* More curves than this do not go into one figure. */
enum { READABLE = 5 };

/* First of the curves with the same axes as `curve`; *end is past the last. */
static size_t axes_group(const struct curves *curves, size_t curve, size_t *end) {
    size_t first = curve;
    while (first > 0 && same_axes(&curves->curve[first - 1], &curves->curve[curve])) first--;
    for (*end = curve + 1; *end < curves->count; ++*end)
        if (!same_axes(&curves->curve[curve], &curves->curve[*end])) break;
    return first;
}

/* What the first figure of a group shows. */
static struct panel first_panel(const struct curves *curves, size_t first, size_t end) {
    if (end - first > READABLE) return overview(curves, first, end);
    struct panel panel = {.count = end - first};
    for (size_t i = 0; i < panel.count; i++) panel.curve[i] = &curves->curve[first + i];
    return panel;
}

int plot_accuracy_colour(const struct curves *curves, const struct curve *curve) {
    size_t end, first = axes_group(curves, (size_t)(curve - curves->curve), &end);
    struct panel panel = first_panel(curves, first, end);
    if (one_noise(&panel)) return -1;
    for (size_t i = 0; i < panel.count; i++)
        if (panel.curve[i] == curve) return (int)i;
    return -1;
}

enum err plot_accuracy(const char *plots, const struct collection *collection, const struct curves *curves,
                       struct figures *figures, struct error *error) {
    enum err code = ERR_OK;
    for (size_t first = 0, end; first < curves->count && !code; first = end) {
        axes_group(curves, first, &end);
        struct panel panel = first_panel(curves, first, end);
        if (panel.count) code = draw_panel(plots, collection, curves, &panel, figures, error);
        if (!code && end - first > READABLE)
            code = draw_families(plots, collection, curves, first, end, !panel.count, figures, error);
    }
    return code;
}
