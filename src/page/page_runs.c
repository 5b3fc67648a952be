/* The table of runs, and what is wrong with those that are not in it. See page.h. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/duration.h"
#include "curve/labels.h"
#include "page/html.h"
#include "page/page.h"

enum { RUNS_SHOWN = 2000, FAULTS_SHOWN = 200 };

/* Which columns say something: settings that are the same in all runs are left out. */
struct shown {
    bool task, format, model, samples, epochs;
};

static struct shown find_shown(const struct collection *collection) {
    struct shown shown = {0};
    for (size_t i = 1; i < collection->count; i++) {
        const struct row *first = &collection->rows[0], *row = &collection->rows[i];
        shown.task |= strcmp(first->task, row->task) != 0;
        shown.format |= strcmp(first->format, row->format) != 0;
        shown.model |= strcmp(first->model, row->model) != 0;
        shown.samples |= first->samples != row->samples;
        shown.epochs |= first->epochs != row->epochs;
    }
    return shown;
}

static void text_cell(struct buffer *html, const char *text) {
    buffer_text(html, "<td>");
    html_text(html, text);
    buffer_text(html, "</td>");
}

static void count_cell(struct buffer *html, int64_t count) {
    buffer_printf(html, "<td class=\"n\" data-v=\"%" PRId64 "\">", count);
    label_count(count, html);
    buffer_text(html, "</td>");
}

static void share_cell(struct buffer *html, double share) {
    if (isnan(share))
        buffer_text(html, "<td class=\"n\" data-v=\"\">–</td>");
    else
        buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%.1f %%</td>", share, 100 * share);
}

static void header_cell(struct buffer *html, const char *name, bool number) {
    buffer_printf(html, "<th%s><button>%s</button></th>", number ? " class=\"n\"" : "", name);
}

static void header_row(const struct shown *shown, struct buffer *html) {
    buffer_text(html, "<tr>");
    if (shown->task) header_cell(html, "task", false);
    if (shown->format) header_cell(html, "format", false);
    if (shown->model) header_cell(html, "model", false);
    if (shown->samples) header_cell(html, "samples", true);
    if (shown->epochs) header_cell(html, "epochs", true);
    header_cell(html, "noise", false);
    header_cell(html, "rate", true);
    header_cell(html, "contamination", true);
    header_cell(html, "seed", true);
    header_cell(html, "accuracy", true);
    header_cell(html, "95 % interval", true);
    header_cell(html, "whole trace right", true);
    header_cell(html, "lines right", true);
    header_cell(html, "malformed", true);
    header_cell(html, "test loss", true);
    header_cell(html, "steps", true);
    header_cell(html, "tokens", true);
    header_cell(html, "tokens/s", true);
    header_cell(html, "time", true);
    header_cell(html, "stopped by", false);
    header_cell(html, "run", false);
    buffer_text(html, "</tr>");
}

static double first_rate(const struct row *row) {
    for (int kind = 0; kind < ROW_KINDS_MAX; kind++)
        if (row->level[kind] > 0) return row->level[kind];
    return 0;
}

