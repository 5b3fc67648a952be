/* The runs of a sweep, or of two that are compared. See collection.h. */
#include "record/collection.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/memory.h"
#include "noise/noises.h"
#include "record/run_settings.h"

int faults_add(struct faults *faults, const char *run, const char *reason, int attempts) {
    if (memory_reserve(&faults->fault, &faults->capacity, faults->count + 1, sizeof *faults->fault))
        return -1;
    struct fault fault = {memory_string(run), memory_string(reason), attempts};
    if (!fault.run || !fault.reason) {
        free(fault.run);
        free(fault.reason);
        return -1;
    }
    faults->fault[faults->count++] = fault;
    return 0;
}

void remarks_add(struct remarks *remarks, const char *text) {
    const size_t most = sizeof remarks->text / sizeof *remarks->text;
    for (size_t i = 0; i < remarks->count; i++)
        if (!strcmp(remarks->text[i], text)) return;
    if (remarks->count == most || strlen(text) > ROW_TEXT_MAX) return;
    char *copy = memory_string(text);
    if (copy) remarks->text[remarks->count++] = copy;
}

int collection_kind(struct collection *collection, const char *kind) {
    int place = 0;
    while (place < collection->kind_count && strcmp(collection->kinds[place], kind)) place++;
    if (place < collection->kind_count || place == ROW_KINDS_MAX) return place;
    collection->kinds[place] = memory_string(kind);
    if (!collection->kinds[place]) return -1;
    return collection->kind_count++;
}

static bool is_static_noise(const char *kind) {
    int index = noise_find(kind);
    return index < 0 || noise_list[index]->stage != NOISE_DYNAMIC;
}

/* Static kinds first, then by name: an order that does not depend on which run was read first. */
static void sort_kinds(struct collection *collection) {
    for (int i = 1; i < collection->kind_count; i++)
        for (int j = i; j > 0; j--) {
            char **kind = &collection->kinds[j];
            bool later = is_static_noise(kind[-1]), here = is_static_noise(kind[0]);
            if (later > here || (later == here && strcmp(kind[-1], kind[0]) <= 0)) break;
            char *other = kind[-1];
            kind[-1] = kind[0];
            kind[0] = other;
            for (size_t r = 0; r < collection->count; r++) {
                double *level = &collection->rows[r].level[j], swapped = level[-1];
                level[-1] = level[0];
                level[0] = swapped;
            }
        }
}

