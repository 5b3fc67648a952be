/* Where the results come from: spec, command, commit, machine, seeds, time. See page.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/duration.h"
#include "base/file.h"
#include "curve/labels.h"
#include "page/html.h"
#include "page/page.h"
#include "record/layout.h"

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

static const char *commit_of(const struct record *record) { return record->outcome.commit; }
static const char *version_of(const struct record *record) { return record->outcome.version; }
static const char *machine_of(const struct record *record) { return record->machine; }

static int compare_texts(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The different texts that the runs have; usually one. */
static void text_entries(const struct collection *collection, const char *name,
                         const char *(*text_of)(const struct record *), bool code, struct buffer *html) {
    const char *met[LISTED] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < collection->count && count < LISTED; i++) {
        const char *text = text_of(collection->records[i]);
        size_t k = 0;
        while (k < count && strcmp(met[k], text)) k++;
        if (k == count && *text) met[count++] = text;
    }
    qsort(met, count, sizeof *met, compare_texts);
    for (size_t k = 0; k < count; k++) (code ? code_entry : entry)(html, k ? "" : name, met[k]);
}

/* What another version of the program has recorded, and is the same in all runs: no table shows it. */
static void extras(const struct collection *collection, struct buffer *html) {
    const struct record *first = collection->records[0];
    for (size_t e = 0; e < first->extra_count; e++) {
        bool varies = false;
        for (size_t i = 0; i < collection->varied.count; i++) {
            const char *name = collection->varied.field[i].extra;
            varies |= name && !strcmp(name, first->extras[e].name);
        }
        if (!varies) entry(html, first->extras[e].name, first->extras[e].text);
    }
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
        while (k < count && met[k] != collection->records[i]->config.seed) k++;
        if (k == count) met[count++] = collection->records[i]->config.seed;
    }
    qsort(met, count, sizeof *met, compare_seeds);
    buffer_text(html, "<dt>seeds</dt><dd>");
    for (size_t k = 0; k < count; k++) buffer_printf(html, "%s%" PRId64, k ? ", " : "", met[k]);
    buffer_printf(html, "%s</dd>\n", count == most ? ", …" : "");
}

static void times(const struct collection *collection, struct buffer *html) {
    struct totals totals = collection_totals(collection);
    if (totals.seconds > 0) { /* of models that were trained elsewhere it is not known */
        buffer_text(html, "<dt>time</dt><dd>");
        buffer_text(html, duration_text(totals.seconds, (char[DURATION_LENGTH]){0}));
        buffer_text(html, " over all runs, ");
        label_count(totals.tokens, html);
        buffer_text(html, " training tokens</dd>\n");
    }
    struct tm date;
    char text[64];
    time_t last = collection->last_finished;
    if (last && gmtime_r(&last, &date) && strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &date))
        entry(html, "last run finished", text);
}

static void spec(const struct source *source, struct buffer *html) {
    char *text;
    size_t length;
    char *path = file_join(source->directory, LAYOUT_SPEC);
    enum err code = path ? file_read_plain(path, SPEC_SHOWN_BYTES, &text, &length, NULL) : ERR_RUNTIME;
    free(path);
    if (code) return;
    buffer_text(html, "<details open><summary>");
    html_text(html, source->name);
    buffer_text(html, "/" LAYOUT_SPEC "</summary><pre>");
    html_bytes(html, text, length);
    buffer_text(html, "</pre></details>\n");
    free(text);
}

void page_provenance(const struct page *page, struct buffer *html) {
    const struct collection *collection = page->collection;
    buffer_text(html, "<section>\n<h2>Provenance</h2>\n<dl>\n");
    if (page->command) code_entry(html, "command", page->command);
    text_entries(collection, "cotnoise version", version_of, false, html);
    text_entries(collection, "commit", commit_of, true, html);
    text_entries(collection, "machine", machine_of, false, html);
    if (collection->count) {
        extras(collection, html);
        seeds(collection, html);
        times(collection, html);
    }
    buffer_text(html, "</dl>\n");
    for (int i = 0; i < collection->source_count; i++) spec(&collection->sources[i], html);
    buffer_text(html, "</section>\n");
}
