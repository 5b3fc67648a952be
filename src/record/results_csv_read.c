/* results.csv read back. See results_csv.h. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/json_file.h"
#include "base/memory.h"
#include "noise/noises.h"
#include "record/invocation.h"
#include "record/layout.h"
#include "record/origin.h"
#include "record/parents.h"
#include "record/results_csv.h"
#include "record/selection.h"
#include "spec/config_json.h"
#include "tasks/tasks.h"

enum { FILE_MAX = 1 << 28 };

/* What a field of a line is about. */
struct heading {
    const struct column *column; /* or */
    struct option_ref option;    /* .row NULL: neither, it is an option of another version */
    const char *name;
};

struct csv_reading {
    struct csv_table table;
    struct heading heading[CSV_FIELDS_MAX];
    int headings;
    json_t *base;                  /* the options of a run of the spec, or none */
    struct spec *spec;             /* NULL: there is none */
    struct origins origins;        /* its runs */
    char missing[OPTION_NAME_MAX]; /* an option in which they differ and that has no column; "" for none */
};

static int find_heading(const struct csv_reading *r, const char *name) {
    for (int i = 0; i < r->headings; i++)
        if (!strcmp(r->heading[i].name, name)) return i;
    return -1;
}

/* The field of a column; "" where the table has no such column. */
static const char *text_of(const struct csv_reading *r, const char *name) {
    int place = find_heading(r, name);
    return place < 0 ? "" : r->table.field[place];
}

/* A table without a method is of supervised training. */
static const char *method_of(const struct csv_reading *r) {
    const char *method = text_of(r, "method");
    return *method ? method : rl_method_names[RL_NONE];
}

static enum err read_header(struct csv_reading *r, struct error *error) {
    bool more;
    enum err code = csv_next(&r->table, &more, error);
    if (code) return code;
    for (int i = 0; i < r->table.fields; i++) {
        struct heading heading = {.name = r->table.field[i], .column = column_find(r->table.field[i])};
        if (!heading.column && !option_find(heading.name, &heading.option)) heading.option.row = NULL;
        r->heading[r->headings++] = heading;
    }
    for (const struct column *column = columns_table(); column->name; column++)
        if ((column->is_setting || column->names_cell) && !column->is_later &&
            find_heading(r, column->name) < 0)
            return err_set(error, ERR_INPUT, "%s:1: no column '%s'; this is not a " LAYOUT_RESULTS,
                           r->table.path, column->name);
    return ERR_OK;
}

/* --- the options of a run ---------------------------------------------------------------------------- */

/* The tasks of a mix, which are joined by "+"; takes the reference. NULL without memory. */
static json_t *mix_of(json_t *names) {
    json_t *tasks = json_array();
    const char *name = json_string_value(names);
    bool failed = !tasks || !name;
    for (bool more = true; more && !failed; name++) {
        size_t length = strcspn(name, "+");
        failed = json_array_append_new(tasks, json_pack("{s:s%}", "name", name, length)) != 0;
        name += length;
        more = *name;
    }
    json_decref(names);
    if (!failed) return tasks;
    json_decref(tasks);
    return NULL;
}

/* Another task than the spec's, or another family, has its own sizes. Of another mix than the spec's the
 * table says too little: it is taken for the spec's, and where that has none for tasks of equal weight. */
static enum err set_task(const struct csv_reading *r, json_t *json, struct error *error) {
    const char *name = text_of(r, "task");
    json_t *task = json_object_get(json, "task");
    const char *before = json_string_value(json_object_get(task, "name"));
    bool is_mix = !family_find(name) && !task_find(name);
    if ((before && !strcmp(before, name)) || (json_is_array(task) && is_mix)) return ERR_OK;
    json_t *made = strchr(name, '+') && is_mix
                       ? mix_of(json_file_text(name))
                       : json_pack("{s:o}", family_find(name) ? "family" : "name", json_file_text(name));
    return json_object_set_new(json, "task", made) ? err_memory(error, "results") : ERR_OK;
}

