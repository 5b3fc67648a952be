/* What runs can differ in. See field.h. */
#include "record/field.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/memory.h"
#include "spec/start.h"

void fields_free(struct fields *fields) {
    free(fields->field);
    *fields = (struct fields){0};
}

enum err fields_add(struct fields *fields, struct field field, struct error *error) {
    if (memory_reserve(&fields->field, &fields->capacity, fields->count + 1, sizeof field))
        return err_memory(error, "results");
    fields->field[fields->count++] = field;
    return ERR_OK;
}

void field_name(const struct field *field, int tasks, char name[OPTION_NAME_MAX]) {
    if (field->option.row)
        option_name(field->option, tasks, name);
    else
        snprintf(name, OPTION_NAME_MAX, "%s", field->column ? field->column->name : field->extra);
}

/* A noise's own contamination, where it has one. */
static bool is_own_contamination(struct option_ref option) {
    return option.row->counts == COUNTS_NOISES && strstr(option.row->name, ".contamination");
}

static bool is_rate(struct option_ref option) {
    return option.row->counts == COUNTS_NOISES && !is_own_contamination(option);
}

static bool option_applies(struct option_ref option, const struct record *record) {
    const struct mix *mix = &record->config.mix;
    if (is_rate(option)) return true;
    if (!option_has_effect(option, &record->config)) return false;
    if (is_own_contamination(option)) return mix->kind_contamination[option.index] != mix->contamination;
    return !option.row->of_noise || !record_is_clean(record);
}

bool field_applies(const struct field *field, const struct record *record) {
    if (field->option.row) return option_applies(field->option, record);
    return field->column || record_extra(record, field->extra);
}

bool field_is_of_noise(const struct field *field) { return field->option.row && field->option.row->of_noise; }

bool field_is_of_reinforcement(const struct field *field) {
    return field->option.row && option_is_of_reinforcement(field->option.row);
}

bool field_is_rate(const struct field *field) { return field->option.row && is_rate(field->option); }

bool field_is_own_contamination(const struct field *field) {
    return field->option.row && is_own_contamination(field->option);
}

bool field_is_same_option(const struct field *a, const struct field *b) {
    return a->option.row && b->option.row && option_slot(a->option) == option_slot(b->option);
}

bool field_is_option(const struct field *field, const char *row_name) {
    return field->option.row && !strcmp(field->option.row->name, row_name);
}

/* What data.file and model.init hold is what counts, not where it lies. */
static const char *content_of(const struct option_row *row, const struct record *record) {
    if (row->content == CONTENT_FILE) return record->outcome.data;
    return row->content == CONTENT_MODEL ? record->outcome.init : "";
}

static int compare_options(struct option_ref option, const struct record *a, const struct record *b) {
    const struct option_row *row = option.row;
    struct option_value x = option_get(option, &a->config), y = option_get(option, &b->config);
    const char *one = content_of(row, a), *other = content_of(row, b);
    if (*one && *other) return strcmp(one, other);
    return option_compare(row, x, y);
}

static bool read_number(const char *text, double *number) {
    char *end;
    *number = strtod(text, &end);
    return end > text && !*end && !isnan(*number);
}

static int compare_texts(const char *a, const char *b) {
    double x, y;
    bool one = read_number(a, &x), other = read_number(b, &y);
    if (one != other) return one ? -1 : 1;
    return one ? (x > y) - (x < y) : strcmp(a, b);
}

int field_compare(const struct field *field, const struct record *a, const struct record *b) {
    bool one = field_applies(field, a), other = field_applies(field, b);
    if (!one || !other) return one - other;
    if (field->option.row) return compare_options(field->option, a, b);
    if (field->column) return column_compare(field->column, a, b);
    return compare_texts(record_extra(a, field->extra)->text, record_extra(b, field->extra)->text);
}

/* A value as a spec has it, without JSON's quotes. */
static void option_text(struct option_ref option, const struct record *record, struct buffer *text) {
    struct option_value value = option_get(option, &record->config);
    if (option.row->type == OPTION_STRING)
        buffer_text(text, value.text);
    else if (option.row->choice)
        buffer_text(text, option.row->choice((int)value.integer));
    else
        option_print(option.row, value, text);
}

void field_text(const struct field *field, const struct record *record, struct buffer *text) {
    if (!field_applies(field, record)) return;
    if (field->option.row)
        option_text(field->option, record, text);
    else if (field->extra)
        buffer_text(text, record_extra(record, field->extra)->text);
    else if (column_is_text(field->column))
        buffer_text(text, column_text(field->column, record));
    else
        column_csv(field->column, record, text);
}

