/* Figures of what one setting makes of a curve: chain of thought against direct answers, one sweep against
 * another. See plots.h. */
#include <string.h>

#include "curve/labels.h"
#include "curve/pairs.h"
#include "plot/palette.h"
#include "plot/plots.h"

/* What is compared: in words, and how to tell one from the other. */
struct comparison {
    enum figure_kind kind;
    const char *title, *caption;
    const char *(*name)(const struct collection *collection, const struct curve *curve);
};

static const char *format_name(const struct collection *collection, const struct curve *curve) {
    (void)collection;
    return label_format(curve->noisy->format);
}

static const char *sweep_name(const struct collection *collection, const struct curve *curve) {
    return collection->sources[curve->noisy->sweep].name;
}

static enum err draw(const struct comparison *comparison, const char *plots,
                     const struct collection *collection, const struct curves *curves,
                     const struct pair *pairs, size_t count, struct figures *figures, struct error *error) {
    struct plotted plotted[PLOTTED_MAX];
    struct buffer labels[PLOTTED_MAX] = {0};
    struct drawing drawing = {.log_noise = figures->log_noise};
    for (size_t i = 0; i < 2 * count; i++) {
        const struct curve *curve = i % 2 ? pairs[i / 2].other : pairs[i / 2].one;
        buffer_printf(&labels[i], "%s, %s", curve->label, comparison->name(collection, curve));
        drawing.setup.failed |= labels[i].failed;
        plotted[i] = (struct plotted){.curve = curve,
                                      .label = labels[i].bytes ? labels[i].bytes : "",
                                      .colour = palette_kind((int)i / 2),
                                      .dashed = i % 2,
                                      .symbol = (int)i / 2};
    }
    buffer_printf(&drawing.title, "%s: %s", pairs[0].one->noisy->task, comparison->title);
    buffer_printf(&drawing.caption, "%s Symbols: means; bands: 95 %% intervals; dotted lines: isotonic fit.",
                  comparison->caption);
    plot_curves(&drawing, collection, curves, plotted, 2 * count, false);
    enum err code = figure_add(figures, comparison->kind, &drawing, plots, error);
    for (size_t i = 0; i < 2 * count; i++) buffer_free(&labels[i]);
    drawing_free(&drawing);
    return code;
}

/* Whether two pairs go into one figure: the same settings and the same axis on both sides. */
static bool together(const struct pair *a, const struct pair *b) {
    return a->one->setting == b->one->setting && a->other->setting == b->other->setting &&
           (a->one->axis == AXIS_CONTAMINATION) == (b->one->axis == AXIS_CONTAMINATION);
}

static enum err draw_all(const struct comparison *comparison, const char *plots,
                         const struct collection *collection, const struct curves *curves,
                         const struct pairs *pairs, struct figures *figures, struct error *error) {
    enum err code = ERR_OK;
    for (size_t first = 0, next; first < pairs->count && !code; first = next) {
        next = first + 1;
        while (next < pairs->count && next - first < PLOTTED_MAX / 2 &&
               together(&pairs->pair[first], &pairs->pair[next]))
            next++;
        code = draw(comparison, plots, collection, curves, &pairs->pair[first], next - first, figures, error);
    }
    return code;
}

enum err plot_formats(const char *plots, const struct collection *collection, const struct curves *curves,
                      struct figures *figures, struct error *error) {
    static const struct comparison formats = {FIGURE_FORMATS, "chain of thought against direct answers",
                                              "The same task, model and data, once with every step written "
                                              "out (solid) and once with the answer alone "
                                              "(dashed).",
                                              format_name};
    struct pairs pairs;
    enum err code = pairs_find(collection, curves, PAIRS_FORMATS, &pairs, error);
    if (code) return code;
    code = draw_all(&formats, plots, collection, curves, &pairs, figures, error);
    pairs_free(&pairs);
    return code;
}

enum err plot_sweeps(const char *plots, const struct collection *collection, const struct curves *curves,
                     struct figures *figures, struct error *error) {
    static const struct comparison sweeps = {FIGURE_SWEEPS, "the two sweeps",
                                             "The first sweep solid, the second dashed.", sweep_name};
    if (collection->source_count != 2) return ERR_OK;
    struct pairs pairs;
    enum err code = pairs_find(collection, curves, PAIRS_SWEEPS, &pairs, error);
    if (code) return code;
    code = draw_all(&sweeps, plots, collection, curves, &pairs, figures, error);
    pairs_free(&pairs);
    return code;
}
