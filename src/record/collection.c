/* The runs of a sweep, or of two that are compared. See collection.h. */
#define _GNU_SOURCE /* qsort_r */
#include "record/collection.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "noise/noises.h"

enum err faults_add(struct faults *faults, const char *run, const char *reason, int attempts,
                    struct error *error) {
    struct fault fault = {memory_string(run), memory_string(reason), attempts};
    if (!fault.run || !fault.reason ||
        memory_reserve(&faults->fault, &faults->capacity, faults->count + 1, sizeof fault)) {
        free(fault.run);
        free(fault.reason);
        return err_memory(error, "results");
    }
    faults->fault[faults->count++] = fault;
    return ERR_OK;
}

enum err collection_add(struct collection *collection, struct record *record, struct error *error) {
    struct record *kept = memory_array(1, sizeof *kept);
    if (!kept || memory_reserve(&collection->records, &collection->capacity, collection->count + 1,
                                sizeof *collection->records)) {
        free(kept);
        return err_memory(error, "results");
    }
    *kept = *record;
    *record = (struct record){0};
    collection->records[collection->count++] = kept;
    return ERR_OK;
}

/* --- order ------------------------------------------------------------------------------------------- */

static int compare_numbers(double a, double b) { return (a > b) - (a < b); }

static int compare_levels(const struct record *a, const struct record *b) {
    int order = 0;
    for (int kind = 0; noise_list[kind] && !order; kind++)
        order = compare_numbers(record_level(a, kind), record_level(b, kind));
    return order;
}

static int compare_records(const void *left, const void *right, void *context) {
    const struct fields *varied = context;
    const struct record *a = *(struct record *const *)left, *b = *(struct record *const *)right;
    int order = strcmp(a->task, b->task);
    if (!order) order = strcmp(a->format, b->format);
    if (!order) order = strcmp(a->model, b->model);
    if (!order) order = compare_numbers((double)a->outcome.samples, (double)b->outcome.samples);
    if (!order) order = strcmp(a->noise, b->noise);
    if (!order) order = compare_levels(a, b);
    if (!order) order = compare_numbers(a->contaminated, b->contaminated);
    for (size_t i = 0; i < varied->count && !order; i++) /* what one trains belongs together, seed by seed */
        if (!field_is_option(&varied->field[i], "seeds")) order = field_compare(&varied->field[i], a, b);
    if (!order) order = compare_numbers((double)a->config.seed, (double)b->config.seed);
    if (!order) order = a->sweep - b->sweep;
    return order ? order : strcmp(a->run, b->run);
}

static int compare_faults(const void *left, const void *right) {
    return strcmp(((const struct fault *)left)->run, ((const struct fault *)right)->run);
}

static void sort_faults(struct faults *faults) {
    if (faults->count) qsort(faults->fault, faults->count, sizeof *faults->fault, compare_faults);
}

static bool is_used(const struct collection *collection, int kind) {
    for (size_t r = 0; r < collection->count; r++)
        if (record_level(collection->records[r], kind) > 0) return true;
    return false;
}

static void find_kinds(struct collection *collection) {
    collection->kind_count = 0;
    for (int dynamic = 0; dynamic < 2; dynamic++)
        for (int kind = 0; noise_list[kind]; kind++)
            if ((noise_list[kind]->stage == NOISE_DYNAMIC) == dynamic && is_used(collection, kind))
                collection->kinds[collection->kind_count++] = kind;
}

/* What all runs but parents differ in. */
static enum err find_varied(struct collection *collection, struct error *error) {
    size_t count = collection->count, over = collection->passed_over_count;
    struct record **all = memory_array(count + over, sizeof *all);
    if (!all) return err_memory(error, "results");
    if (count) memcpy(all, collection->records, count * sizeof *all);
    if (over) memcpy(all + count, collection->passed_over, over * sizeof *all);
    fields_free(&collection->varied);
    enum err code = fields_find_varied(all, count + over, &collection->varied, error);
    free(all);
    return code;
}

static void sort_runs(struct record **runs, size_t count, struct fields *varied) {
    if (count) qsort_r(runs, count, sizeof *runs, compare_records, varied);
}

enum err collection_finish(struct collection *collection, struct error *error) {
    enum err code = find_varied(collection, error);
    if (code) return code;
    sort_runs(collection->records, collection->count, &collection->varied);
    sort_runs(collection->parents, collection->parent_count, &collection->varied);
    sort_runs(collection->passed_over, collection->passed_over_count, &collection->varied);
    sort_faults(&collection->failed);
    sort_faults(&collection->spoilt);
    find_kinds(collection);
    return ERR_OK;
}

/* --- two at once --------------------------------------------------------------------------------------- */

/* Moves the faults, each under its sweep's name. */
static enum err merge_faults(struct faults *into, const struct faults *from, const char *sweep,
                             struct error *error) {
    enum err code = ERR_OK;
    for (size_t i = 0; i < from->count && !code; i++) {
        struct buffer run = {0};
        buffer_printf(&run, "%s/%s", sweep, from->fault[i].run);
        code = run.failed
                   ? err_memory(error, "results")
                   : faults_add(into, run.bytes, from->fault[i].reason, from->fault[i].attempts, error);
        buffer_free(&run);
    }
    return code;
}

