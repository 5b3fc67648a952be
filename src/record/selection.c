/* Values that each cell chooses. See selection.h. */
#define _GNU_SOURCE /* qsort_r */
#include "record/selection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/memory.h"
#include "record/results_csv.h"

static bool is_of_model(const struct field *field) {
    return field->option.row && !strncmp(field->option.row->name, "model.", strlen("model."));
}

static bool is_among(const struct fields *selected, const struct field *field) {
    for (size_t i = 0; i < selected->count; i++) {
        const struct field *chosen = &selected->field[i];
        if (field_is_same_option(chosen, field)) return true;
        if (is_of_model(chosen) && is_of_model(field)) return true; /* a preset brings its shape along */
    }
    return false;
}

static bool has_column(const struct fields *selected, const struct column *column) {
    for (size_t i = 0; i < selected->count; i++) {
        const struct field *chosen = &selected->field[i];
        if (column->option && field_is_option(chosen, column->option)) return true;
        if (!strcmp(column->name, "model") && is_of_model(chosen)) return true;
    }
    return false;
}

bool selection_has(const struct collection *collection, const struct record *run, const struct field *field) {
    const struct fields *selected = &collection->sources[run->sweep].selected;
    return field->column ? has_column(selected, field->column) : is_among(selected, field);
}

int selection_compare(const struct collection *collection, const struct field *field, const struct record *a,
                      const struct record *b) {
    bool of_a = selection_has(collection, a, field), of_b = selection_has(collection, b, field);
    return of_a || of_b ? of_b - of_a : field_compare(field, a, b);
}

/* --- order ------------------------------------------------------------------------------------------- */

/* What runs are grouped by. */
struct grouping {
    const struct collection *collection;
    const struct fields *varied;
};

/* By what the cell is, or by what was tried in it. */
static int compare_by(const struct grouping *by, bool tried, const struct record *a, const struct record *b) {
    int order = tried ? 0 : a->sweep - b->sweep;
    for (size_t i = 0; i < by->varied->count && !order; i++) {
        const struct field *field = &by->varied->field[i];
        bool is_outcome = field->extra && !field->extra_is_option;
        if (is_outcome || field_is_option(field, "seeds")) continue;
        if (selection_has(by->collection, a, field) != tried) continue;
        order = field_compare(field, a, b);
    }
    return order;
}

static int compare_runs(const void *left, const void *right, void *context) {
    const struct grouping *by = context;
    const struct record *a = *(const struct record *const *)left, *b = *(const struct record *const *)right;
    int order = compare_by(by, false, a, b);
    if (!order) order = compare_by(by, true, a, b);
    if (!order) order = (a->config.seed > b->config.seed) - (a->config.seed < b->config.seed);
    return order ? order : strcmp(a->run, b->run);
}

/* --- candidates -------------------------------------------------------------------------------------- */

static struct selection_candidate measure(const struct record *const *runs, size_t count) {
    struct selection_candidate candidate = {.runs = runs, .count = count};
    for (size_t i = 0; i < count; i++) {
        candidate.validation += runs[i]->outcome.validation_accuracy / (double)count;
        candidate.accuracy += runs[i]->outcome.evaluation.accuracy / (double)count;
    }
    return candidate;
}

/* Chooses among the candidates of one cell. */
static void choose(struct selection_candidate *candidates, size_t count) {
    size_t seeds = 0, best = count;
    for (size_t i = 0; i < count; i++)
        if (candidates[i].count > seeds) seeds = candidates[i].count;
    for (size_t i = 0; i < count; i++) {
        if (candidates[i].count < seeds) continue;
        if (best == count || candidates[i].validation > candidates[best].validation ||
            (isnan(candidates[best].validation) && !isnan(candidates[i].validation)))
            best = i;
    }
    candidates[best].chosen = true;
}

static enum err find_candidates(const struct record **runs, size_t count, struct grouping *by,
                                struct selection *selection, struct error *error) {
    struct selection made = {.order = runs, .candidate = memory_array(count, sizeof *made.candidate)};
    if (!made.candidate) return err_memory(error, "results");
    if (count) qsort_r(runs, count, sizeof *runs, compare_runs, by);
    size_t cell = 0; /* where its candidates begin */
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && !compare_by(by, false, runs[first], runs[next]) &&
                               !compare_by(by, true, runs[first], runs[next]);)
            next++;
        made.candidate[made.count++] = measure(runs + first, next - first);
        if (next < count && !compare_by(by, false, runs[first], runs[next])) continue;
        choose(made.candidate + cell, made.count - cell);
        cell = made.count;
    }
    *selection = made;
    return ERR_OK;
}

void selection_free(struct selection *selection) {
    free(selection->order);
    free(selection->candidate);
    *selection = (struct selection){0};
}

