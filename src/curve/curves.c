/* The robustness curves in a collection. See curves.h. */
#define _GNU_SOURCE /* qsort_r */
#include "curve/curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "curve/curve_names.h"
#include "curve/curve_rows.h"
#include "curve/curve_values.h"
#include "curve/setting.h"

struct curve_search {
    const struct collection *collection;
    struct curves *curves;
    size_t *rows; /* numbers in the collection of the runs that curves are made of */
    size_t row_count;
    size_t *setting; /* of each of them, by that number, in curves->settings */
    bool *covered;   /* rows that are in a curve */
    size_t *members; /* rows by setting; those of setting s begin at begins[s] */
    size_t *begins;
    size_t *order; /* scratch: rows considered for an axis */
    int axis;      /* under consideration */
};

static double axis_level(const struct curve_search *search, size_t r, int axis) {
    const struct collection *collection = search->collection;
    const struct record *record = collection->records[r];
    if (axis == AXIS_CONTAMINATION) return record->contaminated;
    if (axis < NOISE_KINDS_MAX) return record_level(record, axis);
    for (int i = 0; i < collection->kind_count; i++)
        if (record_level(record, collection->kinds[i]) > 0) return record_level(record, collection->kinds[i]);
    return 0;
}

static int compare(double a, double b) { return (a > b) - (a < b); }

int curves_compare_noise(const struct collection *collection, int axis, const struct record *a,
                         const struct record *b) {
    int order = setting_compare_noise(collection, a, b);
    for (int i = 0; !order && i < collection->kind_count; i++) {
        int kind = collection->kinds[i];
        double x = record_level(a, kind), y = record_level(b, kind);
        if (axis == AXIS_TOGETHER)
            order = (y > 0) - (x > 0);
        else if (kind != axis)
            order = compare(x, y);
    }
    if (!order && axis != AXIS_CONTAMINATION) order = compare(a->contaminated, b->contaminated);
    return order;
}

/* Orders what two runs hold fixed along an axis: 0 when they belong to the same curve. */
static int compare_fixed(const struct curve_search *search, size_t left, size_t right) {
    const struct collection *collection = search->collection;
    int order = compare((double)search->setting[left], (double)search->setting[right]);
    return order ? order
                 : curves_compare_noise(collection, search->axis, collection->records[left],
                                        collection->records[right]);
}

static int compare_along(const void *left, const void *right, void *context) {
    const struct curve_search *search = context;
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    int order = compare_fixed(search, a, b);
    if (!order) order = compare(axis_level(search, a, search->axis), axis_level(search, b, search->axis));
    return order ? order : compare((double)a, (double)b);
}

/* Whether a run, of the same setting, is where the curve of `noisy` begins: no noise on the axis, all else
 * equal. */
static bool is_origin(const struct curve_search *search, size_t run, size_t noisy) {
    const struct collection *collection = search->collection;
    const struct record *a = collection->records[run], *b = collection->records[noisy];
    bool others = false, same = true; /* some other noise stays on along the curve, and is the same in both */
    for (int i = 0; i < collection->kind_count; i++) {
        int kind = collection->kinds[i];
        if (kind == search->axis) continue;
        others |= record_level(b, kind) > 0;
        same &= record_level(a, kind) == record_level(b, kind);
    }
    if (!others || search->axis >= NOISE_KINDS_MAX) return record_is_clean(a);
    return same && !record_is_clean(a) && record_level(a, search->axis) <= 0 &&
           a->contaminated == b->contaminated && !setting_compare_noise(collection, a, b);
}

/* Storage for a curve of at most `runs` runs. */
static enum err curve_reserve(struct curve *curve, size_t runs, struct error *error) {
    curve->levels = memory_array(runs, sizeof *curve->levels);
    curve->points = memory_array(runs, sizeof *curve->points);
    curve->trials = memory_array(runs, sizeof *curve->trials);
    curve->rows = memory_array(runs, sizeof *curve->rows);
    bool reserved = curve->levels && curve->points && curve->trials && curve->rows;
    return reserved ? ERR_OK : err_memory(error, "curves");
}

