/* Accuracies read back from results.csv. See measured.h. */
#include "curve/measured.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/row.h"

enum { FILE_MAX = 1 << 28, FIELDS_MAX = 64 };

const char *const measured_kind_names[] = {"digit", "line", "dynamic", NULL};

/* The columns that are read. */
enum column_read { TASK, FORMAT, MODEL, SAMPLES, EPOCHS, NOISE, RATE, CONTAMINATION, ACCURACY, COLUMNS };
static const char *const column_names[] = {"task",  "format", "model",         "samples", "epochs",
                                           "noise", "rate",   "contamination", "accuracy"};

struct table {
    const char *path;
    long line;
    char *at; /* the next line; cut up as it is read */
    char *field[FIELDS_MAX];
    int fields;
    int column[COLUMNS]; /* where each stands */
    int needed;          /* fields that a line must have for them all */
};

/* Takes a field (RFC 4180, without line breaks in quotes) and moves behind it; NULL when it is not one. */
static char *take_field(char **at, bool *last) {
    char *from = *at, *to = *at, *start = *at;
    bool quoted = *from == '"';
    if (quoted) from++;
    while (quoted ? *from && *from != '\n' : *from && !strchr(",\r\n", *from)) {
        if (quoted && *from == '"' && *++from != '"') {
            quoted = false;
            break;
        }
        *to++ = *from++;
    }
    if (quoted) return NULL;
    if (*from == '\r' && from[1] == '\n') from++;
    if (*from && *from != ',' && *from != '\n') return NULL;
    *last = *from != ',';
    *at = *from ? from + 1 : from;
    *to = 0;
    return start;
}

/* Reads a line into field[]. False at the end. */
static enum err next_line(struct table *table, bool *more, struct error *error) {
    *more = *table->at;
    table->fields = 0;
    table->line++;
    for (bool last = !*more; !last;) {
        char *field = table->fields < FIELDS_MAX ? take_field(&table->at, &last) : NULL;
        if (!field)
            return err_set(error, ERR_INPUT, "%s:%ld: not a line of results.csv", table->path, table->line);
        table->field[table->fields++] = field;
    }
    return ERR_OK;
}

static enum err read_header(struct table *table, struct error *error) {
    bool more;
    enum err code = next_line(table, &more, error);
    if (code) return code;
    for (int c = 0; c < COLUMNS; c++) {
        int place = 0;
        while (place < table->fields && strcmp(table->field[place], column_names[c])) place++;
        if (place == table->fields)
            return err_set(error, ERR_INPUT, "%s:1: no column '%s'; this is not a results.csv", table->path,
                           column_names[c]);
        table->column[c] = place;
        if (table->needed <= place) table->needed = place + 1;
    }
    return ERR_OK;
}

static char *text_of(const struct table *table, int column) { return table->field[table->column[column]]; }

static enum err number_of(const struct table *table, int column, double most, double *number,
                          struct error *error) {
    const char *text = text_of(table, column);
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= 0 && value <= most))
        return err_set(error, ERR_INPUT, "%s:%ld: %s is '%.40s'; allowed is a number from 0 to %g",
                       table->path, table->line, column_names[column], text, most);
    *number = value;
    return ERR_OK;
}

/* What a row says of the noise; `known`: all of it are kinds that are predicted from. */
struct noise_of_row {
    struct noise_level *level;
    bool known;
};

static int take_rate(void *context, const char *kind, double rate) {
    struct noise_of_row *noise = context;
    int place = 0;
    while (place < MEASURED_KINDS && strcmp(kind, measured_kind_names[place])) place++;
    if (place == MEASURED_KINDS)
        noise->known = false;
    else
        noise->level->rate[place] = rate;
    return 0;
}

static enum err read_rates(const struct table *table, struct noise_level *level, bool *known,
                           struct error *error) {
    struct noise_of_row noise = {level, true};
    struct row row = {.noise = text_of(table, NOISE), .rate = text_of(table, RATE)};
    if (row_kinds(&row, take_rate, &noise))
        return err_set(error, ERR_INPUT, "%s:%ld: rate '%.40s' does not go with noise '%.40s'", table->path,
                       table->line, row.rate, row.noise);
    *known = noise.known;
    return ERR_OK;
}

