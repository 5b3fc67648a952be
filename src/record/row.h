/* One finished run as the report sees it, and the table of columns that result.json and results.csv share.
 *
 * Whatever a result.json says is checked here before anything else looks at it: every member is there, of
 * its type, finite and in its range; text is one printable line. */
#ifndef COTNOISE_RECORD_ROW_H
#define COTNOISE_RECORD_ROW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/err.h"

enum {
    ROW_KINDS_MAX = 32,  /* different noise kinds in one results directory */
    ROW_TEXT_MAX = 256,  /* bytes of one text member */
    ROW_CSV_COLUMNS = 24 /* of row_columns[]: the first ones are those of results.csv, in its order */
};

struct row {
    char *run; /* name of the run directory */
    int sweep; /* which of the collection's sweeps it belongs to */
    char *task, *format, *model, *noise, *rate, *stopped, *commit;
    int64_t parameters, seed, samples, steps, tokens;
    int64_t problems, correct;
    double epochs, contamination;
    double accuracy, accuracy_low, accuracy_high;
    double trace_accuracy, line_accuracy, malformed, test_loss; /* NaN where a run has none */
    double seconds, tokens_per_second;
    double level[ROW_KINDS_MAX]; /* rate of each kind of the collection, 0 where it is not used */
    double contaminated;         /* share of samples that the noise reaches: contamination, unless its kind
                                    has one of its own */
    char *settings;              /* every other option, see settings.h */
    char *noise_settings;        /* the same for options of the noise kinds in use */
};

enum column_type {
    COLUMN_TEXT,   /* char *, one printable line */
    COLUMN_RATE,   /* char *, numbers joined by +; a plain number in JSON will do */
    COLUMN_COUNT,  /* int64_t >= 0 */
    COLUMN_NUMBER, /* double >= 0 */
    COLUMN_SHARE,  /* double in 0 ... 1 */
};

struct column {
    const char *name;
    enum column_type type;
    size_t offset; /* in struct row */
    bool may_lack; /* null is allowed: NaN here, empty in the CSV */
};

/* ROW_CSV_COLUMNS columns of results.csv, then `problems` and `correct`, then a NULL name. */
extern const struct column row_columns[];

/* Fills *row from the JSON of a result.json. `run` is the name of its directory and wins over what the
 * file says. ERR_INPUT with the member at fault. Release with row_free, also after a failure. */
enum err row_from_json(const json_t *json, const char *run, struct row *row, struct error *error);

void row_free(struct row *row);

/* Whether the training data was left clean: no rate, or no sample contaminated. */
bool row_is_clean(const struct row *row);

/* `row` as a line of results.csv, with its line end. */
void row_csv(const struct row *row, struct buffer *csv);

/* Splits "digit+line" and "0.3+0.1" in step: calls `each` for every kind until it returns non-zero.
 * Returns what the last call returned, or -1 when the two do not match or a rate is not in 0 ... 1. */
int row_kinds(const struct row *row, int (*each)(void *context, const char *kind, double rate),
              void *context);

#endif
