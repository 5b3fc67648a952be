/* The runs of a spec, found by what every results.csv says of a run: task, format, model, samples, epochs
 * and method.
 * Where these alone tell which value of an option a run had, a table need have no column for it. */
#ifndef COTNOISE_RECORD_ORIGIN_H
#define COTNOISE_RECORD_ORIGIN_H

#include "base/buffer.h"
#include "base/err.h"
#include "record/columns.h"
#include "spec/options.h"
#include "spec/spec.h"

/* One run of the spec. */
struct origin {
    char *key;
    int run;
};

struct origins {
    const struct spec *spec; /* borrowed */
    struct origin *origin;   /* by key, then by run */
    size_t count;
};

/* Whether a column says what an option of a run was: the samples of reinforcement learning are the problems
 * that were asked, whatever data.samples is. */
bool origin_tells(const struct column *column, const char *method);

/* Appends one part of a key; the parts are those columns that tell settings (column.is_setting,
 * origin_tells), in their order, as results.csv has them. */
void origin_add_part(const char *text, struct buffer *key);

/* Release with origins_free. */
enum err origins_find(const struct spec *spec, struct origins *origins, struct error *error);
void origins_free(struct origins *origins);

/* The options of the first run with this key. False when there is none. */
bool origins_get(const struct origins *origins, const char *key, struct config *config);

/* Whether runs of one key never differ in this option. */
bool origins_agree(const struct origins *origins, struct option_ref option);

#endif
