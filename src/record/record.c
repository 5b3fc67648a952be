/* A run as it is recorded. See record.h. */
#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/csv.h"
#include "base/json_file.h"
#include "base/memory.h"
#include "noise/noises.h"
#include "spec/options.h"
#include "spec/start.h"

/* The tasks of a mix, or the family that it is all of, and its noises with their rates, joined by '+'. */
static void describe_mix(const struct config *config, struct buffer *tasks, struct buffer *noises,
                         struct buffer *rates) {
    const struct mix *mix = &config->mix;
    if (config->family) buffer_text(tasks, family_names[config->family]);
    for (int i = 0; i < mix->entries && !config->family; i++)
        buffer_printf(tasks, "%s%s", i ? "+" : "", mix->entry[i].task->name);
    for (int kind = 0; noise_list[kind]; kind++) {
        if (mix->rate[kind] <= 0) continue;
        buffer_printf(noises, "%s%s", noises->length ? "+" : "", noise_list[kind]->name);
        buffer_printf(rates, "%s%.10g", rates->length ? "+" : "", mix->rate[kind]);
    }
    if (!noises->length) {
        buffer_text(noises, "none");
        buffer_text(rates, "0");
    }
}

/* The only kind of noise that is at work, -1 where there is none or several. */
static int single_kind(const struct mix *mix) {
    int found = -1;
    for (int kind = 0; noise_list[kind]; kind++) {
        if (mix->rate[kind] <= 0) continue;
        if (found >= 0) return -1;
        found = kind;
    }
    return found;
}

/* A kind that reaches no sample is as good as none beside another that does (and is not in the run's ID):
 * with its rate the run would be of a curve that it does not belong to. */
static void drop_idle_kinds(struct mix *mix) {
    if (!mix_is_noisy(mix)) return;
    for (int kind = 0; noise_list[kind]; kind++)
        if (!mix_noise_acts(mix, kind)) mix->rate[kind] = 0;
}

const struct extra *record_extra(const struct record *record, const char *name) {
    for (size_t i = 0; i < record->extra_count; i++)
        if (!strcmp(record->extras[i].name, name)) return &record->extras[i];
    return NULL;
}

bool record_says_start(const struct record *record) {
    for (size_t e = 0; e < record->extra_count; e++)
        if (start_option(record->extras[e].name)) return true;
    return false;
}

/* What was said of the parent are options of the run: "start.data.samples". */
static enum err describe_start(struct record *record, struct error *error) {
    json_t *start, *value;
    const char *key;
    enum err code = start_json(&record->config, &start, error);
    json_object_foreach(start, key, value) {
        char name[OPTION_NAME_MAX];
        snprintf(name, sizeof name, "start.%s", key);
        if (!code && !record_extra(record, name)) code = record_add_json(record, name, value, true, error);
    }
    json_decref(start);
    return code;
}

enum err record_describe(struct record *record, struct error *error) {
    const struct mix *mix = &record->config.mix;
    drop_idle_kinds(&record->config.mix);
    struct buffer tasks = {0}, noises = {0}, rates = {0};
    int kind = single_kind(mix);
    describe_mix(&record->config, &tasks, &noises, &rates);
    free(record->task);
    free(record->noise);
    free(record->rate);
    record->task = tasks.bytes;
    record->noise = noises.bytes;
    record->rate = rates.bytes;
    record->format = format_names[mix->format];
    record->epochs = record->config.data.epochs;
    config_model_name(&record->config, record->model);
    record->contaminated = kind < 0 ? mix->contamination : mix->kind_contamination[kind];
    bool failed = tasks.failed || noises.failed || rates.failed || !tasks.bytes;
    return failed ? err_memory(error, "results") : describe_start(record, error);
}

enum err record_set_start(struct record *record, const char *start, struct error *error) {
    size_t kept = 0;
    for (size_t i = 0; i < record->extra_count; i++) {
        struct extra extra = record->extras[i];
        struct option_ref option;
        const char *name = start_option(extra.name);
        if (!name || !option_find(name, &option)) {
            record->extras[kept++] = extra;
            continue;
        }
        free(extra.name);
        free(extra.text);
    }
    record->extra_count = kept;
    snprintf(record->config.start, sizeof record->config.start, "%s", start);
    return describe_start(record, error);
}

enum err record_add_extra(struct record *record, const char *name, const char *text, bool is_option,
                          struct error *error) {
    if (record->extra_count == RECORD_EXTRAS_MAX)
        return err_set(error, ERR_INPUT, "more than %d members that are not known here", RECORD_EXTRAS_MAX);
    struct extra extra = {memory_string(name), memory_string(text), is_option};
    struct extra *grown = realloc(record->extras, (record->extra_count + 1) * sizeof *grown);
    if (grown) record->extras = grown;
    if (!extra.name || !extra.text || !grown) {
        free(extra.name);
        free(extra.text);
        return err_memory(error, "results");
    }
    size_t place = record->extra_count++;
    for (; place > 0 && strcmp(grown[place - 1].name, name) > 0; place--) grown[place] = grown[place - 1];
    grown[place] = extra;
    return ERR_OK;
}

enum err record_add_json(struct record *record, const char *name, const json_t *value, bool is_option,
                         struct error *error) {
    struct buffer text = {0};
    if (json_is_number(value)) {
        csv_number(&text, json_number_value(value));
    } else if (json_is_string(value)) {
        buffer_text(&text, json_string_value(value));
    } else {
        char *dumped = json_file_dump(value, JSON_ENCODE_ANY | JSON_COMPACT);
        if (dumped) buffer_text(&text, dumped);
        free(dumped);
    }
    bool failed = text.failed || (!text.bytes && !json_is_number(value));
    enum err code = failed ? err_memory(error, "results")
                           : record_add_extra(record, name, text.bytes ? text.bytes : "", is_option, error);
    buffer_free(&text);
    return code;
}

void record_free(struct record *record) {
    for (size_t i = 0; i < record->extra_count; i++) {
        free(record->extras[i].name);
        free(record->extras[i].text);
    }
    free(record->extras);
    free(record->run);
    free(record->task);
    free(record->noise);
    free(record->rate);
    *record = (struct record){0};
}

double record_level(const struct record *record, int kind) { return record->config.mix.rate[kind]; }

bool record_is_clean(const struct record *record) {
    if (record->contaminated <= 0) return true;
    for (int kind = 0; noise_list[kind]; kind++)
        if (record_level(record, kind) > 0) return false;
    return true;
}

bool record_is_mixed(const struct record *record) { return strchr(record->noise, '+') != NULL; }