/* A preset brings its shape along. Any other name is kept as it is. */
static enum err set_model(const struct csv_reading *r, json_t *json, struct error *error) {
    static const char *const shape[] = {"layers", "width", "heads", "ffn"};
    const char *name = text_of(r, "model");
    struct option_ref preset;
    option_find("model.preset", &preset);
    if (strlen(name) > RECORD_MODEL_MAX) return err_set(error, ERR_INPUT, "the model's name is too long");
    for (int n = 0; preset.row->choice(n); n++) {
        if (strcmp(preset.row->choice(n), name)) continue;
        json_t *model = json_object_get(json, "model");
        for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) json_object_del(model, shape[i]);
        return config_json_set(json, preset, name, error);
    }
    return ERR_OK;
}

/* One of "digit+line" and "0.3+0.1". */
static enum err set_kind(json_t *json, const char *kind, size_t length, const char *rate, size_t digits) {
    char name[OPTION_NAME_MAX], number[64];
    struct option_ref option;
    snprintf(name, sizeof name, "noise.%.*s", (int)length, kind);
    snprintf(number, sizeof number, "%.*s", (int)digits, rate);
    bool known = length && option_find(name, &option) && option.row->counts == COUNTS_NOISES;
    return known ? config_json_set(json, option, number, NULL) : ERR_INPUT;
}

static enum err set_noise(const struct csv_reading *r, json_t *json, struct error *error) {
    const char *kind = text_of(r, "noise"), *rate = text_of(r, "rate");
    json_t *noise = json_object_get(json, "noise");
    for (int k = 0; noise_list[k]; k++) json_object_del(noise, noise_list[k]->name);
    enum err code = ERR_OK;
    if (!strcmp(kind, "none")) {
        code = !*rate || strspn(rate, "0.") != strlen(rate) ? ERR_INPUT : ERR_OK; /* 0, 0.0 */
    } else {
        for (bool more = true; more && !code;) {
            size_t length = strcspn(kind, "+"), digits = strcspn(rate, "+");
            code = set_kind(json, kind, length, rate, digits);
            more = kind[length];
            if (more != (rate[digits] != 0)) code = code ? code : ERR_INPUT;
            kind += length + 1;
            rate += digits + 1;
        }
    }
    if (code == ERR_INPUT)
        return err_set(error, code, "rate '%.40s' does not go with noise '%.40s'", text_of(r, "rate"),
                       text_of(r, "noise"));
    return code ? err_memory(error, "results") : ERR_OK;
}

/* Options that have columns: one of its own, or a fixed one that repeats it. What the option cannot be (half
 * an epoch) stands in the record's column alone. */
static enum err set_options(const struct csv_reading *r, json_t *json, struct error *error) {
    enum err code = ERR_OK;
    for (int i = 0; i < r->headings && !code; i++) {
        const struct heading *heading = &r->heading[i];
        struct option_ref option = heading->option;
        const char *text = r->table.field[i];
        bool repeats = heading->column && heading->column->option && strcmp(heading->name, "task") &&
                       option_find(heading->column->option, &option);
        if (!option.row || option.row->retells || (heading->column && !repeats) || !*text) continue;
        if (heading->column && !origin_tells(heading->column, method_of(r))) continue;
        code = config_json_set(json, option, text, error);
        if (code == ERR_INPUT && repeats && strcmp(heading->name, "format")) code = ERR_OK;
        if (code == ERR_INPUT)
            err_prefix(error, code, "%s:%ld: %s", r->table.path, r->table.line, heading->name);
    }
    return code;
}

/* The options of the spec's run that this row is like, a new reference; where there is none, those without
 * the grid. *is_run says which. */
static enum err start_options(const struct csv_reading *r, json_t **json, bool *is_run, struct error *error) {
    struct buffer key = {0};
    struct config config;
    for (const struct column *column = columns_table(); column->name; column++)
        if (column->is_setting && origin_tells(column, method_of(r)))
            origin_add_part(column->is_later ? method_of(r) : text_of(r, column->name), &key);
    enum err code = key.failed ? err_memory(error, "results") : ERR_OK;
    bool found = !code && origins_get(&r->origins, key.bytes, &config);
    buffer_free(&key);
    if (!code && !found && *r->missing)
        return err_set(error, ERR_INPUT,
                       "%s:%ld: no run of " LAYOUT_SPEC " is like this one, and there is no column '%s'",
                       r->table.path, r->table.line, r->missing);
    if (code) return code;
    json_t *made = found ? config_json(&config) : json_deep_copy(r->base);
    if (!made || (!found && !json_equal(made, r->base))) { /* without memory Jansson leaves members out */
        json_decref(made);
        return err_memory(error, "results");
    }
    json_object_del(made, "start"); /* which columns say, or the spec (parents.h) */
    json_object_del(made, "parent");
    *json = made;
    *is_run = found;
    return ERR_OK;
}

