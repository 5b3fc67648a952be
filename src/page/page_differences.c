/* Two sweeps compared level by level. See page.h. */
#include "curve/labels.h"
#include "curve/pairs.h"
#include "page/html.h"
#include "page/page.h"

enum { ROWS_SHOWN = 500 };

static void share_cell(struct buffer *html, double share) {
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%.1f %%</td>", share, 100 * share);
}

static void difference_row(const struct pair *pair, size_t one, size_t other,
                           const struct difference *difference, struct buffer *html) {
    double noise = pair->one->levels[one].noise;
    bool clear = difference->interval.low > 0 || difference->interval.high < 0;
    buffer_text(html, "<tr><td>");
    html_text(html, pair->one->label);
    buffer_printf(html, "</td><td class=\"n\" data-v=\"%.9g\">", noise);
    label_percent(noise, html);
    buffer_text(html, "</td>");
    share_cell(html, pair->one->points[one].mean);
    share_cell(html, pair->other->points[other].mean);
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%s%+.1f points%s (%+.1f to %+.1f)</td>",
                  difference->mean, clear ? "<b>" : "", 100 * difference->mean, clear ? "</b>" : "",
                  100 * difference->interval.low, 100 * difference->interval.high);
    buffer_printf(html, "<td class=\"n\" data-v=\"%zu\">%zu</td></tr>\n", difference->seeds,
                  difference->seeds);
}

/* Rows for the levels that both curves of a pair have. */
static void pair_rows(const struct pair *pair, size_t *shown, struct buffer *html) {
    for (size_t i = 0; i < pair->one->count; i++)
        for (size_t k = 0; k < pair->other->count; k++) {
            const struct level *one = &pair->one->levels[i], *other = &pair->other->levels[k];
            if (one->noise != other->noise || *shown == ROWS_SHOWN) continue;
            struct difference difference = pairs_difference(one, other);
            difference_row(pair, i, k, &difference, html);
            ++*shown;
        }
}

static void table(const struct pairs *pairs, const struct source *sweeps, struct buffer *html) {
    size_t shown = 0;
    html_table(html, "A row for each level that both have");
    html_heading(html, "noise", false);
    html_heading(html, "level", true);
    html_heading(html, sweeps[0].name, true);
    html_heading(html, sweeps[1].name, true);
    html_heading(html, "difference (95 % interval)", true);
    html_heading(html, "seeds in both", true);
    html_table_rows(html);
    for (size_t i = 0; i < pairs->count; i++) pair_rows(&pairs->pair[i], &shown, html);
    html_table_end(html);
    buffer_text(html,
                "<p class=\"muted\">Second less first, in percentage points; bold "
                "where the interval leaves out 0. Runs of the same seed are compared with each other.</p>\n");
}

enum err page_differences(const struct page *page, struct buffer *html, struct error *error) {
    const struct source *sweeps = page->collection->sources;
    struct pairs pairs;
    if (page->collection->source_count != 2) return ERR_OK;
    enum err code = pairs_find(page->collection, page->curves, PAIRS_SWEEPS, &pairs, error);
    if (code) return code;
    buffer_text(html, "<section>\n<h2>Differences</h2>\n");
    if (pairs.count)
        table(&pairs, sweeps, html);
    else
        buffer_text(
            html,
            "<p>There is nothing to compare: no noise that both have, with settings that differ between the "
            "two as wholes. Runs of the same settings are on one curve, whichever of the two they are "
            "of.</p>\n");
    buffer_text(html, "</section>\n");
    pairs_free(&pairs);
    return ERR_OK;
}
