/* Figures of what a run starts from: the same noise after different parents, and after none. See plots.h. */
#include <string.h>

#include "curve/labels.h"
#include "curve/setting.h"
#include "plot/palette.h"
#include "plot/plots.h"
#include "record/selection.h"
#include "spec/start.h"

/* Whether a field is what was said of a parent. */
static bool is_start(const struct field *field) { return field->extra && start_option(field->extra); }

/* Whether two curves are of one noise and of settings that differ in their parents alone. */
static bool together(const struct collection *collection, const struct curve *one,
                     const struct curve *other) {
    const struct record *a = one->noisy, *b = other->noisy;
    const struct field by_model = {.column = column_find("model")};
    bool model = !selection_compare(collection, &by_model, a, b);
    bool same = model && one->axis == other->axis && a->sweep == b->sweep &&
                !curves_compare_noise(collection, one->axis, a, b);
    for (size_t i = 0; i < collection->varied.count && same; i++) {
        const struct field *field = &collection->varied.field[i];
        bool counts = !is_start(field) && !field_is_of_noise(field) && !field_is_option(field, "seeds");
        same = !counts || !selection_compare(collection, field, a, b); /* each has what was best for it */
    }
    return same;
}

/* Curves that share a figure, each with what was said of its parent. */
struct curve_family {
    const struct curve *curve[PLOTTED_MAX];
    struct buffer label[PLOTTED_MAX];
    size_t count;
};

static void add_curve(struct curve_family *family, const struct collection *collection,
                      const struct curve *curve) {
    struct buffer *label = &family->label[family->count];
    family->curve[family->count++] = curve;
    for (size_t i = 0; i < collection->varied.count; i++) {
        const struct field *field = &collection->varied.field[i];
        struct buffer value = {0};
        if (!is_start(field) || !field_applies(field, curve->noisy)) continue;
        field_text(field, curve->noisy, &value);
        if (label->length) buffer_text(label, ", ");
        label_setting(field->extra, value.bytes ? value.bytes : "", label);
        label->failed |= value.failed;
        buffer_free(&value);
    }
}

static enum err draw(const char *plots, const struct collection *collection, const struct curves *curves,
                     const struct curve_family *family, struct figures *figures, struct error *error) {
    struct plotted plotted[PLOTTED_MAX];
    struct drawing drawing = {.log_noise = figures->log_noise};
    const struct record *record = family->curve[0]->noisy;
    for (size_t i = 0; i < family->count; i++) {
        const struct buffer *label = &family->label[i];
        drawing.setup.failed |= label->failed;
        plotted[i] = (struct plotted){.curve = family->curve[i],
                                      .label = label->bytes ? label->bytes : "",
                                      .colour = palette_kind((int)i),
                                      .symbol = (int)i};
    }
    buffer_printf(&drawing.title, "%s, %s: after different parents, %s", record->task,
                  label_format(record->format), family->curve[0]->label);
    buffer_text(&drawing.caption,
                "What the runs start from: random weights (no parent), or the model of a run with "
                "that many samples. Symbols: means over seeds; bands: 95 % intervals; dots: "
                "single runs; dotted lines: isotonic fit.");
    plot_curves(&drawing, collection, curves, plotted, family->count, false);
    enum err code = figure_add(figures, FIGURE_PARENTS, &drawing, plots, error);
    drawing_free(&drawing);
    return code;
}

enum err plot_parents(const char *plots, const struct collection *collection, const struct curves *curves,
                      struct figures *figures, struct error *error) {
    enum err code = ERR_OK;
    bool varies = false;
    for (size_t i = 0; i < collection->varied.count; i++) varies |= is_start(&collection->varied.field[i]);
    for (size_t first = 0; first < curves->count && varies && !code; first++) {
        struct curve_family family = {.count = 0};
        bool met = false;
        for (size_t i = 0; i < first && !met; i++)
            met = together(collection, &curves->curve[i], &curves->curve[first]);
        for (size_t i = first; i < curves->count && !met && family.count < PLOTTED_MAX; i++)
            if (together(collection, &curves->curve[first], &curves->curve[i]))
                add_curve(&family, collection, &curves->curve[i]);
        if (family.count > 1) code = draw(plots, collection, curves, &family, figures, error);
        for (size_t i = 0; i < family.count; i++) buffer_free(&family.label[i]);
    }
    return code;
}
