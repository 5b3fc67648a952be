/* Curves in words. See curve_names.h. */
#include "curve/curve_names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "curve/labels.h"
#include "curve/setting.h"

const char *curve_axis(const struct curve *curve) {
    return curve->axis == AXIS_CONTAMINATION ? "contamination" : "rate";
}

/* The kinds of noise along or beside the axis: "static: digit + dynamic at 10 %". */
static void name_kinds(const struct collection *collection, const struct curve *curve, struct buffer *text) {
    if (curve->axis < NOISE_KINDS_MAX) label_noise(curve->axis, text);
    bool first = curve->axis >= NOISE_KINDS_MAX;
    for (int i = 0; i < collection->kind_count; i++) {
        int kind = collection->kinds[i];
        if (kind == curve->axis || !(record_level(curve->noisy, kind) > 0)) continue;
        if (!first) buffer_text(text, " + ");
        first = false;
        label_noise(kind, text);
        if (curve->axis == AXIS_TOGETHER) continue;
        buffer_text(text, " at ");
        label_percent(record_level(curve->noisy, kind), text);
    }
}

static char *curve_label(const struct collection *collection, const struct curve *curve,
                         const struct setting_names *names) {
    struct buffer text = {0}, extra = {0};
    name_kinds(collection, curve, &text);
    if (curve->axis != AXIS_CONTAMINATION && curve->noisy->contaminated < 1) {
        buffer_text(&text, ", ");
        label_percent(curve->noisy->contaminated, &text);
        buffer_text(&text, " of samples");
    }
    setting_describe(collection, curve->noisy, names, &extra);
    if (extra.length) buffer_printf(&text, ", %s", extra.bytes);
    text.failed |= extra.failed;
    buffer_free(&extra);
    if (text.failed) buffer_free(&text);
    return text.bytes;
}

static char *curve_place(const struct collection *collection, const struct curve *curve,
                         const struct setting_names *names) {
    struct buffer text = {0};
    buffer_text(&text, "");
    setting_describe(collection, curve->noisy, names, &text);
    if (text.failed) buffer_free(&text);
    return text.bytes;
}

/* Whether some curve has runs of two sweeps. */
static bool is_shared(const struct collection *collection, const struct curves *curves) {
    for (size_t i = 0; i < curves->count; i++) {
        const struct curve *curve = &curves->curve[i];
        for (size_t r = 0; r < curve_runs(curve); r++)
            if (collection->records[curve->rows[r]]->sweep != curve->noisy->sweep) return true;
    }
    return false;
}

enum err curves_name(const struct collection *collection, struct curves *curves, struct error *error) {
    struct setting_names names = {0}, noise_names = {0};
    const struct record **noisy = memory_array(curves->count, sizeof *noisy);
    if (!noisy) return err_memory(error, "curves");
    for (size_t i = 0; i < curves->count; i++) noisy[i] = curves->curve[i].noisy;
    /* The name of a sweep says what a curve is only while no curve has runs of both. */
    enum setting_naming naming = is_shared(collection, curves) ? NAMING_OPTIONS : NAMING_SWEEPS;
    enum err code =
        setting_find_names(collection, curves->settings, curves->setting_count, naming, &names, error);
    if (!code) code = setting_find_names(collection, noisy, curves->count, NAMING_NOISE, &noise_names, error);
    for (size_t i = 0; i < curves->count && !code; i++) {
        struct curve *curve = &curves->curve[i];
        curve->label = curve_label(collection, curve, &noise_names);
        curve->place = curve_place(collection, curve, &names);
        if (!curve->label || !curve->place) code = err_memory(error, "curves");
    }
    free(noisy);
    fields_free(&names.fields);
    fields_free(&noise_names.fields);
    return code;
}

static void interval_text(const struct threshold *threshold, double highest, const char *name,
                          struct buffer *text) {
    buffer_printf(text, " (%s", name);
    label_percent(threshold->low, text);
    if (isfinite(threshold->high)) {
        buffer_text(text, " to ");
        label_percent(threshold->high, text);
    } else {
        buffer_text(text, " to beyond ");
        label_percent(highest, text);
    }
    buffer_char(text, ')');
}

void curve_threshold_text(const struct threshold *threshold, double highest, const char *name,
                          struct buffer *text) {
    switch (threshold->status) {
    case THRESHOLD_FOUND:
        label_percent(threshold->noise, text);
        interval_text(threshold, highest, name, text);
        break;
    case THRESHOLD_NOT_REACHED:
        buffer_text(text, "not reached up to ");
        label_percent(threshold->noise, text);
        break;
    case THRESHOLD_BELOW:
        buffer_text(text, "below ");
        label_percent(threshold->noise, text);
        break;
    case THRESHOLD_NO_CLEAN: buffer_text(text, "unknown: no clean run"); break;
    case THRESHOLD_NOT_LEARNED: buffer_text(text, "none: clean data was not learned"); break;
    }
}

/* A percentage without its sign. */
static void bare_percent(double share, struct buffer *text) {
    label_percent(share, text);
    if (text->failed) return;
    text->length -= strlen(" %");
    text->bytes[text->length] = 0;
}

