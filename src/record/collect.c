/* What a results directory holds. See collect.h. */
#include "record/collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/failure.h"
#include "record/invocation.h"
#include "record/layout.h"
#include "record/parents.h"
#include "record/results_csv.h"
#include "record/run_record.h"
#include "record/selection.h"

/* The runs that are asked for. */
struct wanted {
    struct spec *spec; /* NULL: all that there are */
    bool *met;         /* by run */
    size_t count;
};

static void wanted_free(struct wanted *wanted) {
    free(wanted->met);
    spec_free(wanted->spec);
}

/* What the spec asks for; where it cannot be told, everything, with a notice. */
static enum err read_wanted(const char *directory, struct collection *collection, struct wanted *wanted,
                            struct error *error) {
    struct error reason = {""};
    enum err code = invocation_spec(directory, &wanted->spec, &reason);
    if (!code) code = spec_check_files(wanted->spec, &reason);
    if (code == ERR_RUNTIME) return err_set(error, code, "%s", reason.message);
    if (code) {
        spec_free(wanted->spec);
        wanted->spec = NULL;
        collection->notice = memory_string(reason.message);
        return collection->notice ? ERR_OK : err_memory(error, "results");
    }
    wanted->count = (size_t)spec_runs(wanted->spec);
    wanted->met = memory_array(wanted->count, sizeof *wanted->met);
    return wanted->met ? ERR_OK : err_memory(error, "results");
}

/* Whether a run is asked for; it is then met. */
static bool is_wanted(struct wanted *wanted, const char *run) {
    if (!wanted->spec) return true;
    int found = spec_find_run(wanted->spec, run);
    if (found >= 0) wanted->met[found] = true;
    return found >= 0;
}

/* --- one run ------------------------------------------------------------------------------------------- */

static enum err collect_failure(struct collection *collection, const char *directory, const char *run,
                                struct error *error) {
    struct failure failure;
    bool exists;
    enum err code = failure_read(directory, &exists, &failure, error);
    if (code == ERR_RUNTIME) return code;
    if (!code && exists) return faults_add(&collection->failed, run, failure.reason, failure.attempts, error);
    collection->unfinished++;
    return ERR_OK;
}

static void note_time(struct collection *collection, const char *directory) {
    struct stat status;
    char *path = file_join(directory, LAYOUT_RESULT);
    if (path && !lstat(path, &status) && status.st_mtime > collection->last_finished)
        collection->last_finished = status.st_mtime;
    free(path);
}

/* One run directory; its own faults become notes, so what is returned is a lack of memory. */
static enum err collect_run(struct collection *collection, const char *root, const char *run,
                            struct error *error) {
    struct error problem = {""};
    struct record record = {0};
    bool complete;
    char *directory = layout_run(root, run);
    if (!directory) return err_memory(error, "results");
    enum err code = run_record_read(directory, run, &complete, &record, &problem);
    if (!code && complete) {
        code = collection_add(collection, &record, &problem);
        note_time(collection, directory);
    } else if (!code) {
        code = collect_failure(collection, directory, run, &problem);
    }
    record_free(&record);
    free(directory);
    if (code == ERR_INPUT) return faults_add(&collection->spoilt, run, problem.message, 0, error);
    return code ? err_set(error, code, "%s", problem.message) : ERR_OK;
}

/* Hidden files, what a sweep has set aside, and files that nobody would take for a run. */
static bool is_run_name(DIR *runs, const char *name, const struct wanted *wanted) {
    struct stat status;
    if (name[0] == '.' || strstr(name, LAYOUT_ASIDE)) return false;
    if (wanted->spec || fstatat(dirfd(runs), name, &status, AT_SYMLINK_NOFOLLOW)) return true;
    return S_ISDIR(status.st_mode) || S_ISLNK(status.st_mode);
}

static enum err walk(struct collection *collection, const char *directory, DIR *runs, struct wanted *wanted,
                     struct error *error) {
    struct dirent *entry;
    enum err code = ERR_OK;
    while (!code && (errno = 0, entry = readdir(runs))) {
        if (!is_run_name(runs, entry->d_name, wanted)) continue;
        if (is_wanted(wanted, entry->d_name))
            code = collect_run(collection, directory, entry->d_name, error);
        else
            collection->others++;
    }
    if (!code && !entry && errno)
        code = err_set(error, ERR_RUNTIME, "%s/" LAYOUT_RUNS ": cannot read: %s", directory, strerror(errno));
    for (size_t r = 0; r < wanted->count && !code; r++) collection->unfinished += !wanted->met[r];
    return code;
}

/* --- a directory -----------------------------------------------------------------------------------------
 */

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

static enum err read_runs(const char *directory, DIR *runs, bool all, struct collection *collection,
                          struct error *error) {
    struct wanted wanted = {0};
    struct spec *spec = NULL; /* says what the parents are, though not what is wanted */
    enum err code =
        all ? invocation_spec(directory, &spec, error) : read_wanted(directory, collection, &wanted, error);
    if (all && code == ERR_INPUT) code = ERR_OK;
    if (!code) code = walk(collection, directory, runs, &wanted, error);
    if (!code) code = parents_separate(collection, all ? spec : wanted.spec, error);
    if (!code) code = selection_separate(collection, all ? spec : wanted.spec, error);
    wanted_free(&wanted);
    spec_free(spec);
    return code;
}

static enum err read_directory(const char *directory, bool all, struct collection *collection,
                               struct error *error) {
    char *path = file_join(directory, LAYOUT_RUNS), *table = file_join(directory, LAYOUT_RESULTS);
    DIR *runs = path ? opendir(path) : NULL;
    int reason = errno;
    enum err code = ERR_OK;
    if (!path || !table)
        code = err_memory(error, directory);
    else if (runs)
        code = read_runs(directory, runs, all, collection, error);
    else if (reason != ENOENT && reason != ENOTDIR) /* an old table would not do instead */
        code = err_open(error, path, reason);
    else if (file_exists(table))
        code = results_csv_read(directory, collection, error);
    else
        code = err_set(error, ERR_INPUT,
                       "%s: holds no runs: expected the directory of a sweep, results/NAME, with " LAYOUT_RUNS
                       "/ or " LAYOUT_RESULTS " in it",
                       directory);
    if (runs) closedir(runs);
    free(path);
    free(table);
    return code;
}

enum err collect_runs(const char *directory, bool all, struct collection *out, struct error *error) {
    struct collection collection = {0};
    struct stat status;
    if (stat(directory, &status)) return err_open(error, directory, errno);
    struct source *source = &collection.sources[collection.source_count++];
    *source = (struct source){.directory = memory_string(directory), .name = name_of(directory)};
    enum err code = source->directory && source->name ? read_directory(directory, all, &collection, error)
                                                      : err_memory(error, "results");
    if (!code) code = collection_finish(&collection, error);
    if (code)
        collection_free(&collection);
    else
        *out = collection;
    return code;
}
