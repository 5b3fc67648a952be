/* repair.csv. See repair.h. */
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "curve/repair.h"
#include "record/results_csv.h"

/* The columns that say what the parents were trained on. */
static bool is_of_parent(const struct column *column) {
    return (column->is_setting && !column->is_later) || (column->names_cell && !column->tested);
}

/* What came out of single runs has no place here, and the method is there in any case. */
static void keep_options(struct fields *fields) {
    size_t kept = 0;
    for (size_t i = 0; i < fields->count; i++) {
        const struct column *column = fields->field[i].column;
        if (!column || (!column->is_mark && !column->is_later)) fields->field[kept++] = fields->field[i];
    }
    fields->count = kept;
}

/* A number that was computed, at a precision that no rounding can touch. */
static void csv_computed(struct buffer *csv, double value) {
    buffer_char(csv, ',');
    if (isfinite(value)) csv_number(csv, round(value * 1e9) / 1e9);
}

static void csv_side(const struct repair_side *side, struct buffer *csv) {
    bool any = side->level.count > 0;
    struct interval interval = any ? level_interval(&side->level) : (struct interval){NAN, NAN};
    csv_computed(csv, any ? level_mean(&side->level) : NAN);
    csv_computed(csv, interval.low);
    csv_computed(csv, interval.high);
}

/* What only some tests measure, of both sides. */
static const char *const compared[] = {"unsound", "pass_samples", "pass_1", "pass_n", "unique_traces"};
enum { COMPARED = sizeof compared / sizeof *compared };

static void csv_header(const struct collection *collection, const struct fields *options,
                       struct buffer *csv) {
    static const char *const sides[] = {"parent", "child"};
    for (const struct column *column = columns_table(); column->name; column++)
        if (is_of_parent(column)) buffer_printf(csv, "%s,", column->name);
    buffer_text(csv, "method");
    results_csv_header(collection, options, csv);
    buffer_text(csv, ",seeds,clean_seeds,rollouts,parent_accuracy,parent_low,parent_high,child_accuracy,"
                     "child_low,child_high,clean_accuracy,clean_low,clean_high,gain,gain_low,gain_high,"
                     "repair,repair_low,repair_high,status");
    for (size_t c = 0; c < COMPARED; c++)
        for (int side = 0; side < 2; side++) buffer_printf(csv, ",%s_%s", sides[side], compared[c]);
    buffer_char(csv, '\n');
}

static void csv_row(const struct repair *repair, const struct fields *options, struct buffer *csv) {
    const struct record *child = repair->child.runs[0], *trained = repair_trained(repair);
    for (const struct column *column = columns_table(); column->name; column++) {
        if (!is_of_parent(column)) continue;
        column_csv(column, trained, csv);
        buffer_char(csv, ',');
    }
    csv_text(csv, child->outcome.method);
    for (size_t i = 0; i < options->count; i++) {
        buffer_char(csv, ',');
        field_csv(&options->field[i], child, csv);
    }
    buffer_printf(csv, ",%zu,%zu", repair->child.level.count, repair->clean.level.count);
    csv_computed(csv, repair_mean(&repair->child, "rollouts"));
    csv_side(&repair->parent, csv);
    csv_side(&repair->child, csv);
    csv_side(&repair->clean, csv);
    csv_computed(csv, repair->gain.mean);
    csv_computed(csv, repair->gain.interval.low);
    csv_computed(csv, repair->gain.interval.high);
    csv_computed(csv, repair->share);
    csv_computed(csv, repair->low);
    csv_computed(csv, repair->high);
    buffer_printf(csv, ",%s", repair_status_names[repair->status]);
    for (size_t c = 0; c < COMPARED; c++) {
        csv_computed(csv, repair_mean(&repair->parent, compared[c]));
        csv_computed(csv, repair_mean(&repair->child, compared[c]));
    }
    buffer_char(csv, '\n');
}

enum err repairs_write_csv(const struct collection *collection, const struct repairs *repairs,
                           const char *path, struct error *error) {
    struct buffer csv = {0};
    struct fields options = {0};
    enum err code = results_csv_options(collection, &options, error);
    keep_options(&options);
    csv_header(collection, &options, &csv);
    for (size_t i = 0; i < repairs->count && !code; i++) csv_row(&repairs->repair[i], &options, &csv);
    if (!code && csv.failed) code = err_memory(error, path);
    if (!code) code = file_write_plain(path, csv.bytes, csv.length, error);
    buffer_free(&csv);
    fields_free(&options);
    return code;
}
