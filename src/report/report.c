/* The report of a sweep. See report.h. */
#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/plural.h"
#include "base/temporary.h"
#include "page/page.h"
#include "plot/plots.h"
#include "record/collect.h"
#include "record/layout.h"
#include "record/results_csv.h"
#include "record/run_record.h"
#include "record/selection.h"

static const double usual_threshold = 0.95, usual_learned = 0.9;

/* Two that report on one directory write it one after the other; drawing takes seconds. */
#define LOCK_SECONDS 120

/* Paths of the files that a report consists of. */
struct paths {
    char *results, *thresholds, *selection, *repair, *plots, *html, *lock;
};

static void paths_free(struct paths *paths) {
    free(paths->results);
    free(paths->thresholds);
    free(paths->selection);
    free(paths->repair);
    free(paths->plots);
    free(paths->html);
    free(paths->lock);
}

static enum err paths_make(const char *directory, struct paths *paths, struct error *error) {
    *paths = (struct paths){
        .results = file_join(directory, LAYOUT_RESULTS),
        .thresholds = file_join(directory, LAYOUT_THRESHOLDS),
        .selection = file_join(directory, LAYOUT_SELECTION),
        .repair = file_join(directory, LAYOUT_REPAIR),
        .plots = file_join(directory, LAYOUT_PLOTS),
        .html = file_join(directory, LAYOUT_PAGE),
        .lock = file_join(directory, LAYOUT_REPORTING),
    };
    bool made = paths->results && paths->thresholds && paths->selection && paths->repair && paths->plots &&
                paths->html && paths->lock;
    return made ? ERR_OK : err_memory(error, "the report");
}

/* What the options leave open is the largest that a run asks for. */
static struct report_options complete(struct report_options options, const struct collection *collection) {
    double threshold = 0, learned = 0;
    for (size_t r = 0; r < collection->count; r++) {
        threshold = fmax(threshold, collection->records[r]->config.report.threshold);
        learned = fmax(learned, collection->records[r]->config.report.learned);
    }
    if (!(options.threshold > 0)) options.threshold = threshold > 0 ? threshold : usual_threshold;
    if (!(options.learned > 0)) options.learned = collection->count ? learned : usual_learned;
    return options;
}

/* Writes everything about the summary's collection, under a title. */
static enum err write_files(const char *name, const struct report_options *options,
                            struct report_summary *summary, const struct paths *paths, struct error *error) {
    struct report_options asked = complete(*options, &summary->collection);
    struct figures figures = {.log_noise = options->log_noise};
    struct alternatives alternatives = {0};
    struct repairs repairs = {0};
    enum err code = ERR_OK;
    if (!summary->collection.is_table) code = results_csv_write(&summary->collection, paths->results, error);
    if (!code && summary->collection.selected.count)
        code = selection_write_csv(&summary->collection, paths->selection, error);
    if (!code)
        code = curves_find(&summary->collection, asked.threshold, asked.learned, &summary->curves, error);
    if (!code) code = alternatives_find(&summary->collection, &summary->curves, &alternatives, error);
    if (!code) code = curves_write_csv(&summary->collection, &summary->curves, paths->thresholds, error);
    if (!code) code = repairs_find(&summary->collection, &repairs, error);
    if (!code && repairs.count)
        code = repairs_write_csv(&summary->collection, &repairs, paths->repair, error);
    if (!code)
        code = plots_make(paths->plots, &summary->collection, &summary->curves, &repairs, &figures, error);
    if (!code)
        code = page_write(&(struct page){.name = name,
                                         .plots = paths->plots,
                                         .command = asked.command,
                                         .collection = &summary->collection,
                                         .curves = &summary->curves,
                                         .alternatives = &alternatives,
                                         .repairs = &repairs,
                                         .figures = &figures},
                          paths->html, error);
    if (!code) {
        summary->html = memory_string(paths->html);
        summary->trouble = figures.trouble;
        bool several = summary->collection.source_count > 1 && figures_has_drawn(&figures, "thresholds");
        bool drawn = several || figures_has_drawn(&figures, "accuracy");
        if (drawn) summary->plot = file_join(paths->plots, several ? "thresholds.svg" : "accuracy.svg");
        if (!summary->html || (drawn && !summary->plot)) code = err_memory(error, "the report");
    }
    figures_free(&figures);
    alternatives_free(&alternatives);
    repairs_free(&repairs);
    return code;
}

/* Makes room: what killed reports left goes, and so does what is in place of the directory of plots. A link
 * there could lead among another sweep's plots, which would be overwritten. */
static enum err clear_way(const char *directory, const char *plots, struct report_summary *summary,
                          struct error *error) {
    struct stat status;
    temporary_clear_in(directory, layout_sweep_files);
    if (lstat(plots, &status) || S_ISDIR(status.st_mode)) return ERR_OK;
    err_set(&summary->moved, ERR_OK, "%s: is %s; it is set aside", plots,
            S_ISLNK(status.st_mode) ? "a link" : "not a directory");
    return run_record_set_aside(plots, error);
}

static enum err write_all(const char *directory, const char *name, const struct report_options *options,
                          struct report_summary *summary, struct error *error) {
    struct paths paths;
    int lock = -1;
    enum err code = paths_make(directory, &paths, error);
    if (!code) code = lock_acquire(paths.lock, "another report", LOCK_SECONDS, &lock, error);
    if (!code) code = clear_way(directory, paths.plots, summary, error);
    if (!code) code = write_files(name, options, summary, &paths, error);
    if (lock >= 0) lock_release(lock);
    paths_free(&paths);
    if (code) report_free(summary);
    return code;
}

enum err report_write(const char *directory, const struct report_options *options,
                      struct report_summary *summary, struct error *error) {
    *summary = (struct report_summary){0};
    enum err code = collect_runs(directory, options->all, &summary->collection, error);
    return code ? code : write_all(directory, summary->collection.sources[0].name, options, summary, error);
}

/* "add against sort", "add, sort and 3 more sweeps". */
static void name_comparison(const struct collection *collection, struct buffer *name) {
    const struct source *sources = collection->sources;
    int count = collection->source_count;
    if (count == 2)
        buffer_printf(name, "%s against %s", sources[0].name, sources[1].name);
    else
        buffer_printf(name, "%s, %s and %d more sweep%s", sources[0].name, sources[1].name, count - 2,
                      plural_s(count - 2));
}

static enum err collect_all(const char *const *sweeps, size_t count, bool all, struct collection *collection,
                            struct error *error) {
    enum err code = collect_runs(sweeps[0], all, collection, error);
    for (size_t i = 1; i < count && !code; i++) {
        struct collection other = {0};
        code = collect_runs(sweeps[i], all, &other, error);
        if (!code) code = collection_merge(collection, &other, error);
        collection_free(&other);
    }
    return code;
}

enum err report_compare(const char *const *sweeps, size_t count, const char *directory,
                        const struct report_options *options, struct report_summary *summary,
                        struct error *error) {
    struct buffer name = {0};
    *summary = (struct report_summary){0};
    enum err code = collect_all(sweeps, count, options->all, &summary->collection, error);
    if (!code) {
        name_comparison(&summary->collection, &name);
        code = name.failed ? err_memory(error, "the report") : file_make_directories(directory, error);
    }
    if (code)
        report_free(summary);
    else
        code = write_all(directory, name.bytes, options, summary, error);
    buffer_free(&name);
    return code;
}

void report_free(struct report_summary *summary) {
    curves_free(&summary->curves);
    collection_free(&summary->collection);
    free(summary->html);
    free(summary->plot);
    *summary = (struct report_summary){0};
}