static void curve_free(struct curve *curve) {
    free(curve->levels);
    free(curve->points);
    free(curve->trials);
    free(curve->rows);
    free(curve->label);
    free(curve->place);
}

static struct trial trial_of(const struct record *record) {
    const struct evaluation *evaluation = &record->outcome.evaluation;
    return (struct trial){record->config.seed, evaluation->correct, evaluation->problems};
}

/* Adds a run at the curve's end; runs come by rising noise. */
static void curve_add(struct curve *curve, const struct curve_search *search, size_t row, size_t place,
                      double noise) {
    curve->rows[place] = row;
    curve->trials[place] = trial_of(search->collection->records[row]);
    curve->diverged += search->collection->records[row]->outcome.diverged > 0;
    if (curve->count == 0 || curve->levels[curve->count - 1].noise < noise) {
        curve->levels[curve->count] = (struct level){.noise = noise, .trials = &curve->trials[place]};
        curve->points[curve->count].rows = &curve->rows[place];
        curve->count++;
    }
    curve->levels[curve->count - 1].count++;
}

/* What decides whether a run has learned: what it reached on the validation problems, if it has any. */
static double validation_of(const struct record *record) {
    const struct outcome *outcome = &record->outcome;
    return isnan(outcome->validation_accuracy) ? outcome->evaluation.accuracy : outcome->validation_accuracy;
}

/* The clean runs of a setting as a level, and their mean validation accuracy; its trials are to be freed. */
static enum err clean_level(const struct curve_search *search, size_t setting, struct level *level,
                            double *validation, struct trial **storage, struct error *error) {
    size_t begin = search->begins[setting], end = search->begins[setting + 1];
    double sum = 0;
    *storage = memory_array(end - begin, sizeof **storage);
    if (!*storage) return err_memory(error, "curves");
    *level = (struct level){.trials = *storage};
    for (size_t m = begin; m < end; m++) {
        const struct record *record = search->collection->records[search->members[m]];
        if (!record_is_clean(record)) continue;
        (*storage)[level->count++] = trial_of(record);
        sum += validation_of(record);
    }
    *validation = sum / (double)level->count;
    return ERR_OK;
}

static int rank_of(const struct collection *collection, int axis) {
    for (int i = 0; i < collection->kind_count; i++)
        if (collection->kinds[i] == axis) return i;
    return axis;
}

/* Makes a curve of the noisy rows order[0 ... count) and what lies at its origin. */
static enum err add_curve(struct curve_search *search, const size_t *order, size_t count,
                          struct error *error) {
    const struct collection *collection = search->collection;
    struct curves *curves = search->curves;
    struct curve curve = {.setting = search->setting[order[0]],
                          .axis = search->axis,
                          .rank = rank_of(collection, search->axis),
                          .first = order[0],
                          .noisy = collection->records[order[0]]};
    struct trial *clean_trials = NULL;
    struct level clean_runs;
    struct clean clean = {0};
    size_t origin = 0, begin = search->begins[curve.setting], end = search->begins[curve.setting + 1];
    for (size_t m = begin; m < end; m++) origin += is_origin(search, search->members[m], order[0]);
    enum err code = ERR_OK;
    if (memory_reserve(&curves->curve, &curves->capacity, curves->count + 1, sizeof curve))
        code = err_memory(error, "curves");
    if (!code) code = curve_reserve(&curve, origin + count, error);
    if (!code)
        code = clean_level(search, curve.setting, &clean_runs, &clean.validation, &clean_trials, error);
    if (code) {
        curve_free(&curve);
        return code;
    }
    size_t place = 0;
    for (size_t m = begin; m < end && origin; m++)
        if (is_origin(search, search->members[m], order[0]))
            curve_add(&curve, search, search->members[m], place++, 0);
    bool starts_clean = origin && record_is_clean(collection->records[curve.rows[0]]);
    for (size_t i = 0; i < count; i++) {
        double noise = axis_level(search, order[i], search->axis);
        curve_add(&curve, search, order[i], place++, noise);
        search->covered[order[i]] = true;
    }
    clean.level = starts_clean ? curve.levels : clean_runs.count ? &clean_runs : NULL;
    code = curve_values_find(&curve, curves, &clean, error);
    free(clean_trials);
    if (code)
        curve_free(&curve);
    else
        curves->curve[curves->count++] = curve;
    return code;
}

