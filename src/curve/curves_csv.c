/* thresholds.csv: one line a curve. See curves.h. */
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "curve/curves.h"
#include "record/results_csv.h"
#include "record/selection.h"

/* Interpolated values, without the noise of their last digits; nothing for what is not known or beyond all
 * levels. */
static void csv_interpolated(struct buffer *csv, double noise) {
    if (isfinite(noise)) csv_number(csv, round(noise * 1e9) / 1e9);
}

/* Where no threshold was found, the end of its interval that lies among the levels is still known. */
static void csv_threshold(const struct threshold *threshold, struct buffer *csv) {
    bool found = threshold->status == THRESHOLD_FOUND;
    bool low = threshold->status == THRESHOLD_NOT_REACHED && threshold->low < threshold->noise;
    bool high = threshold->status == THRESHOLD_BELOW && threshold->high > threshold->noise;
    csv_interpolated(csv, found ? threshold->noise : NAN);
    buffer_char(csv, ',');
    csv_interpolated(csv, found || low ? threshold->low : NAN);
    buffer_char(csv, ',');
    csv_interpolated(csv, found || high ? threshold->high : NAN);
    buffer_printf(csv, ",%s", threshold_status_names[threshold->status]);
}

/* Whether a fixed column is one that the runs of a curve have in common. */
static bool is_shared(const struct column *column) {
    return (column->is_setting && !column->is_later) || !strcmp(column->name, "noise");
}

/* Whether a field is what rises along the curve. */
static bool is_along(const struct curve *curve, const struct field *field) {
    if (curve->axis == AXIS_CONTAMINATION)
        return field_is_option(field, "data.contamination") || field_is_own_contamination(field);
    if (!field_is_rate(field)) return false;
    return curve->axis == AXIS_TOGETHER ? record_level(curve->noisy, field->option.index) > 0
                                        : field->option.index == curve->axis;
}

/* Whether a field has one value in all noisy runs of a curve; their clean origin may be shared with other
 * curves, and counts where each cell chose the value. */
static bool is_constant(const struct collection *collection, const struct curve *curve,
                        const struct field *field) {
    bool chosen = selection_has(collection, curve->noisy, field);
    for (size_t i = 0; i < curve->count; i++)
        for (size_t r = 0; r < curve->levels[i].count && (chosen || curve->levels[i].noise > 0); r++)
            if (field_compare(field, curve->noisy, collection->records[curve->points[i].rows[r]]))
                return false;
    return true;
}

static void csv_options(const struct collection *collection, const struct curve *curve,
                        const struct fields *options, struct buffer *csv) {
    for (size_t i = 0; i < options->count; i++) {
        buffer_char(csv, ',');
        const struct field *field = &options->field[i];
        if (!is_along(curve, field) && is_constant(collection, curve, field))
            field_csv(field, curve->noisy, csv);
    }
}

/* A rise where one was found: its height and the levels between which it is. */
static void csv_rise(const struct curve *curve, struct buffer *csv) {
    const struct rise *rise = &curve->rise;
    csv_interpolated(csv, rise->found ? rise->height : NAN);
    buffer_char(csv, ',');
    csv_interpolated(csv, rise->found ? curve->levels[rise->valley].noise : NAN);
    buffer_char(csv, ',');
    csv_interpolated(csv, rise->found ? curve->levels[rise->peak].noise : NAN);
}

static void csv_curve(const struct collection *collection, const struct curves *curves,
                      const struct curve *curve, const struct fields *options, struct buffer *csv) {
    for (const struct column *column = columns_table(); column->name; column++) {
        if (!is_shared(column)) continue;
        column_csv(column, curve->noisy, csv);
        buffer_char(csv, ',');
    }
    buffer_printf(csv, "%s,", curve_axis(curve));
    if (curve->axis != AXIS_CONTAMINATION) csv_number(csv, curve->noisy->contaminated);
    csv_options(collection, curve, options, csv);
    buffer_printf(csv, ",%zu,%zu,", curve->count, curve_runs(curve));
    csv_number(csv, curve->levels[curve->count - 1].noise);
    buffer_char(csv, ',');
    csv_number(csv, curve->clean);
    buffer_char(csv, ',');
    csv_number(csv, curves->share);
    buffer_char(csv, ',');
    csv_threshold(&curve->threshold, csv);
    buffer_char(csv, ',');
    csv_threshold(&curve->half, csv);
    for (int s = 0; s < CURVE_SHARES; s++) {
        buffer_char(csv, ',');
        csv_threshold(&curve->at[s], csv);
    }
    buffer_char(csv, ',');
    csv_interpolated(csv, curve->clean_validation);
    buffer_char(csv, ',');
    csv_rise(curve, csv);
    buffer_printf(csv, ",%zu,", curve->split_levels);
    if (curve->seeds_needed) buffer_printf(csv, "%zu", curve->seeds_needed);
    buffer_char(csv, '\n');
}

enum err curves_write_csv(const struct collection *collection, const struct curves *curves, const char *path,
                          struct error *error) {
    struct buffer csv = {0};
    struct fields options = {0};
    enum err code = results_csv_options(collection, &options, error);
    for (const struct column *column = columns_table(); column->name; column++)
        if (is_shared(column)) buffer_printf(&csv, "%s,", column->name);
    buffer_text(&csv, "axis,contamination");
    results_csv_header(collection, &options, &csv);
    buffer_text(&csv,
                ",levels,runs,highest,clean_accuracy,share,threshold,threshold_low,threshold_high,status,"
                "half,half_low,half_high,half_status");
    for (int s = 0; s < CURVE_SHARES; s++) {
        int percent = (int)round(100 * curve_shares[s]);
        buffer_printf(&csv, ",at_%d,at_%d_low,at_%d_high,at_%d_status", percent, percent, percent, percent);
    }
    buffer_text(&csv, ",clean_validation,rise,rise_from,rise_to,split_levels,seeds_needed\n");
    for (size_t i = 0; i < curves->count && !code; i++)
        csv_curve(collection, curves, &curves->curve[i], &options, &csv);
    if (!code && csv.failed) code = err_memory(error, path);
    if (!code) code = file_write_plain(path, csv.bytes, csv.length, error);
    buffer_free(&csv);
    fields_free(&options);
    return code;
}