static void run_row(const struct row *row, const struct shown *shown, struct buffer *html) {
    buffer_text(html, "<tr>");
    if (shown->task) text_cell(html, row->task);
    if (shown->format) text_cell(html, label_format(row->format));
    if (shown->model) text_cell(html, row->model);
    if (shown->samples) count_cell(html, row->samples);
    if (shown->epochs) buffer_printf(html, "<td class=\"n\" data-v=\"%g\">%g</td>", row->epochs, row->epochs);
    text_cell(html, row->noise);
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">", first_rate(row));
    html_text(html, row->rate);
    buffer_printf(html, "</td><td class=\"n\" data-v=\"%.9g\">%g</td>", row->contaminated, row->contaminated);
    buffer_printf(html, "<td class=\"n\" data-v=\"%" PRId64 "\">%" PRId64 "</td>", row->seed, row->seed);
    share_cell(html, row->accuracy);
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%.1f to %.1f %%</td>", row->accuracy_low,
                  100 * row->accuracy_low, 100 * row->accuracy_high);
    share_cell(html, row->trace_accuracy);
    share_cell(html, row->line_accuracy);
    share_cell(html, row->malformed);
    if (isnan(row->test_loss))
        buffer_text(html, "<td class=\"n\" data-v=\"\">–</td>");
    else
        buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%.3g</td>", row->test_loss, row->test_loss);
    count_cell(html, row->steps);
    count_cell(html, row->tokens);
    count_cell(html, (int64_t)row->tokens_per_second);
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">", row->seconds);
    buffer_text(html, duration_text(row->seconds, (char[DURATION_LENGTH]){0}));
    buffer_text(html, "</td>");
    text_cell(html, row->stopped);
    buffer_text(html, "<td><code>");
    html_text(html, row->run);
    buffer_text(html, "</code></td></tr>\n");
}

void page_runs(const struct page *page, struct buffer *html) {
    const struct collection *collection = page->collection;
    if (!collection->count) return;
    struct shown shown = find_shown(collection);
    buffer_text(html, "<section>\n<h2>Runs</h2>\n");
    if (collection->count > RUNS_SHOWN)
        buffer_printf(html, "<p class=\"muted\">The first %d of %zu; results.csv has all.</p>\n", RUNS_SHOWN,
                      collection->count);
    buffer_text(html, "<div class=\"wide tall\"><table class=\"sorts\"><thead>");
    header_row(&shown, html);
    buffer_text(html, "</thead><tbody>\n");
    for (size_t i = 0; i < collection->count && i < RUNS_SHOWN; i++)
        run_row(&collection->rows[i], &shown, html);
    buffer_text(html, "</tbody></table></div>\n</section>\n");
}

static void faults(const struct faults *faults, const char *title, bool attempts, struct buffer *html) {
    if (!faults->count) return;
    buffer_printf(html,
                  "<h3>%s</h3>\n<div class=\"wide tall\"><table><thead><tr><th>run</th><th>reason</th>%s"
                  "</tr></thead><tbody>\n",
                  title, attempts ? "<th class=\"n\">attempts</th>" : "");
    for (size_t i = 0; i < faults->count && i < FAULTS_SHOWN; i++) {
        buffer_text(html, "<tr><td><code>");
        html_text(html, faults->fault[i].run);
        buffer_text(html, "</code></td><td class=\"wrap\">");
        html_text(html, faults->fault[i].reason);
        buffer_text(html, "</td>");
        if (attempts && faults->fault[i].attempts)
            buffer_printf(html, "<td class=\"n\">%d</td>", faults->fault[i].attempts);
        else if (attempts)
            buffer_text(html, "<td class=\"n\">–</td>");
        buffer_text(html, "</tr>\n");
    }
    buffer_text(html, "</tbody></table></div>\n");
    if (faults->count > FAULTS_SHOWN)
        buffer_printf(html, "<p class=\"muted\">%zu more are not listed.</p>\n",
                      faults->count - FAULTS_SHOWN);
}

void page_faults(const struct page *page, struct buffer *html) {
    const struct collection *collection = page->collection;
    if (!collection->failed.count && !collection->unreadable.count && !collection->unfinished) return;
    buffer_text(html, "<section>\n<h2>Failed and missing runs</h2>\n");
    faults(&collection->failed, "Failed", true, html);
    faults(&collection->unreadable, "Not readable, and left out of everything above", false, html);
    if (collection->unfinished)
        buffer_printf(html,
                      "<p>%zu run%s begun and not finished; the same sweep command goes on with %s.</p>\n",
                      collection->unfinished, collection->unfinished == 1 ? " was" : "s were",
                      collection->unfinished == 1 ? "it" : "them");
    buffer_text(html, "</section>\n");
}