static struct measured_setting *find_setting(struct measured *measured, const char *model, int64_t samples,
                                             double epochs) {
    for (size_t i = 0; i < measured->count; i++) {
        struct measured_setting *s = &measured->settings[i];
        if (!strcmp(s->model, model) && s->samples == samples && s->epochs == epochs) return s;
    }
    if (memory_reserve(&measured->settings, &measured->capacity, measured->count + 1,
                       sizeof *measured->settings))
        return NULL;
    struct measured_setting *s = &measured->settings[measured->count++];
    *s = (struct measured_setting){.samples = samples, .epochs = epochs};
    memcpy(s->model, model, strlen(model));
    return s;
}

static bool same_level(const struct noise_level *a, const struct noise_level *b) {
    bool same = a->contamination == b->contamination;
    for (int k = 0; k < MEASURED_KINDS; k++) same = same && a->rate[k] == b->rate[k];
    return same;
}

/* Adds one run to its cell. False without memory. */
static bool add_run(struct measured_setting *setting, const struct noise_level *level, double accuracy) {
    size_t i = 0;
    while (i < setting->count && !same_level(&setting->cells[i].level, level)) i++;
    if (i == setting->count) {
        if (memory_reserve(&setting->cells, &setting->capacity, i + 1, sizeof *setting->cells)) return false;
        setting->cells[setting->count++] = (struct measured_cell){.level = *level};
    }
    setting->cells[i].sum += accuracy;
    setting->cells[i].runs++;
    return true;
}

static enum err take_row(struct measured *measured, const struct table *table, struct error *error) {
    struct noise_level level = {0};
    double samples = 0, epochs = 0, accuracy = 0;
    bool known = false;
    const char *model = text_of(table, MODEL);
    enum err code = number_of(table, SAMPLES, 1e15, &samples, error);
    if (!code) code = number_of(table, EPOCHS, 1e9, &epochs, error);
    if (!code) code = number_of(table, ACCURACY, 1, &accuracy, error);
    if (!code) code = number_of(table, CONTAMINATION, 1, &level.contamination, error);
    if (!code) code = read_rates(table, &level, &known, error);
    if (!code && strlen(model) >= sizeof measured->settings->model)
        code = err_set(error, ERR_INPUT, "%s:%ld: the model's name is too long", table->path, table->line);
    if (code) return code;
    if (!known) {
        measured->passed_over++;
        return ERR_OK;
    }
    bool noised = false;
    for (int k = 0; k < MEASURED_KINDS; k++) noised |= level.rate[k] > 0;
    if (!noised || level.contamination == 0) level = (struct noise_level){0};
    struct measured_setting *setting = find_setting(measured, model, (int64_t)samples, epochs);
    if (!setting || !add_run(setting, &level, accuracy)) return err_memory(error, "the results");
    return ERR_OK;
}

static int compare_settings(const void *left, const void *right) {
    const struct measured_setting *a = left, *b = right;
    int order = strcmp(a->model, b->model);
    if (!order) order = (a->samples > b->samples) - (a->samples < b->samples);
    return order ? order : (a->epochs > b->epochs) - (a->epochs < b->epochs);
}

enum err measured_read(struct measured *measured, const char *directory, const char *task,
                       struct error *error) {
    char *bytes = NULL, *path = file_join(directory, "results.csv");
    size_t length;
    struct table table = {.path = path};
    bool more = true;
    if (!path) return err_memory(error, "the results");
    enum err code = file_read(path, FILE_MAX, &bytes, &length, error);
    table.at = bytes;
    if (!code) code = read_header(&table, error);
    while (!code) {
        code = next_line(&table, &more, error);
        if (code || !more) break;
        if (table.fields < table.needed)
            code = err_set(error, ERR_INPUT, "%s:%ld: %d fields are too few", path, table.line, table.fields);
        else if (!strcmp(text_of(&table, TASK), task) && !strcmp(text_of(&table, FORMAT), "trace"))
            code = take_row(measured, &table, error);
    }
    if (!code && measured->count)
        qsort(measured->settings, measured->count, sizeof *measured->settings, compare_settings);
    free(bytes);
    free(path);
    return code;
}

void measured_free(struct measured *measured) {
    for (size_t i = 0; i < measured->count; i++) free(measured->settings[i].cells);
    free(measured->settings);
    *measured = (struct measured){0};
}