void curve_threshold_short(const struct curve *curve, const struct threshold *threshold, bool interval,
                           struct buffer *text) {
    double highest = curve->levels[curve->count - 1].noise;
    switch (threshold->status) {
    case THRESHOLD_NOT_REACHED:
        buffer_text(text, "> ");
        label_percent(highest, text);
        break;
    case THRESHOLD_BELOW:
        buffer_text(text, "< ");
        label_percent(threshold->noise, text);
        break;
    case THRESHOLD_FOUND:
        label_percent(threshold->noise, text);
        if (!interval) break;
        buffer_text(text, " (");
        bare_percent(threshold->low, text);
        buffer_text(text, isfinite(threshold->high) ? "-" : "->");
        bare_percent(fmin(threshold->high, highest), text);
        buffer_char(text, ')');
        break;
    case THRESHOLD_NO_CLEAN: buffer_text(text, interval ? "no clean run" : "none"); break;
    case THRESHOLD_NOT_LEARNED: buffer_text(text, interval ? "not learned" : "none"); break;
    }
}

/* 99.2 %: accuracies carry one decimal. */
static void accuracy_text(double accuracy, struct buffer *text) {
    buffer_printf(text, "%.1f %%", accuracy * 100);
}

static const char *axis_words(const struct curve *curve) {
    return curve->axis == AXIS_CONTAMINATION ? "contamination" : "noise rate";
}

/* The tested levels that a threshold lies between: how sharply it can be known at all. */
static void bracket_text(const struct curve *curve, struct buffer *text) {
    size_t above = 1;
    while (above + 1 < curve->count && curve->levels[above].noise <= curve->threshold.noise) above++;
    buffer_text(text, ", between the tested ");
    label_percent(curve->levels[above - 1].noise, text);
    buffer_text(text, " and ");
    label_percent(curve->levels[above].noise, text);
}

/* What becomes of half the accuracy, as the end of a sentence. */
static void half_text(const struct curve *curve, struct buffer *text) {
    const struct threshold *half = &curve->half;
    if (half->status == THRESHOLD_FOUND) {
        buffer_text(text, "; half of it is left at ");
        label_percent(half->noise, text);
    } else if (half->status == THRESHOLD_NOT_REACHED) {
        buffer_text(text, "; it never falls to half");
    }
}

/* "70 % (1 of 3 seeds)": the levels at which some seeds have learned and others have not. */
static void split_text(const struct curve *curve, struct buffer *text) {
    if (!curve->split_levels) return;
    buffer_text(text, " At ");
    for (size_t i = 0, said = 0; i < curve->count; i++) {
        const struct point *point = &curve->points[i];
        double seeds = (double)curve->levels[i].count;
        if (!point->split) continue;
        if (said) buffer_text(text, said + 1 == curve->split_levels ? " and " : ", ");
        label_percent(curve->levels[i].noise, text);
        buffer_printf(text, " (%.0f of %.0f)", point->learned * seeds, seeds);
        said++;
    }
    buffer_text(text, " some seeds learned and the others did not, with none between.");
}

static void rise_text(const struct curve *curve, struct buffer *text) {
    const struct rise *rise = &curve->rise;
    if (!rise->found) return;
    buffer_text(text, " Accuracy rises again, from ");
    accuracy_text(curve->points[rise->valley].mean, text);
    buffer_text(text, " at ");
    label_percent(curve->levels[rise->valley].noise, text);
    buffer_text(text, " to ");
    accuracy_text(curve->points[rise->peak].mean, text);
    buffer_text(text, " at ");
    label_percent(curve->levels[rise->peak].noise, text);
    buffer_printf(text, " (by chance with p = %.2g)", rise->chance);
    buffer_text(text, curve->threshold.status == THRESHOLD_FOUND ? "; the threshold is where it first falls."
                                                                 : ".");
}

static void needed_text(const struct curve *curve, struct buffer *text) {
    if (!curve->seeds_needed) return;
    buffer_text(text, " About ");
    label_count((int64_t)curve->seeds_needed, text);
    buffer_text(text, " seeds a level would be needed for an interval of a fifth of the threshold.");
}

/* What there is to say where there is no threshold. Returns false where there is one. */
static bool none_text(const struct curves *curves, const struct curve *curve, struct buffer *text) {
    if (curve->threshold.status == THRESHOLD_NO_CLEAN) {
        buffer_text(text, "there is no clean run to compare with, so the threshold is unknown.");
        return true;
    }
    if (curve->threshold.status != THRESHOLD_NOT_LEARNED) return false;
    buffer_text(text, "clean data was not learned well enough (validation accuracy ");
    accuracy_text(curve->clean_validation, text);
    buffer_text(text, ", at least ");
    label_percent(curves->learned, text);
    buffer_text(text, " is asked for), so there is no threshold.");
    return true;
}

void curve_finding(const struct curves *curves, const struct curve *curve, struct buffer *text) {
    const struct threshold *threshold = &curve->threshold;
    double highest = curve->levels[curve->count - 1].noise;
    if (none_text(curves, curve, text)) return;
    buffer_text(text,
                threshold->status == THRESHOLD_BELOW ? "accuracy is under " : "accuracy keeps at least ");
    label_percent(curves->share, text);
    buffer_text(text, " of its clean value (");
    accuracy_text(curve->clean, text);
    if (threshold->status == THRESHOLD_FOUND) {
        buffer_printf(text, ") up to a %s of ", axis_words(curve));
        curve_threshold_text(threshold, highest, "95 % interval ", text);
        if (curve->count > 1) bracket_text(curve, text);
        half_text(curve, text);
    } else if (threshold->status == THRESHOLD_NOT_REACHED) {
        buffer_printf(text, ") at every %s tried, up to ", axis_words(curve));
        label_percent(highest, text);
    } else {
        buffer_printf(text, ") at every %s tried, from ", axis_words(curve));
        label_percent(threshold->noise, text);
        buffer_text(text, " on");
    }
    buffer_char(text, '.');
    rise_text(curve, text);
    split_text(curve, text);
    needed_text(curve, text);
}
