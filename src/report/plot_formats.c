/* Figures of chain of thought against direct answers, all else being equal. See plots.h. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "report/labels.h"
#include "report/palette.h"
#include "report/plots.h"
#include "report/settings.h"

/* What two settings that differ in the format alone have in common. 0 without memory. */
static uint64_t setting_hash(const char *settings) {
    char *rest = settings_without_format(settings);
    uint64_t hash = rest ? XXH64(rest, strlen(rest), 0) : 0;
    free(rest);
    return hash;
}

/* The curve that `curve` is compared with: the same noise in another format. `hashes` are the settings'. */
static const struct curve *find_partner(const struct curves *curves, const uint64_t *hashes,
                                        const struct curve *curve) {
    for (size_t i = 0; i < curves->count; i++) {
        const struct curve *other = &curves->curve[i];
        if (hashes[other->setting] == hashes[curve->setting] && other->setting != curve->setting &&
            other->axis == curve->axis && !strcmp(other->label, curve->label))
            return other;
    }
    return NULL;
}

struct pair {
    const struct curve *trace, *other;
};

static enum err draw(const char *plots, const struct collection *collection, const struct curves *curves,
                     const struct pair *pairs, size_t count, struct figures *figures, struct error *error) {
    struct plotted plotted[PLOTTED_MAX];
    struct buffer labels[PLOTTED_MAX] = {0};
    struct drawing drawing = {0};
    for (size_t i = 0; i < 2 * count; i++) {
        const struct curve *curve = i % 2 ? pairs[i / 2].other : pairs[i / 2].trace;
        buffer_printf(&labels[i], "%s, %s", curve->label, label_format(curve->noisy->format));
        drawing.setup.failed |= labels[i].failed;
        plotted[i] = (struct plotted){.curve = curve,
                                      .label = labels[i].bytes ? labels[i].bytes : "",
                                      .colour = palette_kind((int)i / 2),
                                      .dashed = i % 2,
                                      .symbol = (int)i / 2};
    }
    const struct row *row = pairs[0].trace->noisy;
    buffer_printf(&drawing.title, "%s: chain of thought against direct answers", row->task);
    buffer_text(
        &drawing.caption,
        "The same task, model and data, once with every step written out (solid) and once "
        "with the answer alone (dashed). Symbols: means; bands: 95 % intervals; dotted lines: isotonic fit.");
    plot_curves(&drawing, collection, curves, plotted, 2 * count, false);
    enum err code = figure_add(figures, FIGURE_FORMATS, &drawing, plots, error);
    for (size_t i = 0; i < 2 * count; i++) buffer_free(&labels[i]);
    drawing_free(&drawing);
    return code;
}

enum err plot_formats(const char *plots, const struct collection *collection, const struct curves *curves,
                      struct figures *figures, struct error *error) {
    enum err code = ERR_OK;
    struct pair pairs[PLOTTED_MAX / 2];
    size_t count = 0;
    uint64_t *hashes = memory_array(curves->setting_count, sizeof *hashes);
    if (!hashes) return err_memory(error, "figures");
    for (size_t s = 0; s < curves->setting_count; s++) hashes[s] = setting_hash(curves->settings[s]);
    for (size_t i = 0; i < curves->count && !code; i++) {
        const struct curve *curve = &curves->curve[i];
        const struct curve *partner = NULL;
        if (!strcmp(curve->noisy->format, "trace")) partner = find_partner(curves, hashes, curve);
        if (partner) pairs[count++] = (struct pair){curve, partner};
        bool goes_on = i + 1 < curves->count && curve[1].setting == curve->setting &&
                       (curve[1].axis == AXIS_CONTAMINATION) == (curve->axis == AXIS_CONTAMINATION);
        if (count && (!goes_on || count == PLOTTED_MAX / 2)) {
            code = draw(plots, collection, curves, pairs, count, figures, error);
            count = 0;
        }
    }
    free(hashes);
    return code;
}
