/* result.json, member by member of the table of columns. See columns.h. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "record/columns.h"

static json_t *value_json(const struct column *column, const struct record *record) {
    if (column_is_text(column)) return json_string(column_text(column, record));
    double number = column_number(column, record);
    if (isnan(number)) return json_null();
    return column->type == COLUMN_COUNT ? json_integer((json_int_t)number) : json_real(number);
}

static json_t *members(const struct record *record, bool tested_alone) {
    json_t *json = json_object();
    int failed = !json;
    for (const struct column *column = columns_table(); column->name && !failed; column++)
        if ((column->tested || !tested_alone) && !(column->is_mark && !column_is_marked(column, record)))
            failed = json_object_set_new(json, column->name, value_json(column, record));
    if (!failed) return json;
    json_decref(json);
    return NULL;
}

json_t *columns_json(const struct record *record) { return members(record, false); }

json_t *columns_evaluation_json(const struct evaluation *evaluation) {
    struct record record = {.outcome.evaluation = *evaluation};
    return members(&record, true);
}

void columns_each_tested(const struct evaluation *evaluation,
                         void (*each)(void *context, const char *name, double value), void *context) {
    struct record record = {.outcome.evaluation = *evaluation};
    for (const struct column *column = columns_table(); column->name; column++)
        if (column->tested && column->type != COLUMN_COUNT && !isnan(column_number(column, &record)))
            each(context, column->name, column_number(column, &record));
}

/* --- reading back ------------------------------------------------------------------------------------ */

static enum err read_member(const json_t *json, const struct column *column, bool tolerant,
                            struct record *record, struct error *error) {
    const json_t *member = json_object_get(json, column->name);
    if (!member && (tolerant || column->is_mark)) return ERR_OK;
    if (!member) return err_set(error, ERR_INPUT, "\"%s\" is missing", column->name);
    if (column->follows || !strcmp(column->name, "run")) return ERR_OK;
    if (column_is_text(column)) return column_set_text(column, json_string_value(member), record, error);
    if (!json_is_number(member) && !(json_is_null(member) && column->may_lack))
        return err_set(error, ERR_INPUT, "\"%s\" is not a number", column->name);
    double number = json_is_null(member) ? NAN : json_number_value(member);
    return column_set_number(column, number, record, error);
}

/* Of n completions a problem there is pass@k for each power of 2 up to n, and no more. */
static enum err check_pass(const struct pass_evaluation *pass, struct error *error) {
    if (pass->samples > PASS_SAMPLES_MAX)
        return err_set(error, ERR_INPUT, "\"pass_samples\" is %" PRId64 ", allowed are 0 to %d",
                       pass->samples, PASS_SAMPLES_MAX);
    for (int i = 0; i < PASS_POWERS; i++)
        if (isnan(pass->at[i]) != ((1 << i) > pass->samples))
            return err_set(error, ERR_INPUT, "\"pass_%d\" does not go with \"pass_samples\": %" PRId64,
                           1 << i, pass->samples);
    return ERR_OK;
}

/* What members say must fit together, or the file was not written by a run. */
static enum err check(const struct evaluation *e, struct error *error) {
    if (e->problems < 1 || e->correct > e->problems)
        return err_set(error, ERR_INPUT, "\"correct\" is %" PRId64 " of %" PRId64 " problems", e->correct,
                       e->problems);
    double share = (double)e->correct / (double)e->problems;
    if (fabs(share - e->accuracy) > 1e-4)
        return err_set(error, ERR_INPUT, "\"accuracy\" is %g, but %" PRId64 " of %" PRId64 " problems are %g",
                       e->accuracy, e->correct, e->problems, share);
    if (e->interval.low > e->accuracy + 1e-9 || e->interval.high < e->accuracy - 1e-9)
        return err_set(error, ERR_INPUT, "\"accuracy\" %g is outside its interval %g to %g", e->accuracy,
                       e->interval.low, e->interval.high);
    return check_pass(&e->pass, error);
}

void columns_begin(struct record *record) {
    struct outcome *outcome = &record->outcome;
    *outcome = (struct outcome){.validation_accuracy = NAN, .sites = NAN, .changed = NAN, .method = "none"};
    outcome->evaluation = (struct evaluation){.interval = {NAN, NAN},
                                              .accuracy = NAN,
                                              .trace_accuracy = NAN,
                                              .line_accuracy = NAN,
                                              .malformed = NAN,
                                              .unsound = NAN,
                                              .test_loss = NAN};
    for (const struct column *column = columns_table(); column->name; column++)
        if (column->drawn) memcpy((char *)record + column->offset, &(double){NAN}, sizeof(double));
}

enum err columns_read(json_t *json, struct record *record, struct error *error) {
    columns_begin(record);
    if (!json_is_object(json)) return err_set(error, ERR_INPUT, "is not a JSON object");
    const char *version = json_string_value(json_object_get(json, "version"));
    bool foreign = version && strcmp(version, COTNOISE_VERSION);
    enum err code = ERR_OK;
    for (const struct column *column = columns_table(); column->name && !code; column++)
        code = read_member(json, column, foreign && !column->essential, record, error);
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value) {
        if (!code && !column_find(name)) code = record_add_json(record, name, value, false, error);
    }
    return code ? code : check(&record->outcome.evaluation, error);
}
