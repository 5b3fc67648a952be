/* The table of repair: each cell that learned on beside its parents and the clean model. See page.h. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "curve/labels.h"
#include "page/html.h"
#include "page/page.h"
#include "record/layout.h"

enum { ROWS_SHOWN = 1000 };

static void text_cell(struct buffer *html, const char *text) {
    buffer_text(html, "<td>");
    html_text(html, text);
    buffer_text(html, "</td>");
}

/* "from-to", in per cent; nothing where there is no number. */
static void share_cell(struct buffer *html, double share, const struct interval *interval) {
    if (isnan(share)) {
        buffer_text(html, "<td class=\"n\" data-v=\"\">–</td>");
        return;
    }
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%.1f %%", share, 100 * share);
    if (interval) buffer_printf(html, " (%.1f to %.1f)", 100 * interval->low, 100 * interval->high);
    buffer_text(html, "</td>");
}

static void side_cell(struct buffer *html, const struct repair_side *side) {
    if (!side->level.count) {
        share_cell(html, NAN, NULL);
        return;
    }
    struct interval interval = level_interval(&side->level);
    share_cell(html, level_mean(&side->level), &interval);
}

static void count_cell(struct buffer *html, double count) {
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">", count);
    label_count((int64_t)count, html);
    buffer_text(html, "</td>");
}

/* "+1.5 points (-0.2 to +3.2)", bold where the interval leaves out 0. */
static void gain_cell(struct buffer *html, const struct difference *gain) {
    bool clear = gain->interval.low > 0 || gain->interval.high < 0;
    if (isnan(gain->mean)) {
        share_cell(html, NAN, NULL);
        return;
    }
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%s%+.1f points%s (%+.1f to %+.1f)</td>", gain->mean,
                  clear ? "<b>" : "", 100 * gain->mean, clear ? "</b>" : "", 100 * gain->interval.low,
                  100 * gain->interval.high);
}

static void repair_cell(struct buffer *html, const struct repair *repair) {
    static const char *const reasons[] = {
        [REPAIR_NO_CLEAR_LOSS] = "no clear loss",
        [REPAIR_NO_CLEAN] = "no clean run",
        [REPAIR_NO_PARENT] = "no parent here",
    };
    if (repair->status != REPAIR_MEASURED) {
        buffer_printf(html, "<td class=\"n\" data-v=\"\">%s</td>", reasons[repair->status]);
        return;
    }
    bool clear = repair->low > 0 || repair->high < 0;
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%s%.0f %%%s (%.0f to %.0f)</td>", repair->share,
                  clear ? "<b>" : "", 100 * repair->share, clear ? "</b>" : "", 100 * repair->low,
                  100 * repair->high);
}

/* What only some tests measure: a pair of columns, before and after, where any run has it. */
static const struct {
    const char *column, *title;
} compared[] = {
    {"unsound", "right but unsound"},
    {"pass_1", "pass@1"},
    {"pass_n", "pass@all"},
    {"majority", "majority right"},
};
enum { COMPARED = sizeof compared / sizeof *compared };

static bool is_measured(const struct repairs *repairs, const char *column) {
    bool measured = false;
    for (size_t i = 0; i < repairs->count && !measured; i++)
        measured = !isnan(repair_mean(&repairs->repair[i].parent, column)) ||
                   !isnan(repair_mean(&repairs->repair[i].child, column));
    return measured;
}

static void table_head(const struct repairs *repairs, struct buffer *html) {
    static const char *const titles[] = {"seeds", "rollouts", "parent", "after", "gain", "clean", "repair"};
    html_table(html, "A row for each noise and method: means over seeds, 95 % intervals");
    html_heading(html, "noise", false);
    html_heading(html, "method", false);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) html_heading(html, titles[i], true);
    for (size_t c = 0; c < COMPARED; c++) {
        char heading[64];
        if (!is_measured(repairs, compared[c].column)) continue;
        snprintf(heading, sizeof heading, "%s: parent", compared[c].title);
        html_heading(html, heading, true);
        html_heading(html, "after", true);
    }
    html_table_rows(html);
}

static void table_row(const struct repairs *repairs, size_t i, const char *method, struct buffer *html) {
    const struct repair *repair = &repairs->repair[i];
    struct buffer noise = {0};
    seed_cells_name_noise(repair_trained(repair), &noise);
    buffer_text(html, "<tr>");
    text_cell(html, noise.failed ? "" : noise.bytes);
    text_cell(html, method);
    count_cell(html, (double)repair->child.level.count);
    count_cell(html, repair_mean(&repair->child, "rollouts"));
    side_cell(html, &repair->parent);
    side_cell(html, &repair->child);
    gain_cell(html, &repair->gain);
    side_cell(html, &repair->clean);
    repair_cell(html, repair);
    for (size_t c = 0; c < COMPARED; c++) {
        if (!is_measured(repairs, compared[c].column)) continue;
        share_cell(html, repair_mean(&repair->parent, compared[c].column), NULL);
        share_cell(html, repair_mean(&repair->child, compared[c].column), NULL);
    }
    buffer_text(html, "</tr>\n");
    html->failed |= noise.failed;
    buffer_free(&noise);
}

static void table(const struct repairs *repairs, const struct buffer *labels, struct buffer *html) {
    bool alike = true, single = false;
    for (size_t i = 1; i < repairs->count; i++) alike &= !strcmp(labels[0].bytes, labels[i].bytes);
    table_head(repairs, html);
    for (size_t i = 0; i < repairs->count && i < ROWS_SHOWN; i++) {
        single |= repairs->repair[i].child.level.count == 1;
        table_row(repairs, i, alike ? repairs->repair[i].child.runs[0]->outcome.method : labels[i].bytes,
                  html);
    }
    html_table_end(html);
    buffer_text(
        html,
        "<p class=\"muted\">Accuracy of greedy decoding on test problems, means over "
        "seeds with 95 % intervals. Parent: the runs that these started from; clean: the same training "
        "without noise. Repair = (after - parent) / (clean - parent), how much of what the noise took came "
        "back; its interval is Fieller's, of seeds, which are paired, and of test problems. There is none "
        "where the clean model is not clearly better than the parent. Bold: the interval leaves out 0.");
    if (single) buffer_text(html, " Where there is one seed, an interval does not show how runs differ.");
    buffer_text(html, "</p>\n");
    if (repairs->count > ROWS_SHOWN)
        buffer_printf(html, "<p class=\"muted\">%zu more are in " LAYOUT_REPAIR ".</p>\n",
                      repairs->count - ROWS_SHOWN);
}

enum err page_repair(const struct page *page, struct buffer *html, struct error *error) {
    const struct repairs *repairs = page->repairs;
    if (!repairs->count) return ERR_OK;
    struct buffer *labels = memory_array(repairs->count, sizeof *labels);
    if (!labels) return err_memory(error, "the page");
    enum err code =
        seed_cells_label(page->collection, repairs->cells.cell, repairs->count, false, labels, error);
    buffer_text(html, "<section>\n<h2>Repair</h2>\n<p class=\"muted\">What reinforcement learning gave back "
                      "of the accuracy that noise took.</p>\n");
    if (!code) code = page_figures(page, FIGURE_REPAIR, html, error);
    if (!code) table(repairs, labels, html);
    buffer_text(html, "</section>\n");
    for (size_t i = 0; i < repairs->count; i++) buffer_free(&labels[i]);
    free(labels);
    return code;
}
