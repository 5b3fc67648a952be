/* What a results directory holds. See collect.h. */
#include "report/collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "noise/noises.h"
#include "report/csv.h"
#include "report/settings.h"

enum { RESULT_BYTES_MAX = 1 << 16, CONFIG_BYTES_MAX = 1 << 20 };

enum err collect_file(const char *directory, const char *run, const char *name, size_t limit, char **bytes,
                      size_t *length, struct error *error) {
    struct buffer path = {0};
    if (run)
        buffer_printf(&path, "%s/runs/%s/%s", directory, run, name);
    else
        buffer_printf(&path, "%s/%s", directory, name);
    if (path.failed) {
        buffer_free(&path);
        return err_memory(error, name);
    }
    struct stat status;
    enum err code;
    if (lstat(path.bytes, &status))
        code = err_set(error, ERR_INPUT, "%s: %s", path.bytes, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        code = err_set(error, ERR_INPUT, "%s: is not a regular file", path.bytes);
    else
        code = file_read(path.bytes, limit, bytes, length, error);
    buffer_free(&path);
    return code;
}

/* ERR_OK with *json NULL when there is no such file. */
static enum err read_json(const char *directory, const char *run, const char *name, size_t limit,
                          json_t **json, struct error *error) {
    struct buffer path = {0};
    buffer_printf(&path, "%s/runs/%s/%s", directory, run, name);
    bool exists = !path.failed && file_exists(path.bytes);
    buffer_free(&path);
    *json = NULL;
    if (!exists) return ERR_OK;
    char *bytes;
    size_t length;
    enum err code = collect_file(directory, run, name, limit, &bytes, &length, error);
    if (code) return code;
    json_error_t problem;
    *json = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &problem);
    free(bytes);
    if (*json) return ERR_OK;
    return err_set(error, ERR_INPUT, "%s:%d:%d: %s", name, problem.line, problem.column, problem.text);
}

