/* Where the results come from: spec, command, commit, machine, seeds, time. See page.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/duration.h"
#include "curve/labels.h"
#include "page/html.h"
#include "page/page.h"
#include "record/collect.h"

enum { SPEC_SHOWN_BYTES = 1 << 20, LISTED = 12 };

static void entry(struct buffer *html, const char *name, const char *text) {
    buffer_printf(html, "<dt>%s</dt><dd>", name);
    html_text(html, text);
    buffer_text(html, "</dd>\n");
}

static void code_entry(struct buffer *html, const char *name, const char *text) {
    buffer_printf(html, "<dt>%s</dt><dd><code>", name);
    html_text(html, text);
    buffer_text(html, "</code></dd>\n");
}

static void remark_entries(struct buffer *html, const char *name, const struct remarks *remarks) {
    if (!remarks->count) return;
    buffer_printf(html, "<dt>%s</dt><dd>", name);
    for (size_t i = 0; i < remarks->count; i++) {
        if (i) buffer_text(html, "<br>");
        html_text(html, remarks->text[i]);
    }
    buffer_text(html, "</dd>\n");
}

/* The different commits of the rows; usually one. */
static void commits(const struct collection *collection, struct buffer *html) {
    const char *met[LISTED];
    size_t count = 0;
    for (size_t i = 0; i < collection->count && count < LISTED; i++) {
        size_t k = 0;
        while (k < count && strcmp(met[k], collection->rows[i].commit)) k++;
        if (k == count) met[count++] = collection->rows[i].commit;
    }
    for (size_t k = 0; k < count; k++)
        if (*met[k]) code_entry(html, k ? "" : "commit", met[k]);
}

static int compare_seeds(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void seeds(const struct collection *collection, struct buffer *html) {
    int64_t met[64] = {0};
    size_t count = 0, most = sizeof met / sizeof *met;
    for (size_t i = 0; i < collection->count && count < most; i++) {
        size_t k = 0;
        while (k < count && met[k] != collection->rows[i].seed) k++;
        if (k == count) met[count++] = collection->rows[i].seed;
    }
    qsort(met, count, sizeof *met, compare_seeds);
    buffer_text(html, "<dt>seeds</dt><dd>");
    for (size_t k = 0; k < count; k++) buffer_printf(html, "%s%" PRId64, k ? ", " : "", met[k]);
    buffer_printf(html, "%s</dd>\n", count == most ? ", …" : "");
}

static void times(const struct collection *collection, struct buffer *html) {
    double seconds = 0;
    int64_t tokens = 0;
    for (size_t i = 0; i < collection->count; i++) {
        seconds += collection->rows[i].seconds;
        tokens += collection->rows[i].tokens;
    }
    buffer_text(html, "<dt>time</dt><dd>");
    buffer_text(html, duration_text(seconds, (char[DURATION_LENGTH]){0}));
    buffer_text(html, " over all runs, ");
    label_count(tokens, html);
    buffer_text(html, " training tokens</dd>\n");
    struct tm date;
    char text[64];
    time_t last = collection->last_finished;
    if (last && gmtime_r(&last, &date) && strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &date))
        entry(html, "last run finished", text);
}

static void spec(const struct sweep *sweep, struct buffer *html) {
    char *text;
    size_t length;
    if (collect_file(sweep->directory, NULL, "spec.yaml", SPEC_SHOWN_BYTES, &text, &length, NULL)) return;
    buffer_text(html, "<details open><summary>");
    html_text(html, sweep->name);
    buffer_text(html, "/spec.yaml</summary><pre>");
    html_bytes(html, text, length);
    buffer_text(html, "</pre></details>\n");
    free(text);
}

void page_provenance(const struct page *page, struct buffer *html) {
    const struct collection *collection = page->collection;
    buffer_text(html, "<section>\n<h2>Provenance</h2>\n<dl>\n");
    if (page->command) code_entry(html, "command", page->command);
    remark_entries(html, "cotnoise version", &collection->versions);
    commits(collection, html);
    remark_entries(html, "machine", &collection->machines);
    if (collection->count) {
        seeds(collection, html);
        times(collection, html);
    }
    buffer_text(html, "</dl>\n");
    for (int i = 0; i < collection->sweep_count; i++) spec(&collection->sweeps[i], html);
    buffer_text(html, "</section>\n");
}