void field_csv(const struct field *field, const struct record *record, struct buffer *csv) {
    struct buffer text = {0};
    field_text(field, record, &text);
    if (text.length) csv_text(csv, text.bytes);
    csv->failed |= text.failed;
    buffer_free(&text);
}

/* --- what varies ------------------------------------------------------------------------------------- */

/* Whether a noise at work has no contamination of its own, but that of all. */
static bool is_inherited(const struct field *field, const struct record *record) {
    return field_is_own_contamination(field) && !field_applies(field, record) && !record_is_clean(record) &&
           option_has_effect(field->option, &record->config);
}

/* Whether an option does not apply to a record for its own value alone, which another record has otherwise: a
 * share of 0 beside one of 0.5, `reverse: false` beside `true`. */
static bool is_switched_off(const struct field *field, const struct record *off, const struct record *on) {
    if (!field->option.row || field_applies(field, off)) return false;
    if (!option_compare(field->option.row, option_get(field->option, &off->config),
                        option_get(field->option, &on->config)))
        return false;
    struct config config = off->config;
    option_set(field->option, option_get(field->option, &on->config), &config);
    return !option_has_effect(field->option, &off->config) && option_has_effect(field->option, &config);
}

/* Whether two of the records to which the field applies have different values; a contamination of its own
 * that one has and another inherits is different, and so is an option that is on in one and off in another.
 * The third task of one family and the third of another have nothing to do with each other. */
static bool varies(const struct field *field, struct record *const *records, size_t count) {
    const struct record *firsts[FAMILY_KINDS] = {NULL}, *any = NULL;
    bool inherited = false, of_tasks = field->option.row && field->option.row->counts == COUNTS_TASKS;
    for (size_t r = 0; r < count; r++) {
        const struct record **first = &firsts[of_tasks ? records[r]->config.family : FAMILY_NONE];
        inherited |= is_inherited(field, records[r]);
        if (!field_applies(field, records[r])) continue;
        if (!any) any = records[r];
        if (!*first)
            *first = records[r];
        else if (field_compare(field, *first, records[r]))
            return true;
    }
    for (size_t r = 0; r < count && any; r++)
        if (is_switched_off(field, records[r], any)) return true;
    return any && inherited;
}

/* Whether something is said of a parent that the record has. */
static bool says_parent(const struct record *record) {
    const struct extra *samples = record_extra(record, "start.data.samples");
    return record_says_start(record) && !(samples && !strcmp(samples->text, "0"));
}

/* Whether the extra does not stand in all records with one text, or in none. What was said of a parent says
 * nothing where there is none: start.data.samples, which is 0 there, tells these apart. Of two parents, one
 * of which has a value of its own and the other that of its child, it tells much. */
static bool extra_varies(const char *name, struct record *const *records, size_t count) {
    const struct field field = {.extra = name};
    bool of_parents = start_option(name) && strcmp(name, "start.data.samples");
    const struct record *first = NULL;
    for (size_t r = 0; r < count; r++) {
        if (of_parents && !says_parent(records[r])) continue;
        if (!first)
            first = records[r];
        else if (field_compare(&field, first, records[r]))
            return true;
    }
    return false;
}

static bool has_extra(const struct fields *fields, const char *name) {
    for (size_t i = 0; i < fields->count; i++)
        if (fields->field[i].extra && !strcmp(fields->field[i].extra, name)) return true;
    return false;
}

static int compare_extras(const void *left, const void *right) {
    return strcmp(((const struct field *)left)->extra, ((const struct field *)right)->extra);
}

enum err fields_find_varied(struct record *const *records, size_t count, struct fields *fields,
                            struct error *error) {
    enum err code = ERR_OK;
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; i < option_count(row) && !code; i++) {
            struct field field = {.option = {.row = row, .index = i}};
            if ((row->matters || row->of_noise || row->retells) && varies(&field, records, count))
                code = fields_add(fields, field, error);
        }
    size_t options = fields->count;
    for (size_t r = 0; r < count && !code; r++)
        for (size_t e = 0; e < records[r]->extra_count && !code; e++) {
            const struct extra *extra = &records[r]->extras[e];
            struct field field = {.extra = extra->name, .extra_is_option = extra->is_option};
            if (!has_extra(fields, extra->name) && extra_varies(extra->name, records, count))
                code = fields_add(fields, field, error);
        }
    /* Records come in any order. */
    if (fields->count > options)
        qsort(fields->field + options, fields->count - options, sizeof *fields->field, compare_extras);
    return code;
}