/* Which rows an axis is tried on. */
enum candidates { ALL_NOISY, UNCOVERED_FIRST_KIND };

static bool is_candidate(const struct curve_search *search, size_t r, enum candidates which) {
    const struct collection *collection = search->collection;
    const struct record *record = collection->records[r];
    if (record_is_clean(record) || !(axis_level(search, r, search->axis) > 0)) return false;
    if (which == ALL_NOISY) return true;
    if (search->covered[r]) return false;
    for (int i = 0; collection->kinds[i] != search->axis; i++)
        if (record_level(record, collection->kinds[i]) > 0) return false;
    return true;
}

/* Whether the rates of all kinds rise from level to level, in runs that are not all on curves of other axes.
 * Mixes at random rates have several kinds too, and are no curve. */
static bool rise_together(const struct curve_search *search, const size_t *order, size_t count) {
    const struct collection *collection = search->collection;
    size_t covered = 0;
    for (size_t i = 0; i < count; i++) covered += search->covered[order[i]];
    if (covered == count) return false;
    for (size_t i = 1; i < count; i++) {
        bool rises =
            axis_level(search, order[i], AXIS_TOGETHER) > axis_level(search, order[i - 1], AXIS_TOGETHER);
        for (int k = 0; k < collection->kind_count; k++) {
            double before = record_level(collection->records[order[i - 1]], collection->kinds[k]);
            double here = record_level(collection->records[order[i]], collection->kinds[k]);
            if (here > 0 && (rises ? here <= before : here != before)) return false;
        }
    }
    return true;
}

/* Makes a curve of every group of candidate rows that has at least `least` levels along the axis. */
static enum err try_axis(struct curve_search *search, int axis, enum candidates which, size_t least,
                         struct error *error) {
    size_t count = 0;
    search->axis = axis;
    for (size_t i = 0; i < search->row_count; i++)
        if (is_candidate(search, search->rows[i], which)) search->order[count++] = search->rows[i];
    qsort_r(search->order, count, sizeof *search->order, compare_along, search);
    enum err code = ERR_OK;
    for (size_t first = 0, next; first < count && !code; first = next) {
        size_t levels = 1;
        for (next = first + 1; next < count; next++) {
            size_t before = search->order[next - 1], here = search->order[next];
            if (compare_fixed(search, before, here)) break;
            levels += axis_level(search, before, axis) != axis_level(search, here, axis);
        }
        bool is_curve = levels >= least &&
                        (axis != AXIS_TOGETHER || rise_together(search, search->order + first, next - first));
        if (is_curve) code = add_curve(search, search->order + first, next - first, error);
    }
    return code;
}

static enum err find_all(struct curve_search *search, struct error *error) {
    const int *kinds = search->collection->kinds, count = search->collection->kind_count;
    enum err code = ERR_OK;
    for (int i = 0; i < count && !code; i++) code = try_axis(search, kinds[i], ALL_NOISY, 2, error);
    if (!code) code = try_axis(search, AXIS_CONTAMINATION, ALL_NOISY, 2, error);
    if (!code) code = try_axis(search, AXIS_TOGETHER, ALL_NOISY, 2, error);
    for (int i = 0; i < count && !code; i++)
        code = try_axis(search, kinds[i], UNCOVERED_FIRST_KIND, 1, error);
    return code;
}

static int compare_runs_by_setting(const void *left, const void *right, void *context) {
    const struct collection *collection = *(const struct collection *const *)context;
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    int order = setting_compare(collection, collection->records[a], collection->records[b]);
    return order ? order : compare((double)a, (double)b);
}

