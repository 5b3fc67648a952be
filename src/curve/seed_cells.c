/* Cells of runs that differ in nothing but the seed. See seed_cells.h. */
#define _GNU_SOURCE /* qsort_r */
#include "curve/seed_cells.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "curve/labels.h"
#include "curve/setting.h"
#include "noise/noises.h"

int seed_cells_compare_noise(const struct collection *collection, const struct record *a,
                             const struct record *b) {
    int order = record_is_clean(b) - record_is_clean(a);
    for (size_t i = 0; i < collection->varied.count && !order; i++)
        if (field_is_of_noise(&collection->varied.field[i]))
            order = field_compare(&collection->varied.field[i], a, b);
    return order;
}

int seed_cells_compare_settings(const struct collection *collection, const struct record *a,
                                const struct record *b) {
    int order = a->sweep - b->sweep;
    return order ? order : setting_compare(collection, a, b);
}

static int compare_cells(const struct collection *collection, const struct record *a,
                         const struct record *b) {
    int order = seed_cells_compare_noise(collection, a, b);
    return order ? order : seed_cells_compare_settings(collection, a, b);
}

static int compare_runs(const void *left, const void *right, void *context) {
    const struct record *a = *(const struct record *const *)left, *b = *(const struct record *const *)right;
    int order = compare_cells(context, a, b);
    return order ? order : (a->config.seed > b->config.seed) - (a->config.seed < b->config.seed);
}

enum err seed_cells_find(const struct collection *collection, bool (*takes)(const struct record *run),
                         struct seed_cells *cells, struct error *error) {
    struct collection *context = (struct collection *)(uintptr_t)collection; /* qsort_r takes no const */
    size_t count = 0;
    *cells = (struct seed_cells){.cell = memory_array(collection->count, sizeof *cells->cell),
                                 .runs = memory_array(collection->count, sizeof *cells->runs)};
    if (!cells->cell || !cells->runs) {
        seed_cells_free(cells);
        return err_memory(error, "results");
    }
    for (size_t r = 0; r < collection->count; r++)
        if (takes(collection->records[r])) cells->runs[count++] = collection->records[r];
    qsort_r(cells->runs, count, sizeof *cells->runs, compare_runs, context);
    for (size_t r = 0; r < count; r++) {
        bool begins = !r || compare_cells(collection, cells->runs[r - 1], cells->runs[r]);
        if (begins) cells->cell[cells->count++].runs = &cells->runs[r];
        cells->cell[cells->count - 1].count++;
    }
    return ERR_OK;
}

void seed_cells_free(struct seed_cells *cells) {
    free(cells->cell);
    free(cells->runs);
    *cells = (struct seed_cells){0};
}

bool seed_cells_are_of_noise(const struct collection *collection, const struct seed_cells *cells) {
    for (size_t i = 1; i < cells->count; i++)
        if (seed_cells_compare_settings(collection, cells->cell[0].runs[0], cells->cell[i].runs[0]))
            return false;
    return true;
}

size_t seed_cells_together(const struct collection *collection, const struct seed_cells *cells, size_t first,
                           bool of_noise, size_t most) {
    size_t count = 1;
    while (first + count < cells->count && count < most &&
           (of_noise || !seed_cells_compare_noise(collection, cells->cell[first].runs[0],
                                                  cells->cell[first + count].runs[0])))
        count++;
    return count;
}

/* --- in words ------------------------------------------------------------------------------------------- */

void seed_cells_name_noise(const struct record *run, struct buffer *text) {
    bool first = true;
    for (int dynamic = 0; dynamic < 2; dynamic++)
        for (int kind = 0; noise_list[kind] && !record_is_clean(run); kind++) {
            double level = record_level(run, kind);
            if ((noise_list[kind]->stage == NOISE_DYNAMIC) != dynamic || !(level > 0)) continue;
            if (!first) buffer_text(text, " + ");
            first = false;
            label_noise(kind, text);
            buffer_char(text, ' ');
            label_percent(level, text);
        }
    if (first) buffer_text(text, "no noise");
    if (first || run->contaminated >= 1) return;
    buffer_text(text, ", ");
    label_percent(run->contaminated, text);
    buffer_text(text, " of samples");
}

enum err seed_cells_label(const struct collection *collection, const struct seed_cell *cells, size_t count,
                          bool of_noise, struct buffer *labels, struct error *error) {
    struct setting_names names = {0};
    const struct record **firsts = memory_array(count, sizeof *firsts);
    if (!firsts) return err_memory(error, "results");
    for (size_t i = 0; i < count; i++) firsts[i] = cells[i].runs[0];
    enum err code =
        setting_find_names(collection, firsts, count, of_noise ? NAMING_NOISE : NAMING_SWEEPS, &names, error);
    for (size_t i = 0; i < count && !code; i++) {
        struct buffer setting = {0};
        if (of_noise) seed_cells_name_noise(firsts[i], &labels[i]);
        setting_describe(collection, firsts[i], &names, &setting);
        if (setting.length) buffer_printf(&labels[i], "%s%s", labels[i].length ? ", " : "", setting.bytes);
        if (!labels[i].length) buffer_text(&labels[i], "all runs");
        if (labels[i].failed || setting.failed) code = err_memory(error, "results");
        buffer_free(&setting);
    }
    fields_free(&names.fields);
    free(firsts);
    return code;
}