static int compare_texts(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static int compare_numbers(double a, double b) { return (a > b) - (a < b); }

static int compare_rows(const void *left, const void *right) {
    const struct row *a = left, *b = right;
    int order = strcmp(a->task, b->task);
    if (!order) order = strcmp(a->format, b->format);
    if (!order) order = strcmp(a->model, b->model);
    if (!order) order = compare_numbers((double)a->samples, (double)b->samples);
    if (!order) order = strcmp(a->noise, b->noise);
    for (int kind = 0; !order && kind < ROW_KINDS_MAX; kind++)
        order = compare_numbers(a->level[kind], b->level[kind]);
    if (!order) order = compare_numbers(a->contaminated, b->contaminated);
    if (!order) order = compare_numbers((double)a->seed, (double)b->seed);
    if (!order) order = a->sweep - b->sweep;
    return order ? order : strcmp(a->run, b->run);
}

static int compare_faults(const void *left, const void *right) {
    return strcmp(((const struct fault *)left)->run, ((const struct fault *)right)->run);
}

static void sort_faults(struct faults *faults) {
    if (faults->count) qsort(faults->fault, faults->count, sizeof *faults->fault, compare_faults);
}

static void sort_remarks(struct remarks *remarks) {
    qsort(remarks->text, remarks->count, sizeof *remarks->text, compare_texts);
}

void collection_sort(struct collection *collection) {
    sort_kinds(collection);
    if (collection->count) qsort(collection->rows, collection->count, sizeof *collection->rows, compare_rows);
    sort_faults(&collection->failed);
    sort_faults(&collection->unreadable);
    sort_remarks(&collection->machines);
    sort_remarks(&collection->versions);
}

/* Moves the faults, each under its sweep's name. */
static int merge_faults(struct faults *into, struct faults *from, const char *sweep) {
    int failed = 0;
    for (size_t i = 0; i < from->count && !failed; i++) {
        struct buffer run = {0};
        buffer_printf(&run, "%s/%s", sweep, from->fault[i].run);
        failed = run.failed || faults_add(into, run.bytes, from->fault[i].reason, from->fault[i].attempts);
        buffer_free(&run);
    }
    return failed;
}

/* Moves the rows; places[kind] is where a kind of theirs is in `into`. */
static int merge_rows(struct collection *into, struct collection *from, const int *places) {
    if (memory_reserve(&into->rows, &into->capacity, into->count + from->count, sizeof *into->rows))
        return -1;
    for (size_t r = 0; r < from->count; r++) {
        struct row row = from->rows[r];
        memset(row.level, 0, sizeof row.level);
        for (int kind = 0; kind < from->kind_count; kind++)
            row.level[places[kind]] = from->rows[r].level[kind];
        row.sweep = into->sweep_count - 1;
        into->rows[into->count++] = row;
    }
    from->count = 0;
    return 0;
}

/* Tells sweeps of the same name apart. */
static int name_apart(struct sweep *sweep, const char *number) {
    struct buffer name = {0};
    buffer_printf(&name, "%s (%s)", sweep->name, number);
    if (name.failed) return -1;
    free(sweep->name);
    sweep->name = name.bytes;
    return 0;
}

enum err collection_merge(struct collection *into, struct collection *from, struct error *error) {
    int places[ROW_KINDS_MAX], failed = 0;
    for (int kind = 0; kind < from->kind_count && !failed; kind++) {
        places[kind] = collection_kind(into, from->kinds[kind]);
        failed = places[kind] < 0;
        if (places[kind] == ROW_KINDS_MAX)
            return err_set(error, ERR_INPUT, "more than %d different kinds of noise", ROW_KINDS_MAX);
    }
    struct sweep *one = &into->sweeps[0], *two = &from->sweeps[0];
    if (!strcmp(one->name, two->name)) failed |= name_apart(one, "1") | name_apart(two, "2");
    for (size_t r = 0; r < into->count && !failed; r++)
        failed = run_settings_begin_with(&into->rows[r].settings, "sweep", one->name);
    for (size_t r = 0; r < from->count && !failed; r++)
        failed = run_settings_begin_with(&from->rows[r].settings, "sweep", two->name);
    if (!failed) {
        into->sweeps[into->sweep_count++] = *two;
        from->sweep_count = 0;
        failed = merge_rows(into, from, places) || merge_faults(&into->failed, &from->failed, two->name) ||
                 merge_faults(&into->unreadable, &from->unreadable, two->name);
    }
    for (size_t i = 0; i < from->machines.count; i++) remarks_add(&into->machines, from->machines.text[i]);
    for (size_t i = 0; i < from->versions.count; i++) remarks_add(&into->versions, from->versions.text[i]);
    into->unfinished += from->unfinished;
    if (from->last_finished > into->last_finished) into->last_finished = from->last_finished;
    if (from->threshold > into->threshold) into->threshold = from->threshold;
    collection_sort(into);
    return failed ? err_memory(error, "results") : ERR_OK;
}

static void faults_free(struct faults *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        free(faults->fault[i].run);
        free(faults->fault[i].reason);
    }
    free(faults->fault);
}

void collection_free(struct collection *collection) {
    for (int i = 0; i < collection->sweep_count; i++) {
        free(collection->sweeps[i].directory);
        free(collection->sweeps[i].name);
    }
    for (size_t i = 0; i < collection->count; i++) row_free(&collection->rows[i]);
    free(collection->rows);
    for (int kind = 0; kind < collection->kind_count; kind++) free(collection->kinds[kind]);
    faults_free(&collection->failed);
    faults_free(&collection->unreadable);
    for (size_t i = 0; i < collection->machines.count; i++) free(collection->machines.text[i]);
    for (size_t i = 0; i < collection->versions.count; i++) free(collection->versions.text[i]);
    *collection = (struct collection){0};
}

enum err collection_write_csv(const struct collection *collection, const char *path, struct error *error) {
    struct buffer csv = {0};
    for (int i = 0; i < ROW_CSV_COLUMNS; i++) {
        if (i) buffer_char(&csv, ',');
        buffer_text(&csv, row_columns[i].name);
    }
    buffer_char(&csv, '\n');
    for (size_t i = 0; i < collection->count; i++) row_csv(&collection->rows[i], &csv);
    enum err code = csv.failed ? err_memory(error, path) : file_write(path, csv.bytes, csv.length, error);
    buffer_free(&csv);
    return code;
}
