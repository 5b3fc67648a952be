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

enum err curves_name(const struct collection *collection, struct curves *curves, struct error *error) {
    struct setting_names names = {0}, noise_names = {0};
    const struct record **noisy = memory_array(curves->count, sizeof *noisy);
    if (!noisy) return err_memory(error, "curves");
    for (size_t i = 0; i < curves->count; i++) noisy[i] = curves->curve[i].noisy;
    enum err code =
        setting_find_names(collection, curves->settings, curves->setting_count, false, &names, error);
    if (!code) code = setting_find_names(collection, noisy, curves->count, true, &noise_names, error);
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
    case THRESHOLD_NOT_LEARNED: buffer_text(text, "none: clean data was not learned either"); break;
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

void curve_finding(const struct curves *curves, const struct curve *curve, struct buffer *text) {
    const struct threshold *threshold = &curve->threshold;
    double highest = curve->levels[curve->count - 1].noise;
    if (threshold->status == THRESHOLD_NO_CLEAN) {
        buffer_text(text, "there is no clean run to compare with, so the threshold is unknown.");
        return;
    }
    if (threshold->status == THRESHOLD_NOT_LEARNED) {
        buffer_text(text, "even clean data was not learned (accuracy ");
        accuracy_text(curve->clean, text);
        buffer_text(text, "), so there is nothing to lose and no threshold.");
        return;
    }
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
}
