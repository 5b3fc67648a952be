/* Thresholds before and after reinforcement learning, noise by noise. See page.h. */
#include <math.h>

#include "curve/curve_names.h"
#include "curve/labels.h"
#include "curve/pairs.h"
#include "page/html.h"
#include "page/page.h"

enum { ROWS_SHOWN = 500 };

static void text_cell(struct buffer *html, const struct buffer *text, double value) {
    buffer_printf(html, "<td data-v=\"%.9g\">", value);
    if (text->failed)
        html->failed = true;
    else
        html_text(html, text->length ? text->bytes : "–");
    buffer_text(html, "</td>");
}

static void threshold_cell(const struct curve *curve, const struct threshold *threshold,
                           struct buffer *html) {
    struct buffer text = {0};
    curve_threshold_text(threshold, curve->levels[curve->count - 1].noise, "", &text);
    text_cell(html, &text, threshold_order(threshold));
    buffer_free(&text);
}

/* How far the threshold moved. Of one that lies beyond the levels only a bound is known. */
static void moved_cell(const struct curve *before, const struct curve *after, struct buffer *html) {
    struct threshold_change change = threshold_change(&before->threshold, &after->threshold);
    struct buffer text = {0};
    if (!isnan(change.points))
        buffer_printf(&text, "%s%+.1f points",
                      change.bound > 0   ? "at least "
                      : change.bound < 0 ? "at most "
                                         : "",
                      100 * change.points);
    if (!isnan(change.points) && !change.bound) {
        buffer_printf(&text, " (%+.1f to ", 100 * change.low);
        if (isfinite(change.high))
            buffer_printf(&text, "%+.1f)", 100 * change.high);
        else
            buffer_text(&text, "beyond the levels)");
    }
    text_cell(html, &text, isnan(change.points) ? -1 : change.points);
    buffer_free(&text);
}

static void curve_row(const struct curve *before, const struct curve *curve, struct buffer *html) {
    buffer_text(html, "<tr><td>");
    html_text(html, curve->label);
    buffer_text(html, "</td><td>");
    html_text(html, *curve->place ? curve->place : curve->noisy->outcome.method);
    buffer_printf(html, "</td><td>%s</td>", curve_axis(curve));
    if (curve->has_clean)
        buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%.1f %%</td>", curve->clean, 100 * curve->clean);
    else
        buffer_text(html, "<td class=\"n\" data-v=\"\">–</td>");
    threshold_cell(curve, &curve->threshold, html);
    if (before == curve)
        buffer_text(html, "<td data-v=\"0\"></td>");
    else
        moved_cell(before, curve, html);
    threshold_cell(curve, &curve->half, html);
    buffer_text(html, "</tr>\n");
}

/* Of each curve of supervised training itself, and then those of every way of learning on. */
static void rows(const struct page *page, const struct pairs *pairs, struct buffer *html) {
    size_t shown = 0;
    for (size_t i = 0; i < page->curves->count; i++) {
        const struct curve *before = &page->curves->curve[i];
        bool first = true;
        for (size_t p = 0; p < pairs->count && shown < ROWS_SHOWN; p++) {
            if (pairs->pair[p].one != before) continue;
            if (first) curve_row(before, before, html);
            first = false;
            curve_row(before, pairs->pair[p].other, html);
            shown++;
        }
    }
}

enum err page_methods(const struct page *page, struct buffer *html, struct error *error) {
    struct pairs pairs;
    enum err code = pairs_find(page->collection, page->curves, PAIRS_METHODS, &pairs, error);
    if (code) return code;
    if (pairs.count) {
        buffer_text(html, "<section>\n<h2>Thresholds before and after</h2>\n");
        html_table(html, "Curves before and after reinforcement learning");
        html_heading(html, "noise", false);
        html_heading(html, "settings", false);
        html_heading(html, "what rises", false);
        html_heading(html, "clean accuracy", true);
        html_heading_threshold(html, page->curves->share);
        html_heading(html, "moved by", false);
        html_heading(html, "half of clean", false);
        html_table_rows(html);
        rows(page, &pairs, html);
        html_table_end(html);
        buffer_text(
            html,
            "<p class=\"muted\">Of each noise supervised training first, then "
            "what reinforcement learning made of it. Each threshold is held against the clean accuracy of "
            "its own row. The interval of a difference takes both thresholds for independent, which is "
            "wide where seeds are shared.</p>\n</section>\n");
    }
    pairs_free(&pairs);
    return ERR_OK;
}