static enum err read_options(const struct csv_reading *r, struct record *record, struct error *error) {
    json_t *json = NULL;
    char where[CONFIG_PATH_MAX];
    bool is_run = false;
    enum err code = start_options(r, &json, &is_run, error);
    if (code) return code;
    if (!is_run) code = set_task(r, json, error);
    if (!code) code = set_model(r, json, error);
    if (!code) code = set_noise(r, json, error);
    if (code == ERR_INPUT) err_prefix(error, code, "%s:%ld", r->table.path, r->table.line);
    if (!code) code = set_options(r, json, error);
    snprintf(where, sizeof where, "%s:%ld", r->table.path, r->table.line);
    if (!code) code = config_from_json(json, where, &record->config, error);
    if (!code) code = record_describe(record, error);
    json_decref(json);
    return code;
}

/* --- what came out ------------------------------------------------------------------------------------- */

/* The number of a field; NaN where it is empty. */
static enum err read_number(const struct csv_reading *r, int i, double *number, struct error *error) {
    const struct column *column = r->heading[i].column;
    const char *text = r->table.field[i];
    char *end;
    *number = *text ? strtod(text, &end) : NAN;
    bool wrong = *text && (*end || end == text || !isfinite(*number)); /* C reads "nan" and "inf" */
    if (!wrong && column_accepts(column, *number)) return ERR_OK;
    return err_set(error, ERR_INPUT, "%s:%ld: %s is '%.40s'; allowed is a number from 0 to %g", r->table.path,
                   r->table.line, column->name, text, column->type == COLUMN_SHARE ? 1 : COLUMN_NUMBER_MAX);
}

static enum err read_field(const struct csv_reading *r, int i, struct record *record, struct error *error) {
    const struct column *column = r->heading[i].column;
    const char *text = r->table.field[i];
    double number;
    if (!column && !r->heading[i].option.row && *text)
        return record_add_extra(record, r->heading[i].name, text, strchr(r->heading[i].name, '.') != NULL,
                                error);
    if (!column || column->type == COLUMN_TEXT) return ERR_OK;
    if (column_is_text(column)) {
        enum err code = column->follows || !*text ? ERR_OK : column_set_text(column, text, record, error);
        return code ? err_prefix(error, code, "%s:%ld", r->table.path, r->table.line) : ERR_OK;
    }
    enum err code = read_number(r, i, &number, error);
    if (!code && !column->follows) code = column_set_number(column, number, record, error);
    return code;
}

/* A table may leave out how many problems there were, then the options say; or how many were solved, which
 * follows from the accuracy. */
static enum err complete_counts(const struct csv_reading *r, struct record *record, struct error *error) {
    struct evaluation *evaluation = &record->outcome.evaluation;
    bool counted = evaluation->problems > 0 && find_heading(r, "correct") >= 0;
    if (evaluation->problems <= 0) evaluation->problems = record->config.eval.problems;
    if (!counted) evaluation->correct = (int64_t)round(evaluation->accuracy * (double)evaluation->problems);
    if (evaluation->correct <= evaluation->problems) return ERR_OK;
    return err_set(error, ERR_INPUT, "%s:%ld: correct is %" PRId64 " of %" PRId64 " problems", r->table.path,
                   r->table.line, evaluation->correct, evaluation->problems);
}

static enum err read_row(const struct csv_reading *r, struct record *record, struct error *error) {
    if (r->table.fields != r->headings)
        return err_set(error, ERR_INPUT, "%s:%ld: %d fields are too %s; the header has %d", r->table.path,
                       r->table.line, r->table.fields, r->table.fields < r->headings ? "few" : "many",
                       r->headings);
    char row[32];
    snprintf(row, sizeof row, "line %ld", r->table.line);
    columns_begin(record);
    enum err code = ERR_OK;
    for (int i = 0; i < r->headings && !code; i++) code = read_field(r, i, record, error);
    if (!code) record->run = memory_string(find_heading(r, "run") < 0 ? row : text_of(r, "run"));
    if (!code && !record->run) code = err_memory(error, "results");
    int run = code || !r->spec ? -1 : spec_find_run(r->spec, record->run);
    bool is_parent = run >= 0 && spec_run_is_parent(r->spec, run);
    if (!code && is_parent) { /* columns say how the other runs differ */
        spec_run(r->spec, run, &record->config);
        code = record_describe(record, error);
    } else if (!code) {
        code = read_options(r, record, error);
    }
    if (code) return code;
    snprintf(record->model, sizeof record->model, "%s", text_of(r, "model"));
    record->epochs = strtod(text_of(r, "epochs"), NULL);
    if (find_heading(r, "method") < 0)
        strcpy(record->outcome.method, rl_method_names[record->config.rl.method]);
    return complete_counts(r, record, error);
}

