/* What a results directory holds. See collect.h. */
#include "record/collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/run_settings.h"

enum { RESULT_BYTES_MAX = 1 << 16, CONFIG_BYTES_MAX = 1 << 20 };

struct kind_search {
    struct collection *collection;
    struct row *row;
};

/* Notes the rate of a kind at the kind's place among the collection's. */
static int place_kind(void *context, const char *kind, double rate) {
    struct kind_search *search = context;
    int place = collection_kind(search->collection, kind);
    if (place < 0) return -1;
    if (place == ROW_KINDS_MAX) return 1;
    search->row->level[place] = rate;
    return 0;
}

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
    if (text.bytes && !text.failed) remarks_add(&collection->machines, text.bytes);
    buffer_free(&text);
    const char *version = json_string_value(json_object_get(record, "version"));
    if (version) remarks_add(&collection->versions, version);
    const json_t *report = json_object_get(json_object_get(record, "options"), "report");
    double threshold = json_number_value(json_object_get(report, "threshold"));
    if (threshold > collection->threshold && threshold <= 1) collection->threshold = threshold;
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
    if (run_settings_of_row(row, json_object_get(record, "options"))) code = err_memory(error, "settings");
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
    int failed = faults_add(&collection->failed, run, reason ? reason : "no reason was recorded",
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
        return faults_add(&collection->unreadable, run, problem.message, 0) ? err_memory(error, "results")
                                                                            : ERR_OK;
    return code ? err_set(error, code, "%s", problem.message) : ERR_OK;
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

/* The last component of a path; "sweep" for one that has none ("/", "."). To be freed. */
static char *name_of(const char *directory) {
    size_t end = strlen(directory);
    while (end > 0 && directory[end - 1] == '/') end--;
    size_t start = end;
    while (start > 0 && directory[start - 1] != '/') start--;
    struct buffer name = {0};
    buffer_append(&name, directory + start, end - start);
    if (!name.failed && (!name.length || !strcmp(name.bytes, ".") || !strcmp(name.bytes, ".."))) {
        buffer_clear(&name);
        buffer_text(&name, "sweep");
    }
    if (name.failed) buffer_free(&name);
    return name.bytes;
}

static enum err read_runs(const char *directory, struct collection *collection, struct error *error) {
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
    return code;
}

enum err collect_directory(const char *directory, struct collection *collection, struct error *error) {
    struct stat status;
    *collection = (struct collection){0};
    if (stat(directory, &status))
        return err_set(error, ERR_INPUT, "%s: cannot open: %s", directory, strerror(errno));
    struct sweep *sweep = &collection->sweeps[collection->sweep_count++];
    *sweep = (struct sweep){memory_string(directory), name_of(directory)};
    enum err code = sweep->directory && sweep->name ? read_runs(directory, collection, error)
                                                    : err_memory(error, "results");
    if (code)
        collection_free(collection);
    else
        collection_sort(collection);
    return code;
}
