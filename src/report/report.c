/* The report of a sweep. See report.h. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "report/page.h"
#include "report/plots.h"

static const double usual_threshold = 0.95;

/* Paths of the files that a report consists of. */
struct paths {
    char *results, *thresholds, *plots, *html;
};

static void paths_free(struct paths *paths) {
    free(paths->results);
    free(paths->thresholds);
    free(paths->plots);
    free(paths->html);
}

static int paths_make(const char *directory, struct paths *paths) {
    *paths = (struct paths){
        .results = file_join(directory, "results.csv"),
        .thresholds = file_join(directory, "thresholds.csv"),
        .plots = file_join(directory, "plots"),
        .html = file_join(directory, "report.html"),
    };
    return paths->results && paths->thresholds && paths->plots && paths->html ? 0 : -1;
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

static enum err write_page(const char *directory, const struct report_options *options,
                           const struct report_summary *summary, const struct paths *paths,
                           const struct figures *figures, struct error *error) {
    char *name = name_of(directory);
    if (!name) return err_memory(error, "the page");
    enum err code = page_write(&(struct page){.directory = directory,
                                              .name = name,
                                              .plots = paths->plots,
                                              .command = options->command,
                                              .collection = &summary->collection,
                                              .curves = &summary->curves,
                                              .figures = figures},
                               paths->html, error);
    free(name);
    return code;
}

static enum err write_all(const char *directory, const struct report_options *options,
                          struct report_summary *summary, struct paths *paths, struct error *error) {
    double share = options->threshold > 0 ? options->threshold : summary->collection.threshold;
    if (share <= 0) share = usual_threshold;
    struct figures figures = {0};
    enum err code = collection_write_csv(&summary->collection, paths->results, error);
    if (!code) code = curves_find(&summary->collection, share, &summary->curves, error);
    if (!code) code = curves_write_csv(&summary->collection, &summary->curves, paths->thresholds, error);
    if (!code)
        code = plots_make(directory, paths->plots, &summary->collection, &summary->curves, &figures, error);
    if (!code) code = write_page(directory, options, summary, paths, &figures, error);
    if (!code) {
        summary->html = memory_string(paths->html);
        if (figures.count) summary->plot = file_join(paths->plots, "accuracy.svg");
        if (!summary->html || (figures.count && !summary->plot)) code = err_memory(error, "the report");
    }
    figures_free(&figures);
    return code;
}

enum err report_write(const char *directory, const struct report_options *options,
                      struct report_summary *summary, struct error *error) {
    struct paths paths;
    *summary = (struct report_summary){0};
    enum err code = collect(directory, &summary->collection, error);
    if (code) return code;
    code = paths_make(directory, &paths) ? err_memory(error, "the report")
                                         : write_all(directory, options, summary, &paths, error);
    paths_free(&paths);
    if (code) report_free(summary);
    return code;
}

void report_free(struct report_summary *summary) {
    curves_free(&summary->curves);
    collection_free(&summary->collection);
    free(summary->html);
    free(summary->plot);
    *summary = (struct report_summary){0};
}
