/* One finished run. See row.h. */
#include "record/row.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/memory.h"

#define COLUMN(member, kind) .name = #member, .type = COLUMN_##kind, .offset = offsetof(struct row, member)

const struct column row_columns[] = {
    {COLUMN(run, TEXT)},
    {COLUMN(task, TEXT)},
    {COLUMN(format, TEXT)},
    {COLUMN(model, TEXT)},
    {COLUMN(parameters, COUNT)},
    {COLUMN(seed, COUNT)},
    {COLUMN(samples, COUNT)},
    {COLUMN(epochs, NUMBER)},
    {COLUMN(noise, TEXT)},
    {COLUMN(rate, RATE)},
    {COLUMN(contamination, SHARE)},
    {COLUMN(accuracy, SHARE)},
    {COLUMN(accuracy_low, SHARE)},
    {COLUMN(accuracy_high, SHARE)},
    {COLUMN(trace_accuracy, SHARE), .may_lack = true},
    {COLUMN(line_accuracy, SHARE), .may_lack = true},
    {COLUMN(malformed, SHARE), .may_lack = true},
    {COLUMN(test_loss, NUMBER), .may_lack = true},
    {COLUMN(steps, COUNT)},
    {COLUMN(tokens, COUNT)},
    {COLUMN(seconds, NUMBER)},
    {COLUMN(tokens_per_second, NUMBER)},
    {COLUMN(stopped, TEXT)},
    {COLUMN(commit, TEXT)},
    {COLUMN(problems, COUNT)},
    {COLUMN(correct, COUNT)},
    {0},
};

/* Figures beyond this are no measurement. Exact as a double. */
static const double largest = 1e15;

static bool is_plain(const char *text) {
    size_t length = strlen(text);
    if (length > ROW_TEXT_MAX) return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) return false;
    return true;
}

static enum err read_text(const json_t *member, const struct column *column, char **text,
                          struct error *error) {
    char number[32];
    const char *value = json_string_value(member);
    if (!value && column->type == COLUMN_RATE && json_is_number(member)) {
        snprintf(number, sizeof number, "%g", json_number_value(member));
        value = number;
    }
    if (!value || !is_plain(value))
        return err_set(error, ERR_INPUT, "\"%s\" is not one printable line of text of at most %d bytes",
                       column->name, ROW_TEXT_MAX);
    *text = memory_string(value);
    return *text ? ERR_OK : err_memory(error, "results");
}

static enum err read_number(const json_t *member, const struct column *column, double *number,
                            struct error *error) {
    double high = column->type == COLUMN_SHARE ? 1 : largest;
    if (json_is_null(member) && column->may_lack) {
        *number = NAN;
        return ERR_OK;
    }
    if (!json_is_number(member)) return err_set(error, ERR_INPUT, "\"%s\" is not a number", column->name);
    double value = json_number_value(member);
    if (!(value >= 0 && value <= high))
        return err_set(error, ERR_INPUT, "\"%s\" is %g, allowed are 0 to %g", column->name, value, high);
    *number = value;
    return ERR_OK;
}

static enum err read_count(const json_t *member, const struct column *column, int64_t *count,
                           struct error *error) {
    if (!json_is_integer(member))
        return err_set(error, ERR_INPUT, "\"%s\" is not a whole number", column->name);
    int64_t value = json_integer_value(member);
    if (value < 0 || value > (int64_t)largest)
        return err_set(error, ERR_INPUT, "\"%s\" is %" PRId64 ", allowed are 0 to %g", column->name, value,
                       largest);
    *count = value;
    return ERR_OK;
}

static enum err read_member(const json_t *json, const struct column *column, struct row *row,
                            struct error *error) {
    const json_t *member = json_object_get(json, column->name);
    if (!member) return err_set(error, ERR_INPUT, "\"%s\" is missing", column->name);
    void *field = (char *)row + column->offset;
    switch (column->type) {
    case COLUMN_TEXT:
    case COLUMN_RATE: return read_text(member, column, field, error);
    case COLUMN_COUNT: return read_count(member, column, field, error);
    case COLUMN_NUMBER:
    case COLUMN_SHARE: return read_number(member, column, field, error);
    }
    return ERR_OK;
}

