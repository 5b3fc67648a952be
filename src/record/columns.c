/* The table of what is known of a finished run. See columns.h; columns_json.c writes and reads result.json.
 */
#include "record/columns.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/terminal.h"
#include "base/utf8.h"

static_assert((int)PASS_SAMPLES_MAX == (int)CONFIG_PASS_MAX && 1 << (PASS_POWERS - 1) == PASS_SAMPLES_MAX,
              "a column for every power of 2");

#define FIELD(f)     .offset = offsetof(struct record, f), .size = sizeof(((struct record *)0)->f)
#define OUTCOME(f)   FIELD(outcome.f)
#define TESTED(f)    FIELD(outcome.evaluation.f), .tested = true
#define FOLLOWS(f)   FIELD(f), .follows = true
#define PASS(f)      TESTED(pass.f), .may_lack = true, .is_mark = true, .drawn = true
#define IN_CSV       .in_csv = true
#define ROW(n, kind) .name = n, .type = COLUMN_##kind

static const struct column table[] = {
    {ROW("run", TEXT), FIELD(run), IN_CSV, .essential = true, .title = "run"},
    {ROW("task", TEXT), FOLLOWS(task), IN_CSV, .is_setting = true, .option = "task.*.name", .title = "task"},
    {ROW("format", TEXT), FOLLOWS(format), IN_CSV, .is_setting = true, .option = "format", .title = "format"},
    {ROW("model", STRING), FOLLOWS(model), IN_CSV, .is_setting = true, .title = "model"},
    {ROW("parameters", COUNT), OUTCOME(parameters), IN_CSV, .may_lack = true},
    {ROW("seed", COUNT), FOLLOWS(config.seed), IN_CSV, .option = "seeds", .title = "seed"},
    {ROW("samples", COUNT), OUTCOME(samples), IN_CSV, .is_setting = true, .option = "data.samples",
     .title = "samples"},
    {ROW("epochs", NUMBER), FOLLOWS(epochs), IN_CSV, .is_setting = true, .option = "data.epochs",
     .title = "epochs"},
    {ROW("noise", TEXT), FOLLOWS(noise), IN_CSV, .names_cell = true, .title = "noise"},
    {ROW("rate", TEXT), FOLLOWS(rate), IN_CSV, .names_cell = true, .title = "rate"},
    {ROW("contamination", SHARE), FOLLOWS(config.mix.contamination), IN_CSV, .names_cell = true,
     .option = "data.contamination", .title = "contamination"},
    {ROW("accuracy", SHARE), TESTED(accuracy), IN_CSV, .names_cell = true, .essential = true,
     .title = "accuracy"},
    {ROW("accuracy_low", SHARE), TESTED(interval.low), IN_CSV, .title = "95 % from"},
    {ROW("accuracy_high", SHARE), TESTED(interval.high), IN_CSV, .title = "to"},
    {ROW("trace_accuracy", SHARE), TESTED(trace_accuracy), IN_CSV, .may_lack = true,
     .title = "whole trace right"},
    {ROW("line_accuracy", SHARE), TESTED(line_accuracy), IN_CSV, .may_lack = true, .title = "lines right"},
    {ROW("malformed", SHARE), TESTED(malformed), IN_CSV, .may_lack = true, .title = "malformed"},
    {ROW("unsound", SHARE), TESTED(unsound), IN_CSV, .may_lack = true, .title = "right but unsound"},
    {ROW("test_loss", NUMBER), TESTED(test_loss), IN_CSV, .may_lack = true, .title = "test loss"},
    {ROW("validation_accuracy", SHARE), OUTCOME(validation_accuracy), IN_CSV, .may_lack = true},
    {ROW("problems", COUNT), TESTED(problems), IN_CSV, .essential = true, .title = "problems"},
    {ROW("correct", COUNT), TESTED(correct), IN_CSV, .essential = true},
    {ROW("steps", COUNT), OUTCOME(steps), IN_CSV, .may_lack = true, .title = "steps"},
    {ROW("tokens", COUNT), OUTCOME(tokens), IN_CSV, .may_lack = true, .title = "tokens"},
    {ROW("seconds", TIME), OUTCOME(seconds), IN_CSV, .title = "time"},
    {ROW("tokens_per_second", NUMBER), OUTCOME(tokens_per_second), IN_CSV, .may_lack = true,
     .title = "tokens/s"},
    {ROW("stopped", STRING), OUTCOME(stopped), IN_CSV, .title = "stopped by"},
    {ROW("parent", STRING), OUTCOME(parent), IN_CSV, .title = "parent"},
    {ROW("method", STRING), OUTCOME(method), IN_CSV, .is_setting = true, .is_later = true,
     .option = "rl.method", .title = "method"},
    {ROW("commit", STRING), OUTCOME(commit), IN_CSV},
    {ROW("twins", COUNT), OUTCOME(twins), .title = "twins trained on"},
    {ROW("sites", NUMBER), OUTCOME(sites), .may_lack = true, .title = "sites a sample"},
    {ROW("changed", SHARE), OUTCOME(changed), .may_lack = true, .title = "lines changed"},
    {ROW("version", STRING), OUTCOME(version), .essential = true},
    {ROW("data", STRING), OUTCOME(data), .is_content = true},
    {ROW("init", STRING), OUTCOME(init), .is_content = true},
    {ROW("skipped", COUNT), OUTCOME(skipped)},
    {ROW("rollouts", COUNT), OUTCOME(rollouts), .is_mark = true, .title = "rollouts"},
    {ROW("diverged", COUNT), OUTCOME(diverged), .is_mark = true},
    {ROW("pass_samples", COUNT), TESTED(pass.samples), .is_mark = true, .title = "drawn a problem"},
    {ROW("pass_1", SHARE), PASS(at[0]), .title = "pass@1"},
    {ROW("pass_2", SHARE), PASS(at[1]), .title = "pass@2"},
    {ROW("pass_4", SHARE), PASS(at[2]), .title = "pass@4"},
    {ROW("pass_8", SHARE), PASS(at[3]), .title = "pass@8"},
    {ROW("pass_16", SHARE), PASS(at[4]), .title = "pass@16"},
    {ROW("pass_32", SHARE), PASS(at[5]), .title = "pass@32"},
    {ROW("pass_64", SHARE), PASS(at[6]), .title = "pass@64"},
    {ROW("pass_128", SHARE), PASS(at[7]), .title = "pass@128"},
    {ROW("pass_256", SHARE), PASS(at[8]), .title = "pass@256"},
    {ROW("pass_512", SHARE), PASS(at[9]), .title = "pass@512"},
    {ROW("pass_1024", SHARE), PASS(at[10]), .title = "pass@1024"},
    {ROW("pass_1_low", SHARE), PASS(interval[0].low)},
    {ROW("pass_1_high", SHARE), PASS(interval[0].high)},
    {ROW("pass_n", SHARE), PASS(all), .title = "pass@all"},
    {ROW("pass_n_low", SHARE), PASS(all_interval.low)},
    {ROW("pass_n_high", SHARE), PASS(all_interval.high)},
    {ROW("majority", SHARE), PASS(majority), .title = "majority right"},
    {ROW("pass_trace_accuracy", SHARE), PASS(trace_accuracy)},
    {ROW("pass_unsound", SHARE), PASS(unsound), .title = "drawn right but unsound"},
    {ROW("pass_malformed", SHARE), PASS(malformed)},
    {ROW("pass_truncated", SHARE), PASS(truncated)},
    {ROW("unique_traces", NUMBER), PASS(unique_traces), .title = "right traces a problem"},
    {ROW("unique_completions", NUMBER), PASS(unique_completions)},
    {0},
};

