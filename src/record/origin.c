/* The runs of a spec by what every table says of them. See origin.h. */
#include "record/origin.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

bool origin_tells(const struct column *column, const char *method) {
    return strcmp(column->name, "samples") || !strcmp(method, rl_method_names[RL_NONE]);
}

void origin_add_part(const char *text, struct buffer *key) {
    buffer_text(key, text);
    buffer_char(key, '\n'); /* no field holds a line break */
}

/* The key of a record of which only the configuration is known. */
static enum err make_key(struct record *record, char **key, struct error *error) {
    struct buffer text = {0};
    record->outcome.samples = record->config.data.samples;
    strcpy(record->outcome.method, rl_method_names[record->config.rl.method]);
    enum err code = record_describe(record, error);
    for (const struct column *column = columns_table(); column->name && !code; column++) {
        if (!column->is_setting || !origin_tells(column, record->outcome.method)) continue;
        struct buffer part = {0};
        if (column_is_text(column))
            buffer_text(&part, column_text(column, record));
        else
            column_csv(column, record, &part);
        if (part.failed) text.failed = true;
        if (part.bytes) origin_add_part(part.bytes, &text);
        buffer_free(&part);
    }
    if (!code && text.failed) code = err_memory(error, "results");
    if (code) buffer_free(&text);
    *key = text.bytes;
    return code;
}

static int by_key(const void *left, const void *right) {
    const struct origin *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    return order ? order : (a->run > b->run) - (a->run < b->run);
}

enum err origins_find(const struct spec *spec, struct origins *origins, struct error *error) {
    int runs = spec_runs(spec);
    struct record *record = memory_array(1, sizeof *record);
    *origins = (struct origins){.spec = spec, .origin = memory_array((size_t)runs, sizeof(struct origin))};
    enum err code = record && origins->origin ? ERR_OK : err_memory(error, "results");
    for (int run = 0; run < runs && !code && !spec_run_is_parent(spec, run); run++) {
        struct origin *origin = &origins->origin[run];
        origin->run = run;
        spec_run(spec, run, &record->config);
        code = make_key(record, &origin->key, error);
        if (!code) origins->count++;
        record_free(record);
    }
    free(record);
    if (code)
        origins_free(origins);
    else
        qsort(origins->origin, origins->count, sizeof *origins->origin, by_key);
    return code;
}

void origins_free(struct origins *origins) {
    for (size_t i = 0; i < origins->count; i++) free(origins->origin[i].key);
    free(origins->origin);
    *origins = (struct origins){0};
}

bool origins_get(const struct origins *origins, const char *key, struct config *config) {
    size_t low = 0, high = origins->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(origins->origin[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == origins->count || strcmp(origins->origin[low].key, key)) return false;
    spec_run(origins->spec, origins->origin[low].run, config);
    return true;
}

bool origins_agree(const struct origins *origins, struct option_ref option) {
    struct config first, config;
    const char *key = NULL;
    for (size_t i = 0; i < origins->count; i++) {
        const struct origin *origin = &origins->origin[i];
        bool begins = !key || strcmp(key, origin->key) != 0;
        spec_run(origins->spec, origin->run, begins ? &first : &config);
        key = origin->key;
        if (begins) continue;
        bool differ = !option_equal(option.row, option_get(option, &first), option_get(option, &config));
        if (differ && (option_has_effect(option, &first) || option_has_effect(option, &config))) return false;
    }
    return true;
}