/* Moves a list of runs behind another, as runs of that sweep. */
static enum err merge_runs(struct record ***into, size_t *count, size_t *capacity, struct record **from,
                           size_t *from_count, int sweep, struct error *error) {
    if (memory_reserve(into, capacity, *count + *from_count, sizeof **into))
        return err_memory(error, "results");
    for (size_t r = 0; r < *from_count; r++) {
        from[r]->sweep = sweep;
        (*into)[(*count)++] = from[r];
    }
    *from_count = 0;
    return ERR_OK;
}

/* What either of them chose; each remembers what is its own. */
static enum err merge_selected(struct fields *into, const struct fields *from, struct error *error) {
    enum err code = ERR_OK;
    for (size_t i = 0; i < from->count && !code; i++) {
        bool there = false;
        for (size_t k = 0; k < into->count; k++)
            there |= field_is_same_option(&into->field[k], &from->field[i]);
        if (!there) code = fields_add(into, from->field[i], error);
    }
    return code;
}

static enum err merge_records(struct collection *into, struct collection *from, struct error *error) {
    int sweep = into->source_count - 1;
    size_t parents = into->parent_count, over = into->passed_over_count; /* no room for more */
    enum err code =
        merge_runs(&into->records, &into->count, &into->capacity, from->records, &from->count, sweep, error);
    if (!code)
        code = merge_runs(&into->parents, &into->parent_count, &parents, from->parents, &from->parent_count,
                          sweep, error);
    if (!code)
        code = merge_runs(&into->passed_over, &into->passed_over_count, &over, from->passed_over,
                          &from->passed_over_count, sweep, error);
    return code ? code : merge_selected(&into->selected, &from->selected, error);
}

/* Tells sweeps of the same name apart. */
static enum err name_apart(struct source *source, const char *number, struct error *error) {
    struct buffer name = {0};
    buffer_printf(&name, "%s (%s)", source->name, number);
    if (name.failed) return err_memory(error, "results");
    free(source->name);
    source->name = name.bytes;
    return ERR_OK;
}

enum err collection_merge(struct collection *into, struct collection *from, struct error *error) {
    struct source *one = &into->sources[0], *two = &from->sources[0];
    enum err code = ERR_OK;
    if (!strcmp(one->name, two->name)) {
        code = name_apart(one, "1", error);
        if (!code) code = name_apart(two, "2", error);
    }
    if (code) return code;
    into->sources[into->source_count++] = *two;
    from->source_count = 0;
    code = merge_records(into, from, error);
    if (!code) code = merge_faults(&into->failed, &from->failed, two->name, error);
    if (!code) code = merge_faults(&into->spoilt, &from->spoilt, two->name, error);
    into->unfinished += from->unfinished;
    into->others += from->others;
    if (!into->notice) {
        into->notice = from->notice;
        from->notice = NULL;
    }
    if (from->last_finished > into->last_finished) into->last_finished = from->last_finished;
    return code ? code : collection_finish(into, error);
}

static void faults_free(struct faults *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        free(faults->fault[i].run);
        free(faults->fault[i].reason);
    }
    free(faults->fault);
}

static void free_runs(struct record **runs, size_t count) {
    for (size_t r = 0; r < count; r++) {
        record_free(runs[r]);
        free(runs[r]);
    }
    free(runs);
}

void collection_free(struct collection *collection) {
    for (int i = 0; i < collection->source_count; i++) {
        free(collection->sources[i].directory);
        free(collection->sources[i].name);
        fields_free(&collection->sources[i].selected);
    }
    free_runs(collection->records, collection->count);
    free_runs(collection->parents, collection->parent_count);
    free_runs(collection->passed_over, collection->passed_over_count);
    fields_free(&collection->selected);
    free(collection->notice);
    fields_free(&collection->varied);
    faults_free(&collection->failed);
    faults_free(&collection->spoilt);
    *collection = (struct collection){0};
}

/* --- what there is ----------------------------------------------------------------------------------- */

int collection_tasks(const struct collection *collection) {
    int most = 1;
    for (size_t r = 0; r < collection->count; r++)
        if (collection->records[r]->config.mix.entries > most)
            most = collection->records[r]->config.mix.entries;
    return most;
}

const struct record *collection_any(const struct collection *collection, size_t n) {
    if (n < collection->count) return collection->records[n];
    n -= collection->count;
    if (n < collection->passed_over_count) return collection->passed_over[n];
    n -= collection->passed_over_count;
    return n < collection->parent_count ? collection->parents[n] : NULL;
}

const struct record *collection_parent(const struct collection *collection, const struct record *run) {
    const struct record *other = NULL;
    if (!*run->outcome.parent) return NULL;
    for (size_t n = 0; (other = collection_any(collection, n)); n++)
        if (other->sweep == run->sweep && !strcmp(other->run, run->outcome.parent)) break;
    return other;
}

static void add_totals(struct record *const *runs, size_t count, struct totals *totals) {
    totals->runs += count;
    for (size_t r = 0; r < count; r++) {
        totals->seconds += runs[r]->outcome.seconds;
        if (runs[r]->outcome.tokens > 0) totals->tokens += runs[r]->outcome.tokens;
    }
}

struct totals collection_totals(const struct collection *collection) {
    struct totals totals = {0};
    add_totals(collection->records, collection->count, &totals);
    add_totals(collection->passed_over, collection->passed_over_count, &totals);
    add_totals(collection->parents, collection->parent_count, &totals);
    return totals;
}