static int add_fault(struct faults *faults, const char *run, const char *reason, int attempts) {
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

static void remark(struct remarks *remarks, const char *text) {
    const size_t most = sizeof remarks->text / sizeof *remarks->text;
    for (size_t i = 0; i < remarks->count; i++)
        if (!strcmp(remarks->text[i], text)) return;
    if (remarks->count == most || strlen(text) > ROW_TEXT_MAX) return;
    char *copy = memory_string(text);
    if (copy) remarks->text[remarks->count++] = copy;
}

/* What the record of a run ("cotnoise" in its config.json) says of all of them. */
static void note_record(struct collection *collection, const json_t *record) {
    const json_t *machine = json_object_get(record, "machine");
    const char *cpu = json_string_value(json_object_get(machine, "cpu"));
    const char *core = json_string_value(json_object_get(machine, "openblas_core"));
    const json_t *threads = json_object_get(machine, "threads");
    struct buffer text = {0};
    if (cpu) buffer_text(&text, cpu);
    if (core) buffer_printf(&text, "%sOpenBLAS core %s", text.length ? ", " : "", core);
    if (json_is_integer(threads))
        buffer_printf(&text, "%s%lld thread%s a run", text.length ? ", " : "", json_integer_value(threads),
                      json_integer_value(threads) == 1 ? "" : "s");
    if (text.bytes && !text.failed) remark(&collection->machines, text.bytes);
    buffer_free(&text);
    const char *version = json_string_value(json_object_get(record, "version"));
    if (version) remark(&collection->versions, version);
    const json_t *report = json_object_get(json_object_get(record, "options"), "report");
    double threshold = json_number_value(json_object_get(report, "threshold"));
    if (threshold > collection->threshold && threshold <= 1) collection->threshold = threshold;
}

struct kind_search {
    struct collection *collection;
    struct row *row;
};

/* Finds the kind's place among the collection's, or gives it one, and notes its rate there. */
static int place_kind(void *context, const char *kind, double rate) {
    struct kind_search *search = context;
    struct collection *collection = search->collection;
    int place = 0;
    while (place < collection->kind_count && strcmp(collection->kinds[place], kind)) place++;
    if (place == ROW_KINDS_MAX) return 1;
    if (place == collection->kind_count) {
        collection->kinds[place] = memory_string(kind);
        if (!collection->kinds[place]) return -1;
        collection->kind_count++;
    }
    search->row->level[place] = rate;
    return 0;
}

static enum err read_result(struct collection *collection, const char *directory, const char *run,
                            const json_t *result, struct row *row, struct error *error) {
    enum err code = row_from_json(result, run, row, error);
    if (code) return err_prefix(error, code, "result.json");
    int answer = row_kinds(row, place_kind, &(struct kind_search){collection, row});
    if (answer < 0) return err_memory(error, "results");
    if (answer > 0)
        return err_set(error, ERR_INPUT, "result.json: more than %d different kinds of noise", ROW_KINDS_MAX);
    json_t *config;
    code = read_json(directory, run, "config.json", CONFIG_BYTES_MAX, &config, error);
    if (code) return code;
    json_t *record = json_object_get(config, "cotnoise");
    note_record(collection, record);
    if (settings_of_row(row, json_object_get(record, "options"))) code = err_memory(error, "settings");
    json_decref(config);
    return code;
}

static enum err collect_failure(struct collection *collection, const char *directory, const char *run,
                                struct error *error) {
    json_t *json;
    enum err code = read_json(directory, run, "failed.json", RESULT_BYTES_MAX, &json, error);
    if (code) return code;
    if (!json) {
        collection->unfinished++;
        return ERR_OK;
    }
    const char *reason = json_string_value(json_object_get(json, "reason"));
    double attempts = json_number_value(json_object_get(json, "attempts"));
    int failed = add_fault(&collection->failed, run, reason ? reason : "no reason was recorded",
                           attempts >= 1 && attempts <= 1e6 ? (int)attempts : 0);
    json_decref(json);
    return failed ? err_memory(error, "failures") : ERR_OK;
}

/* One run directory; its own faults become notes, so what is returned is a lack of memory. */
static enum err collect_run(struct collection *collection, const char *directory, const char *run,
                            struct error *error) {
    struct error problem;
    struct row row = {0};
    json_t *result;
    enum err code = read_json(directory, run, "result.json", RESULT_BYTES_MAX, &result, &problem);
    if (!code && !result) {
        code = collect_failure(collection, directory, run, &problem);
    } else if (!code) {
        code = read_result(collection, directory, run, result, &row, &problem);
        if (!code &&
            memory_reserve(&collection->rows, &collection->capacity, collection->count + 1, sizeof row))
            code = err_memory(&problem, "results");
        if (!code) {
            collection->rows[collection->count++] = row;
            row = (struct row){0};
        }
    }
    row_free(&row);
    json_decref(result);
    if (code == ERR_INPUT)
        return add_fault(&collection->unreadable, run, problem.message, 0) ? err_memory(error, "results")
                                                                           : ERR_OK;
    return code ? err_set(error, code, "%s", problem.message) : ERR_OK;
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
    return order ? order : strcmp(a->run, b->run);
}

static int compare_faults(const void *left, const void *right) {
    return strcmp(((const struct fault *)left)->run, ((const struct fault *)right)->run);
}

static void note_time(struct collection *collection, int runs, const char *run) {
    struct buffer path = {0};
    struct stat status;
    buffer_printf(&path, "%s/result.json", run);
    if (!path.failed && !fstatat(runs, path.bytes, &status, AT_SYMLINK_NOFOLLOW) &&
        status.st_mtime > collection->last_finished)
        collection->last_finished = status.st_mtime;
    buffer_free(&path);
}

static enum err walk(struct collection *collection, const char *directory, DIR *runs, struct error *error) {
    struct dirent *entry;
    enum err code = ERR_OK;
    while (!code && (errno = 0, entry = readdir(runs))) {
        struct stat status;
        if (entry->d_name[0] == '.') continue;
        if (fstatat(dirfd(runs), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) || !S_ISDIR(status.st_mode))
            continue;
        code = collect_run(collection, directory, entry->d_name, error);
        note_time(collection, dirfd(runs), entry->d_name);
    }
    if (!code && !entry && errno)
        code = err_set(error, ERR_RUNTIME, "%s/runs: cannot read: %s", directory, strerror(errno));
    return code;
}

static void sort_faults(struct faults *faults) {
    if (faults->count) qsort(faults->fault, faults->count, sizeof *faults->fault, compare_faults);
}

static void sort_remarks(struct remarks *remarks) {
    qsort(remarks->text, remarks->count, sizeof *remarks->text, compare_texts);
}

/* Nothing may depend on the order in which the directory lists its runs. */
static void sort_all(struct collection *collection) {
    sort_kinds(collection);
    if (collection->count) qsort(collection->rows, collection->count, sizeof *collection->rows, compare_rows);
    sort_faults(&collection->failed);
    sort_faults(&collection->unreadable);
    sort_remarks(&collection->machines);
    sort_remarks(&collection->versions);
}

enum err collect(const char *directory, struct collection *collection, struct error *error) {
    struct stat status;
    *collection = (struct collection){0};
    if (stat(directory, &status))
        return err_set(error, ERR_INPUT, "%s: cannot open: %s", directory, strerror(errno));
    char *path = file_join(directory, "runs");
    if (!path) return err_memory(error, directory);
    DIR *runs = opendir(path);
    free(path);
    if (!runs)
        return err_set(error, ERR_INPUT,
                       "%s: holds no runs: expected the directory of a sweep, results/NAME with runs/ in it",
                       directory);
    enum err code = walk(collection, directory, runs, error);
    closedir(runs);
    if (code) {
        collection_free(collection);
        return code;
    }
    sort_all(collection);
    return ERR_OK;
}

static void faults_free(struct faults *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        free(faults->fault[i].run);
        free(faults->fault[i].reason);
    }
    free(faults->fault);
}

void collection_free(struct collection *collection) {
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
        buffer_text(&csv, columns[i].name);
    }
    buffer_char(&csv, '\n');
    for (size_t i = 0; i < collection->count; i++) row_csv(&collection->rows[i], &csv);
    enum err code = csv.failed ? err_memory(error, path) : file_write(path, csv.bytes, csv.length, error);
    buffer_free(&csv);
    return code;
}