static int accept_kind(void *context, const char *kind, double rate) {
    (void)context, (void)kind, (void)rate;
    return 0;
}

/* What members say must fit together, or the file was not written by a run. */
static enum err check(const struct row *row, struct error *error) {
    if (row->problems < 1 || row->correct > row->problems)
        return err_set(error, ERR_INPUT, "\"correct\" is %" PRId64 " of %" PRId64 " problems", row->correct,
                       row->problems);
    double share = (double)row->correct / (double)row->problems;
    if (fabs(share - row->accuracy) > 1e-4)
        return err_set(error, ERR_INPUT, "\"accuracy\" is %g, but %" PRId64 " of %" PRId64 " problems are %g",
                       row->accuracy, row->correct, row->problems, share);
    if (row->accuracy_low > row->accuracy + 1e-9 || row->accuracy_high < row->accuracy - 1e-9)
        return err_set(error, ERR_INPUT, "\"accuracy\" %g is outside its interval %g to %g", row->accuracy,
                       row->accuracy_low, row->accuracy_high);
    if (row_kinds(row, accept_kind, NULL))
        return err_set(error, ERR_INPUT,
                       "\"noise\" %s and \"rate\" %s do not match, or a rate is not in 0 to 1", row->noise,
                       row->rate);
    return ERR_OK;
}

enum err row_from_json(const json_t *json, const char *run, struct row *row, struct error *error) {
    *row = (struct row){0};
    if (!json_is_object(json)) return err_set(error, ERR_INPUT, "is not a JSON object");
    for (const struct column *column = row_columns; column->name; column++) {
        enum err code = read_member(json, column, row, error);
        if (code) return code;
    }
    free(row->run);
    row->run = memory_string(run);
    row->contaminated = row->contamination;
    return row->run ? check(row, error) : err_memory(error, "results");
}

void row_free(struct row *row) {
    for (const struct column *column = row_columns; column->name; column++)
        if (column->type == COLUMN_TEXT || column->type == COLUMN_RATE)
            free(*(char **)(void *)((char *)row + column->offset));
    free(row->settings);
    free(row->noise_settings);
    *row = (struct row){0};
}

bool row_is_clean(const struct row *row) {
    if (row->contaminated <= 0) return true;
    for (int kind = 0; kind < ROW_KINDS_MAX; kind++)
        if (row->level[kind] > 0) return false;
    return true;
}

void row_csv(const struct row *row, struct buffer *csv) {
    for (int i = 0; i < ROW_CSV_COLUMNS; i++) {
        const void *field = (const char *)row + row_columns[i].offset;
        if (i) buffer_char(csv, ',');
        switch (row_columns[i].type) {
        case COLUMN_TEXT:
        case COLUMN_RATE: csv_text(csv, *(char *const *)field); break;
        case COLUMN_COUNT: buffer_printf(csv, "%" PRId64, *(const int64_t *)field); break;
        case COLUMN_NUMBER:
        case COLUMN_SHARE: csv_number(csv, *(const double *)field); break;
        }
    }
    buffer_char(csv, '\n');
}

int row_kinds(const struct row *row, int (*each)(void *context, const char *kind, double rate),
              void *context) {
    if (!strcmp(row->noise, "none")) return strcmp(row->rate, "0") ? -1 : 0;
    const char *kind = row->noise, *rate = row->rate;
    for (;;) {
        char name[ROW_TEXT_MAX + 1];
        size_t length = strcspn(kind, "+");
        if (length == 0 || length > ROW_TEXT_MAX) return -1;
        memcpy(name, kind, length);
        name[length] = 0;
        char *end;
        double value = strtod(rate, &end);
        if (end == rate || !(value >= 0 && value <= 1) || (*end != '+' && *end != 0)) return -1;
        int answer = each(context, name, value);
        if (answer) return answer;
        if ((kind[length] == '+') != (*end == '+')) return -1;
        if (!*end) return 0;
        kind += length + 1;
        rate = end + 1;
    }
}
