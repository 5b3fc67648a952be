/* thresholds.csv: one line a curve. See curves.h. */
#include <inttypes.h>
#include <math.h>

#include "base/csv.h"
#include "base/file.h"
#include "curve/curves.h"

/* Interpolated values, without the noise of their last digits. */
static void csv_interpolated(struct buffer *csv, double noise) { csv_number(csv, round(noise * 1e9) / 1e9); }

static void csv_threshold(const struct threshold *threshold, struct buffer *csv) {
    static const char *const words[] = {
        [THRESHOLD_NOT_REACHED] = "not reached",
        [THRESHOLD_BELOW] = "below",
        [THRESHOLD_NO_CLEAN] = "no clean run",
        [THRESHOLD_NOT_LEARNED] = "not learned",
    };
    if (threshold->status == THRESHOLD_FOUND)
        csv_interpolated(csv, threshold->noise);
    else
        csv_text(csv, words[threshold->status]);
    buffer_char(csv, ',');
    csv_interpolated(csv, threshold->low);
    buffer_char(csv, ',');
    if (threshold->high == INFINITY)
        csv_text(csv, words[THRESHOLD_NOT_REACHED]);
    else
        csv_interpolated(csv, threshold->high);
}

/* The rates that the curve holds fixed, `*` for the ones that vary. */
static void csv_rates(const struct collection *collection, const struct curve *curve, struct buffer *csv) {
    bool first = true;
    for (int kind = 0; kind < collection->kind_count; kind++) {
        if (!(curve->noisy->level[kind] > 0)) continue;
        if (!first) buffer_char(csv, '+');
        first = false;
        if (kind == curve->axis || curve->axis == AXIS_TOGETHER)
            buffer_char(csv, '*');
        else
            csv_number(csv, curve->noisy->level[kind]);
    }
}

static void csv_noise(const struct collection *collection, const struct curve *curve, struct buffer *csv) {
    struct buffer noise = {0};
    for (int kind = 0; kind < collection->kind_count; kind++)
        if (curve->noisy->level[kind] > 0)
            buffer_printf(&noise, "%s%s", noise.length ? "+" : "", collection->kinds[kind]);
    csv_text(csv, noise.failed ? "" : noise.bytes);
    if (noise.failed) csv->failed = true;
    buffer_free(&noise);
}

static void csv_curve(const struct collection *collection, const struct curves *curves,
                      const struct curve *curve, struct buffer *csv) {
    const struct row *row = curve->noisy;
    size_t runs = 0;
    for (size_t i = 0; i < curve->count; i++) runs += curve->levels[i].count;
    csv_text(csv, row->task);
    buffer_char(csv, ',');
    csv_text(csv, row->format);
    buffer_char(csv, ',');
    csv_text(csv, row->model);
    buffer_printf(csv, ",%" PRId64 ",", row->samples);
    csv_number(csv, row->epochs);
    buffer_char(csv, ',');
    csv_text(csv, curve->place);
    buffer_char(csv, ',');
    csv_noise(collection, curve, csv);
    buffer_printf(csv, ",%s,", curve_axis(curve));
    csv_rates(collection, curve, csv);
    buffer_char(csv, ',');
    if (curve->axis == AXIS_CONTAMINATION)
        buffer_char(csv, '*');
    else
        csv_number(csv, row->contaminated);
    buffer_printf(csv, ",%zu,%zu,", curve->count, runs);
    csv_number(csv, curve->clean);
    buffer_char(csv, ',');
    csv_number(csv, curves->share);
    buffer_char(csv, ',');
    csv_threshold(&curve->threshold, csv);
    buffer_char(csv, ',');
    csv_threshold(&curve->half, csv);
    buffer_char(csv, '\n');
}

enum err curves_write_csv(const struct collection *collection, const struct curves *curves, const char *path,
                          struct error *error) {
    struct buffer csv = {0};
    buffer_text(&csv,
                "task,format,model,samples,epochs,settings,noise,axis,rate,contamination,levels,runs,"
                "clean_accuracy,share,threshold,threshold_low,threshold_high,half,half_low,half_high\n");
    for (size_t i = 0; i < curves->count; i++) csv_curve(collection, curves, &curves->curve[i], &csv);
    enum err code = csv.failed ? err_memory(error, path) : file_write(path, csv.bytes, csv.length, error);
    buffer_free(&csv);
    return code;
}
