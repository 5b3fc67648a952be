/* Thresholds, each on a line of its own. See lanes.h. */
#include "plot/lanes.h"

#include <math.h>

#include "base/csv.h"

/* gnuplot's open circle. */
enum { NONE_SYMBOL = 6 };

int lanes_symbol(size_t n) {
    static const int symbols[] = {7, 5, 9, 13, 11, 15, 6, 4};
    return symbols[n % (sizeof symbols / sizeof *symbols)];
}

void lanes_header(struct buffer *csv) {
    buffer_text(csv, "curve,place,threshold,low,high,beyond,status,label\n");
}

/* An interpolated value without the noise of its last digits. */
static double plain(double noise) { return round(noise * 1e9) / 1e9; }

void lanes_row(const struct curve *curve, const char *name, double place, size_t series, struct buffer *csv) {
    const struct threshold *threshold = &curve->threshold;
    double highest = curve->levels[curve->count - 1].noise, noise = NAN, low = NAN, high = NAN;
    int beyond = 0; /* 1: what lies beyond the highest level counts too; -1: below the lowest */
    if (threshold->status == THRESHOLD_FOUND) {
        noise = threshold->noise;
        low = threshold->low;
        high = fmin(threshold->high, highest);
        beyond = threshold->high > highest;
    } else if (threshold->status == THRESHOLD_NOT_REACHED) {
        low = fmin(threshold->low, threshold->noise);
        high = threshold->noise;
        beyond = 1;
    } else if (threshold->status == THRESHOLD_BELOW) {
        low = threshold->noise;
        high = fmin(fmax(threshold->high, threshold->noise), highest);
        beyond = -1;
    }
    buffer_printf(csv, "%zu", series);
    csv_numbers(csv, (const double[]){place, plain(noise), plain(low), plain(high)}, 4);
    buffer_printf(csv, ",%d,%s,", beyond, threshold_status_names[threshold->status]);
    csv_text(csv, name);
    buffer_char(csv, '\n');
}

static void element(struct buffer *plot, size_t series, const char *condition, const char *values,
                    const char *style, const char *colour) {
    if (plot->length) buffer_text(plot, ", \\\n");
    buffer_printf(plot,
                  "  thresholds skip 1 using (column(1) == %zu%s ? %s with %s linecolor rgb '%s' notitle",
                  series, condition, values, style, colour);
}

void lanes_plot(struct drawing *drawing, size_t series, const char *colour, int symbol) {
    struct buffer *plot = &drawing->plot, point = {0};
    element(plot, series, "", "x(column(4)) : NaN):2:(x(column(5)) - x(column(4))):(0)",
            "vectors nohead linewidth 3", colour);
    element(plot, series, " && column(6) > 0", "x(column(5)) : NaN):2:(reach(column(5), 1)):(0)",
            "vectors head filled size screen 0.012,20 linewidth 2", colour);
    element(plot, series, " && column(6) < 0", "x(column(4)) : NaN):2:(reach(column(4), -1)):(0)",
            "vectors head filled size screen 0.012,20 linewidth 2", colour);
    buffer_printf(&point, "points pointtype %d pointsize 0.9", symbol);
    element(plot, series, "", "x(column(3)) : NaN):2", point.failed ? "" : point.bytes, colour);
    plot->failed |= point.failed;
    buffer_clear(&point);
    buffer_printf(&point, "points pointtype %d pointsize 0.9 linewidth 1.5", NONE_SYMBOL);
    element(plot, series, " && (strcol(7) eq 'not_learned' || strcol(7) eq 'no_clean')", "x(0) : NaN):2",
            point.failed ? "" : point.bytes, colour);
    plot->failed |= point.failed;
    buffer_free(&point);
}
