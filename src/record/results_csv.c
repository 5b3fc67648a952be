/* results.csv, written. See results_csv.h; read back in results_csv_read.c. */
#include "record/results_csv.h"

#include <string.h>

#include "base/csv.h"
#include "base/file.h"

/* Whether a column says it. (The seed has one of its own, for a run has one of the seeds.) */
static bool is_repeated(const struct field *field) {
    return field_is_option(field, "seeds") || field_is_option(field, "rl.method") ||
           column_find(field->option.row->name);
}

/* Whether it is the rate of a noise that is in use, which has a column whether it varies or not. */
static bool is_rate_in_use(const struct collection *collection, const struct field *field) {
    for (int i = 0; i < collection->kind_count; i++)
        if (field_is_rate(field) && field->option.index == collection->kinds[i]) return true;
    return false;
}

/* Whether it is a contamination of its own that a run has, which no other column says. */
static bool is_own_contamination_in_use(const struct collection *collection, const struct field *field) {
    for (size_t r = 0; r < collection->count && field_is_own_contamination(field); r++)
        if (field_applies(field, collection->records[r])) return true;
    return false;
}

static bool is_varied(const struct collection *collection, const struct field *field) {
    for (size_t i = 0; i < collection->varied.count; i++)
        if (field_is_same_option(&collection->varied.field[i], field)) return true;
    return false;
}

static bool differs(const struct collection *collection, const struct column *column) {
    for (size_t r = 1; r < collection->count; r++)
        if (column_compare(column, collection->records[0], collection->records[r])) return true;
    return false;
}

static bool is_marked(const struct collection *collection, const struct column *column) {
    for (size_t r = 0; r < collection->count; r++)
        if (column_is_marked(column, collection->records[r])) return true;
    return false;
}

enum err results_csv_options(const struct collection *collection, struct fields *fields,
                             struct error *error) {
    enum err code = ERR_OK;
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; i < option_count(row) && !code; i++) {
            struct field field = {.option = {.row = row, .index = i}};
            if (is_repeated(&field)) continue;
            if (is_varied(collection, &field) || is_rate_in_use(collection, &field) ||
                is_own_contamination_in_use(collection, &field))
                code = fields_add(fields, field, error);
        }
    for (const struct column *column = columns_table(); column->name && !code; column++)
        if (((column->is_content || column->is_later) && differs(collection, column)) ||
            (column->is_mark && is_marked(collection, column)))
            code = fields_add(fields, (struct field){.column = column}, error);
    for (size_t i = 0; i < collection->varied.count && !code; i++)
        if (collection->varied.field[i].extra) code = fields_add(fields, collection->varied.field[i], error);
    return code;
}

void results_csv_header(const struct collection *collection, const struct fields *fields,
                        struct buffer *csv) {
    int tasks = collection_tasks(collection);
    for (size_t i = 0; i < fields->count; i++) {
        char name[OPTION_NAME_MAX];
        field_name(&fields->field[i], tasks, name);
        buffer_char(csv, ',');
        csv_text(csv, name);
    }
}

static void write_row(const struct record *record, const struct fields *fields, struct buffer *csv) {
    for (const struct column *column = columns_table(); column->name; column++) {
        if (!column->in_csv) continue;
        if (column != columns_table()) buffer_char(csv, ',');
        column_csv(column, record, csv);
    }
    for (size_t i = 0; i < fields->count; i++) {
        buffer_char(csv, ',');
        field_csv(&fields->field[i], record, csv);
    }
    buffer_char(csv, '\n');
}

/* Leaves out what every results.csv has a column for. */
static void drop_fixed(struct fields *fields) {
    size_t kept = 0;
    for (size_t i = 0; i < fields->count; i++)
        if (!fields->field[i].column || !fields->field[i].column->in_csv)
            fields->field[kept++] = fields->field[i];
    fields->count = kept;
}

enum err results_csv_write(const struct collection *collection, const char *path, struct error *error) {
    struct buffer csv = {0};
    struct fields fields = {0};
    enum err code = results_csv_options(collection, &fields, error);
    drop_fixed(&fields);
    for (const struct column *column = columns_table(); column->name; column++)
        if (column->in_csv) buffer_printf(&csv, "%s%s", column == columns_table() ? "" : ",", column->name);
    results_csv_header(collection, &fields, &csv);
    buffer_char(&csv, '\n');
    for (size_t r = 0; r < collection->count; r++) write_row(collection->records[r], &fields, &csv);
    for (size_t r = 0; r < collection->passed_over_count; r++)
        write_row(collection->passed_over[r], &fields, &csv);
    for (size_t r = 0; r < collection->parent_count; r++) write_row(collection->parents[r], &fields, &csv);
    if (!code && csv.failed) code = err_memory(error, path);
    if (!code) code = file_write_plain(path, csv.bytes, csv.length, error);
    buffer_free(&csv);
    fields_free(&fields);
    return code;
}