/* Candidates of all runs but parents. */
static enum err gather(const struct collection *collection, const struct fields *varied,
                       struct selection *selection, struct error *error) {
    size_t count = collection->count + collection->passed_over_count;
    const struct record **runs = memory_array(count, sizeof *runs);
    if (!runs) return err_memory(error, "results");
    for (size_t r = 0; r < collection->count; r++) runs[r] = collection->records[r];
    for (size_t r = 0; r < collection->passed_over_count; r++)
        runs[collection->count + r] = collection->passed_over[r];
    struct grouping by = {collection, varied};
    enum err code = find_candidates(runs, count, &by, selection, error);
    if (code) free(runs);
    return code;
}

enum err selection_make(const struct collection *collection, struct selection *selection,
                        struct error *error) {
    return gather(collection, &collection->varied, selection, error);
}

/* --- separating ---------------------------------------------------------------------------------------- */

/* What the spec selects, as fields. */
static enum err name_selected(struct collection *collection, const struct spec *spec, struct error *error) {
    enum err code = ERR_OK;
    struct option_ref option;
    for (int n = 0; !code && spec_selected(spec, n, &option); n++) {
        code = fields_add(&collection->selected, (struct field){.option = option}, error);
        if (!code)
            code = fields_add(&collection->sources[0].selected, (struct field){.option = option}, error);
    }
    return code;
}

static int compare_places(const void *left, const void *right) {
    uintptr_t a = (uintptr_t) * (const struct record *const *)left,
              b = (uintptr_t) * (const struct record *const *)right;
    return (a > b) - (a < b);
}

static enum err move_passed_over(struct collection *collection, const struct selection *selection,
                                 struct error *error) {
    size_t count = 0, kept = 0, passed = 0;
    struct record **over = memory_array(collection->count, sizeof *over);
    if (!over) return err_memory(error, "results");
    for (size_t c = 0; c < selection->count; c++)
        for (size_t i = 0; i < selection->candidate[c].count && !selection->candidate[c].chosen; i++)
            memcpy(&over[count++], &selection->candidate[c].runs[i], sizeof *over);
    qsort(over, count, sizeof *over, compare_places); /* only to look them up; the order comes later */
    for (size_t r = 0; r < collection->count; r++) {
        struct record *record = collection->records[r];
        bool is_over = bsearch(&record, over, count, sizeof *over, compare_places) != NULL;
        if (!is_over) collection->records[kept++] = record;
    }
    passed = collection->count - kept;
    collection->count = kept;
    collection->passed_over = over;
    collection->passed_over_count = passed;
    return ERR_OK;
}

enum err selection_separate(struct collection *collection, const struct spec *spec, struct error *error) {
    struct fields varied = {0};
    struct selection selection = {0};
    enum err code = spec ? name_selected(collection, spec, error) : ERR_OK;
    if (code || !collection->selected.count) return code;
    code = fields_find_varied(collection->records, collection->count, &varied, error);
    if (!code) code = gather(collection, &varied, &selection, error);
    if (!code) code = move_passed_over(collection, &selection, error);
    selection_free(&selection);
    fields_free(&varied);
    return code;
}

/* --- selection.csv ---------------------------------------------------------------------------------------
 */

static bool tells_cell(const struct column *column) {
    return (column->is_setting && !column->is_later) || (column->names_cell && !column->tested);
}

static void write_row(const struct selection_candidate *candidate, const struct fields *options,
                      struct buffer *csv) {
    for (const struct column *column = columns_table(); column->name; column++) {
        if (!tells_cell(column)) continue;
        column_csv(column, candidate->runs[0], csv);
        buffer_char(csv, ',');
    }
    for (size_t i = 0; i < options->count; i++) {
        field_csv(&options->field[i], candidate->runs[0], csv);
        buffer_char(csv, ',');
    }
    buffer_printf(csv, "%zu,", candidate->count);
    csv_number(csv, candidate->validation);
    buffer_char(csv, ',');
    csv_number(csv, candidate->accuracy);
    buffer_text(csv, candidate->chosen ? ",yes\n" : ",no\n");
}

enum err selection_write_csv(const struct collection *collection, const char *path, struct error *error) {
    struct buffer csv = {0};
    struct fields options = {0};
    struct selection selection = {0};
    enum err code = results_csv_options(collection, &options, error);
    if (!code) code = selection_make(collection, &selection, error);
    for (const struct column *column = columns_table(); column->name && !code; column++)
        if (tells_cell(column)) buffer_printf(&csv, "%s,", column->name);
    for (size_t i = 0; i < options.count; i++) {
        char name[OPTION_NAME_MAX];
        field_name(&options.field[i], collection_tasks(collection), name);
        csv_text(&csv, name);
        buffer_char(&csv, ',');
    }
    buffer_text(&csv, "seeds,validation_accuracy,accuracy,chosen\n");
    for (size_t c = 0; c < selection.count; c++) write_row(&selection.candidate[c], &options, &csv);
    if (!code && csv.failed) code = err_memory(error, path);
    if (!code) code = file_write_plain(path, csv.bytes, csv.length, error);
    selection_free(&selection);
    fields_free(&options);
    buffer_free(&csv);
    return code;
}
