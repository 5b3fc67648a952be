/* The axis of noise. See noise_axis.h. */
#include "plot/noise_axis.h"

#include <math.h>

#include "curve/labels.h"
#include "plot/palette.h"

/* Of what lies between the least level and the most, in decades if logarithmic. */
static const double room_left = 0.015, room_right = 0.065, arrow = 0.05;
static const double zero_from_least = 0.13, break_from_least = 0.065, half_a_break = 0.009;

static void take_least(double noise, double floor, double *least) {
    if (noise >= floor && noise < *least) *least = noise;
}

struct noise_axis noise_axis_find(const struct curve *const *curves, size_t count, bool logarithmic) {
    double most = 0, level = INFINITY;
    for (size_t c = 0; c < count; c++)
        for (size_t i = 0; i < curves[c]->count; i++) {
            most = fmax(most, curves[c]->levels[i].noise);
            if (curves[c]->levels[i].noise > 0) level = fmin(level, curves[c]->levels[i].noise);
        }
    if (!logarithmic) return (struct noise_axis){.most = most > 0.5 ? 100 : ceil(most * 20) * 5};
    double least = fmin(level, most / 2);
    for (size_t c = 0; c < count; c++) {
        const struct threshold *threshold = &curves[c]->threshold;
        if (threshold->status != THRESHOLD_FOUND) continue;
        take_least(threshold->noise, level / 20, &least);
        take_least(threshold->low, level / 20, &least);
    }
    double decades = log10(most / least);
    return (struct noise_axis){.logarithmic = true,
                               .least = 100 * least,
                               .zero = 100 * least * pow(10, -zero_from_least * decades),
                               .most = 100 * most};
}

static void write_straight(const struct noise_axis *axis, struct buffer *setup) {
    double most = axis->most, step = most > 50 ? 20 : most > 20 ? 10 : most > 10 ? 5 : most > 5 ? 2 : 1;
    buffer_printf(setup, "x(share) = 100 * share\nreach(share, way) = way * %g\n", arrow * most);
    buffer_printf(setup, "set xrange [%g:%g]\n", -room_left * most, (1 + room_right) * most);
    buffer_printf(setup, "set xtics 0,%g,%g format '%%g %%%%'\n", step, most);
}

static void add_tic(double place, struct buffer *setup) {
    buffer_text(setup, ", '");
    label_percent(place / 100, setup);
    buffer_printf(setup, "%%' %g", place); /* a tic label is a format: its last % is doubled */
}

/* 1, 2, 5, 10, ... as far as there is room for their names. */
static void add_tics(const struct noise_axis *axis, double decades, struct buffer *setup) {
    static const double steps[] = {1, 2, 5};
    buffer_printf(setup, "set xtics ('0' %g", axis->zero);
    for (double decade = pow(10, floor(log10(axis->least))); decade <= 1.001 * axis->most; decade *= 10)
        for (int s = 0; s < (decades < 2.5 ? 3 : 1); s++) {
            double place = steps[s] * decade;
            if (place >= 0.999 * axis->least && place <= 1.001 * axis->most) add_tic(place, setup);
        }
    buffer_text(setup, ")\n");
}

/* A gap in the axis, and in the lines over it, between two strokes. */
static void add_break(const struct noise_axis *axis, double decades, struct buffer *setup) {
    double middle = axis->least * pow(10, -break_from_least * decades);
    double half = pow(10, half_a_break * decades), lean = pow(10, half_a_break * decades / 2);
    buffer_printf(setup,
                  "set object rectangle from first %g, graph -0.004 to first %g, graph 1 front fillcolor rgb "
                  "'" PALETTE_PAPER "' fillstyle solid 1 noborder\n",
                  middle / half, middle * half);
    for (int side = 0; side < 2; side++) {
        double at = side ? middle * half : middle / half;
        buffer_printf(setup,
                      "set arrow from first %g, graph -0.015 to first %g, graph 0.015 nohead front linewidth "
                      "1 linecolor rgb '" PALETTE_AXIS "'\n",
                      at / lean, at * lean);
    }
}

static void write_logarithmic(const struct noise_axis *axis, struct buffer *setup) {
    double decades = log10(axis->most / axis->least), least = 0.9999 * axis->least; /* it rounds */
    buffer_printf(setup, "x(share) = 100 * share >= %.12g ? 100 * share : 100 * share < %.12g ? %g : NaN\n",
                  least, least, axis->zero);
    buffer_printf(setup, "reach(share, way) = x(share) * (%g ** way - 1)\n", pow(10, arrow * decades));
    buffer_printf(setup, "set logscale x\nset xrange [%g:%g]\n", axis->zero * pow(10, -room_left * decades),
                  axis->most * pow(10, room_right * decades));
    add_tics(axis, decades, setup);
    add_break(axis, decades, setup);
}

void noise_axis_write(const struct noise_axis *axis, bool contamination, const char *up,
                      struct drawing *drawing) {
    if (axis->logarithmic)
        write_logarithmic(axis, &drawing->setup);
    else
        write_straight(axis, &drawing->setup);
    drawing_axis_names(drawing,
                       contamination ? "contamination: share of the training samples that noise is applied to"
                                     : "noise rate: chance that a site of a contaminated sample is corrupted",
                       up);
}
