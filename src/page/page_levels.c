/* The table of noise levels: how much a noise really touched, what came out, what the cell chose. See page.h.
 */
#include <math.h>
#include <string.h>

#include "curve/labels.h"
#include "page/html.h"
#include "page/page.h"
#include "record/layout.h"
#include "record/selection.h"

enum { LEVELS_SHOWN = 2000 };

static void text_cell(struct buffer *html, const char *text) {
    buffer_text(html, "<td>");
    html_text(html, text);
    buffer_text(html, "</td>");
}

/* A number, to sort by and as people read it with `decimals`; a dash for none. */
static void number_cell(struct buffer *html, double value, int decimals) {
    if (isnan(value))
        buffer_text(html, "<td class=\"n\" data-v=\"\">–</td>");
    else
        buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%.*f</td>", value, decimals, value);
}

static void share_cell(struct buffer *html, double share) {
    if (isnan(share))
        number_cell(html, share, 0);
    else
        buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%.1f %%</td>", share, 100 * share);
}

/* Mean of a column over the runs of a level; NaN where one lacks it. */
static double mean(const struct collection *collection, const struct curve *curve, size_t level,
                   const char *column) {
    double sum = 0;
    size_t runs = curve->levels[level].count;
    for (size_t r = 0; r < runs; r++)
        sum += column_number(column_find(column), collection->records[curve->points[level].rows[r]]);
    return sum / (double)runs;
}

static void chosen_cells(const struct collection *collection, const struct curve *curve, size_t level,
                         struct buffer *html) {
    const struct record *record = collection->records[curve->points[level].rows[0]];
    for (size_t i = 0; i < collection->selected.count; i++) {
        struct buffer text = {0};
        buffer_text(&text, "");
        if (selection_has(collection, record, &collection->selected.field[i]))
            field_text(&collection->selected.field[i], record, &text);
        html->failed |= text.failed;
        buffer_text(html, "<td class=\"n\">");
        html_text(html, text.failed ? "" : text.bytes);
        buffer_text(html, "</td>");
        buffer_free(&text);
    }
}

static void level_row(const struct collection *collection, const struct curve *curve, size_t level,
                      bool places, struct buffer *html) {
    const struct point *point = &curve->points[level];
    buffer_text(html, "<tr>");
    if (places) text_cell(html, curve->place);
    text_cell(html, curve->label);
    struct buffer rate = {0};
    label_percent(curve->levels[level].noise, &rate);
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%s</td>", curve->levels[level].noise,
                  rate.failed ? "" : rate.bytes);
    html->failed |= rate.failed;
    buffer_free(&rate);
    number_cell(html, mean(collection, curve, level, "sites"), 1);
    share_cell(html, mean(collection, curve, level, "changed"));
    share_cell(html, point->mean);
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%.1f %% to %.1f %%</td>", point->interval.low,
                  100 * point->interval.low, 100 * point->interval.high);
    share_cell(html, mean(collection, curve, level, "unsound"));
    share_cell(html, mean(collection, curve, level, "validation_accuracy"));
    number_cell(html, mean(collection, curve, level, "problems"), 0);
    number_cell(html, mean(collection, curve, level, "twins"), 0);
    number_cell(html, (double)curve->levels[level].count, 0);
    chosen_cells(collection, curve, level, html);
    buffer_text(html, "</tr>\n");
}

static void header(const struct collection *collection, bool places, struct buffer *html) {
    static const char *const titles[] = {
        "level",   "sites a sample",      "lines changed", "accuracy",         "95 % interval",
        "unsound", "validation accuracy", "problems",      "twins trained on", "seeds",
    };
    html_table(html, "A row for each level of each curve");
    if (places) html_heading(html, "settings", false);
    html_heading(html, "noise", false);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) html_heading(html, titles[i], true);
    for (size_t i = 0; i < collection->selected.count; i++) {
        char name[OPTION_NAME_MAX], heading[OPTION_NAME_MAX + 16];
        field_name(&collection->selected.field[i], collection_tasks(collection), name);
        snprintf(heading, sizeof heading, "chosen %s", name);
        html_heading(html, heading, true);
    }
    html_table_rows(html);
}

void page_levels(const struct page *page, struct buffer *html) {
    const struct curves *curves = page->curves;
    bool places = false;
    size_t shown = 0;
    if (!curves->count) return;
    for (size_t i = 0; i < curves->count; i++) places |= *curves->curve[i].place != 0;
    buffer_text(html, "<section>\n<h2>Noise levels</h2>\n");
    header(page->collection, places, html);
    for (size_t i = 0; i < curves->count; i++)
        for (size_t level = 0; level < curves->curve[i].count && shown < LEVELS_SHOWN; level++, shown++)
            level_row(page->collection, &curves->curve[i], level, places, html);
    html_table_end(html);
    buffer_text(html,
                "<p class=\"muted\">Sites are places that the noise could hit, in a "
                "noised sample; lines changed are those of it that are not as they would be without noise, "
                "errors that follow from others included: a noise that changes few lines says little about "
                "robustness. Unsound: right answers with a wrong trace. Twins: test problems of a symmetric "
                "task that were trained on with their numbers exchanged. Means over seeds; a dash where a "
                "table does not say it.</p>\n</section>\n");
}