const struct column *columns_table(void) { return table; }

const struct column *column_find(const char *name) {
    const struct column *column = table;
    while (column->name && strcmp(column->name, name)) column++;
    return column->name ? column : NULL;
}

/* --- values ------------------------------------------------------------------------------------ */

const char *column_text(const struct column *column, const struct record *record) {
    const char *field = (const char *)record + column->offset;
    const char *text = field;
    if (column->type == COLUMN_TEXT) memcpy(&text, field, sizeof text);
    return text;
}

double column_number(const struct column *column, const struct record *record) {
    const char *field = (const char *)record + column->offset;
    double number;
    int64_t count;
    if (column->drawn && !record->outcome.evaluation.pass.samples) return NAN;
    if (column->type != COLUMN_COUNT) return memcpy(&number, field, sizeof number), number;
    memcpy(&count, field, sizeof count);
    return count == OUTCOME_UNKNOWN ? NAN : (double)count; /* counts are at most 1e15: exact */
}

bool column_is_marked(const struct column *column, const struct record *record) {
    double number = column_number(column, record);
    return column->type == COLUMN_COUNT ? number > 0 : !isnan(number);
}

bool column_is_text(const struct column *column) {
    return column->type == COLUMN_STRING || column->type == COLUMN_TEXT;
}