/* --- the table ----------------------------------------------------------------------------------------- */

/* Whether a table says what an option is: by the columns of noise, or by one that repeats it, of which seeds
 * may lack. */
static bool is_told(const struct csv_reading *r, struct option_ref option) {
    char name[OPTION_NAME_MAX];
    const struct field field = {.option = option};
    bool told = field_is_rate(&field) || !option.row->matters;
    for (const struct column *column = columns_table(); column->name; column++)
        told |= column->option && field_is_option(&field, column->option) &&
                (!column->is_setting || find_heading(r, column->name) >= 0);
    option_name(option, 1, name);
    return told || find_heading(r, name) >= 0;
}

/* Options in which runs of the spec differ must have a column, or follow from the columns that there are. */
static enum err check_columns(struct csv_reading *r, struct error *error) {
    struct option_ref option;
    for (int n = 0; spec_varied(r->spec, n, &option); n++) {
        char name[OPTION_NAME_MAX];
        if (is_told(r, option)) continue;
        option_name(option, 1, name);
        /* Settings tell the rest, but the method only where the table has it. */
        if (!strcmp(name, "rl.method") || !origins_agree(&r->origins, option))
            return err_set(error, ERR_INPUT, "%s: no column '%s', in which runs of " LAYOUT_SPEC " differ",
                           r->table.path, name);
        /* A model is told well enough by its name. */
        if (strncmp(name, "model.", strlen("model."))) snprintf(r->missing, sizeof r->missing, "%s", name);
    }
    return ERR_OK;
}

/* What the columns do not say. */
static enum err read_base(struct csv_reading *r, const char *directory, struct collection *collection,
                          struct error *error) {
    struct config config;
    struct error reason;
    enum err code = invocation_spec(directory, &r->spec, &reason);
    if (code == ERR_INPUT) {
        r->base = json_object(); /* without a spec: every option's default */
        collection->notice = memory_string(reason.message);
        return r->base && collection->notice ? ERR_OK : err_memory(error, "results");
    }
    if (code) return err_memory(error, "results");
    spec_plain(r->spec, &config);
    code = origins_find(r->spec, &r->origins, error);
    if (!code) code = check_columns(r, error);
    if (!code) r->base = config_json(&config);
    return code || r->base ? code : err_memory(error, "results");
}

static enum err read_rows(struct csv_reading *r, struct collection *collection, struct error *error) {
    struct record *record = memory_array(1, sizeof *record);
    enum err code = record ? ERR_OK : err_memory(error, "results");
    for (bool more = true; !code && more;) {
        code = csv_next(&r->table, &more, error);
        if (code || !more) break;
        code = read_row(r, record, error);
        if (!code) code = collection_add(collection, record, error);
        record_free(record);
    }
    free(record);
    return code;
}

enum err results_csv_read(const char *directory, struct collection *collection, struct error *error) {
    struct csv_reading *r = memory_array(1, sizeof *r);
    char *bytes = NULL, *path = file_join(directory, LAYOUT_RESULTS);
    size_t length;
    enum err code = r && path ? ERR_OK : err_memory(error, "results");
    if (!code) code = file_read_regular(path, FILE_MAX, &bytes, &length, error);
    if (!code) {
        r->table.path = path;
        r->table.at = bytes;
        code = read_header(r, error);
    }
    if (!code) code = read_base(r, directory, collection, error);
    if (!code) code = read_rows(r, collection, error);
    if (!code) code = parents_separate(collection, r->spec, error);
    if (!code) code = selection_separate(collection, r->spec, error);
    collection->is_table = true;
    if (r) {
        json_decref(r->base);
        origins_free(&r->origins);
        spec_free(r->spec);
    }
    free(bytes);
    free(path);
    free(r);
    return code;
}