/* Numbers the different settings in the order of their first runs. */
static void number_settings(struct curve_search *search) {
    const struct collection *collection = search->collection;
    struct curves *curves = search->curves;
    size_t *order = search->order, *first = search->setting; /* first[r]: the first run with r's settings */
    memcpy(order, search->rows, search->row_count * sizeof *order);
    qsort_r(order, search->row_count, sizeof *order, compare_runs_by_setting, &search->collection);
    for (size_t i = 0; i < search->row_count; i++) {
        bool same = i && !setting_compare(collection, collection->records[order[i]],
                                          collection->records[order[i - 1]]);
        first[order[i]] = same ? first[order[i - 1]] : order[i];
    }
    for (size_t i = 0; i < search->row_count; i++) {
        size_t r = search->rows[i];
        if (first[r] == r) {
            curves->settings[curves->setting_count] = collection->records[r];
            search->setting[r] = curves->setting_count++;
        } else {
            search->setting[r] = search->setting[first[r]];
        }
    }
}

/* Sorts the rows by their setting's number, by counting. */
static void group_settings(struct curve_search *search) {
    size_t settings = search->curves->setting_count;
    for (size_t i = 0; i < search->row_count; i++) search->begins[search->setting[search->rows[i]] + 1]++;
    for (size_t s = 0; s < settings; s++) search->begins[s + 1] += search->begins[s];
    for (size_t i = 0; i < search->row_count; i++)
        search->members[search->begins[search->setting[search->rows[i]]]++] = search->rows[i];
    for (size_t s = settings; s > 0; s--) search->begins[s] = search->begins[s - 1];
    search->begins[0] = 0;
}

static int compare_curves(const void *left, const void *right) {
    const struct curve *a = left, *b = right;
    int order = a->noisy->sweep - b->noisy->sweep;
    if (!order) order = strcmp(a->noisy->task, b->noisy->task);
    /* Chain of thought is what it is about, so it comes before other formats. */
    if (!order) order = !strcmp(b->noisy->format, "trace") - !strcmp(a->noisy->format, "trace");
    if (order) return order;
    if (a->setting != b->setting) return a->setting < b->setting ? -1 : 1;
    if (a->rank != b->rank) return a->rank - b->rank;
    return a->first < b->first ? -1 : a->first > b->first;
}

enum err curves_find(const struct collection *collection, double share, double learned, struct curves *curves,
                     struct error *error) {
    *curves = (struct curves){.share = share, .learned = learned};
    struct curve_search search = {
        .collection = collection,
        .curves = curves,
        .rows = memory_array(collection->count, sizeof(size_t)),
        .setting = memory_array(collection->count, sizeof(size_t)),
        .covered = memory_array(collection->count, sizeof(bool)),
        .members = memory_array(collection->count, sizeof(size_t)),
        .begins = memory_array(collection->count + 1, sizeof(size_t)),
        .order = memory_array(collection->count, sizeof(size_t)),
    };
    curves->settings = memory_array(collection->count, sizeof *curves->settings);
    enum err code = ERR_OK;
    if (!search.rows || !search.setting || !search.covered || !search.members || !search.begins ||
        !search.order || !curves->settings) {
        code = err_memory(error, "curves");
    } else {
        search.row_count = curve_rows_take(collection, search.rows);
        number_settings(&search);
        group_settings(&search);
        code = find_all(&search, error);
    }
    free(search.rows);
    free(search.setting);
    free(search.covered);
    free(search.members);
    free(search.begins);
    free(search.order);
    if (!code && curves->count) qsort(curves->curve, curves->count, sizeof *curves->curve, compare_curves);
    if (!code) code = curves_name(collection, curves, error);
    if (code) curves_free(curves);
    return code;
}

bool curves_single_seed(const struct curves *curves) {
    for (size_t i = 0; i < curves->count; i++)
        for (size_t level = 0; level < curves->curve[i].count; level++)
            if (curves->curve[i].levels[level].count == 1) return true;
    return false;
}

void curves_free(struct curves *curves) {
    for (size_t i = 0; i < curves->count; i++) curve_free(&curves->curve[i]);
    free(curves->curve);
    free(curves->settings);
    *curves = (struct curves){0};
}

size_t curve_runs(const struct curve *curve) {
    size_t runs = 0;
    for (size_t i = 0; i < curve->count; i++) runs += curve->levels[i].count;
    return runs;
}