int column_compare(const struct column *column, const struct record *a, const struct record *b) {
    if (column_is_text(column)) return strcmp(column_text(column, a), column_text(column, b));
    double x = column_number(column, a), y = column_number(column, b);
    if (isnan(x) || isnan(y)) return (isnan(y) != 0) - (isnan(x) != 0);
    return (x > y) - (x < y);
}

void column_csv(const struct column *column, const struct record *record, struct buffer *csv) {
    if (column_is_text(column))
        csv_text(csv, column_text(column, record));
    else if (column->type == COLUMN_COUNT && !isnan(column_number(column, record)))
        buffer_printf(csv, "%.0f", column_number(column, record));
    else
        csv_number(csv, column_number(column, record));
}

/* --- what a value may be --------------------------------------------------------------------------- */

static bool is_plain(const char *text, size_t most) {
    size_t length = strlen(text);
    if (length > most) return false;
    for (size_t i = 0, bytes; i < length; i += bytes) {
        uint32_t number;
        bytes = utf8_character(text + i, length - i, &number);
        if (!bytes || !terminal_is_seen(number)) return false;
    }
    return true;
}

enum err column_set_text(const struct column *column, const char *text, struct record *record,
                         struct error *error) {
    assert(!column->follows && column->type == COLUMN_STRING);
    if (!text || !is_plain(text, column->size - 1))
        return err_set(error, ERR_INPUT, "\"%s\" is not one printable line of text of at most %zu bytes",
                       column->name, column->size - 1);
    strcpy((char *)record + column->offset, text);
    return ERR_OK;
}

static double highest(const struct column *column) {
    return column->type == COLUMN_SHARE ? 1 : COLUMN_NUMBER_MAX;
}

bool column_accepts(const struct column *column, double number) {
    if (isnan(number)) return column->may_lack;
    bool whole = column->type != COLUMN_COUNT || number == floor(number);
    return whole && number >= 0 && number <= highest(column);
}

enum err column_set_number(const struct column *column, double number, struct record *record,
                           struct error *error) {
    assert(!column->follows && !column_is_text(column));
    if (column->type == COLUMN_COUNT && !isnan(number) && number != floor(number))
        return err_set(error, ERR_INPUT, "\"%s\" is not a whole number", column->name);
    if (!column_accepts(column, number))
        return err_set(error, ERR_INPUT, "\"%s\" is %g, allowed are 0 to %g", column->name, number,
                       highest(column));
    char *field = (char *)record + column->offset;
    int64_t count = column->type != COLUMN_COUNT || isnan(number) ? OUTCOME_UNKNOWN : (int64_t)number;
    if (column->type == COLUMN_COUNT)
        memcpy(field, &count, sizeof count);
    else
        memcpy(field, &number, sizeof number);
    return ERR_OK;
}
