/* The table of what is known of a finished run: one row each, which drives result.json (written and read
 * back), results.csv, thresholds.csv and the page's table of runs.
 *
 * To add a column: a field in struct outcome (record.h), a row in columns.c, a line in docs/formats.md. */
#ifndef COTNOISE_RECORD_COLUMNS_H
#define COTNOISE_RECORD_COLUMNS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/err.h"
#include "record/record.h"

enum column_type {
    COLUMN_STRING, /* char [] */
    COLUMN_TEXT,   /* char *, never NULL */
    COLUMN_COUNT,  /* int64_t, >= 0 */
    COLUMN_NUMBER, /* double, >= 0 */
    COLUMN_SHARE,  /* double in 0 ... 1 */
    COLUMN_TIME,   /* double: seconds */
};

struct column {
    const char *name;
    enum column_type type;
    size_t offset, size; /* of the field in struct record */
    bool follows;        /* from the options: written for people, not read back */
    bool may_lack;       /* null is allowed: NaN in the record, empty in tables */
    bool essential;      /* must be there whichever version of the program wrote the result */
    bool tested;         /* part of what an evaluation measures: struct evaluation */
    bool in_csv;         /* a column of results.csv; others stand in result.json alone */
    bool names_cell; /* with the settings, says which cell a run is of and what came out: a table needs it */
    bool is_setting; /* what people know a setting by */
    bool is_later;   /* a setting of which tables of before say nothing: told of curves where it differs */
    bool is_content; /* hash of what a file held: a column of results.csv where it differs between runs */
    bool is_mark;    /* nothing but for some runs (column_is_marked): written of those alone, a column of
                        results.csv and of the page where there are some */
    bool drawn;      /* of struct pass_evaluation: nothing where no completions were drawn for it */
    const char *option; /* name of the row of the option that it repeats, if any */
    const char *title;  /* on the page; NULL: not shown there */
};

/* The columns in their order, up to one without a name. */
const struct column *columns_table(void);

/* The column of a name, NULL when there is none. */
const struct column *column_find(const char *name);

/* Whether a column holds text; then its value is column_text, otherwise column_number (NaN: none). */
bool column_is_text(const struct column *column);
const char *column_text(const struct column *column, const struct record *record);
double column_number(const struct column *column, const struct record *record);

/* Whether a record has a mark: a count that is not 0, or a figure that was measured. */
bool column_is_marked(const struct column *column, const struct record *record);

/* Whether a number is one that the column can have (NaN: none). */
#define COLUMN_NUMBER_MAX 1e15 /* figures beyond it are no measurement; exact as a double */
bool column_accepts(const struct column *column, double number);

/* Sets a value that does not follow from the options. ERR_INPUT when the column cannot have it (NULL is
 * none). */
enum err column_set_text(const struct column *column, const char *text, struct record *record,
                         struct error *error);
enum err column_set_number(const struct column *column, double number, struct record *record,
                           struct error *error);

/* <0, 0, >0 as two records are in order by a column. NaN comes first. */
int column_compare(const struct column *column, const struct record *a, const struct record *b);

/* Appends the value of a column as results.csv has it; nothing where there is none. */
void column_csv(const struct column *column, const struct record *record, struct buffer *csv);

/* Sets what came out of a run to nothing: no number is known, and the training was supervised. */
void columns_begin(struct record *record);

/* result.json: a member for each column. NULL without memory. */
json_t *columns_json(const struct record *record);

/* The members of an evaluation alone ("accuracy", "accuracy_low", ...), null where nothing was measured. NULL
 * without memory. */
json_t *columns_evaluation_json(const struct evaluation *evaluation);

/* Calls `each` for every share and loss of an evaluation that was measured: what TensorBoard is told. */
void columns_each_tested(const struct evaluation *evaluation,
                         void (*each)(void *context, const char *name, double value), void *context);

/* Fills record->outcome from result.json and keeps what is not known in record->extras. Every member must be
 * there, of its type, finite and in its range, and they must fit together; what another version of the
 * program wrote may lack some. ERR_INPUT names the member at fault. */
enum err columns_read(json_t *json, struct record *record, struct error *error);

#endif
