/* The findings, a sentence a curve, and the table of thresholds. See page.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "curve/curve_names.h"
#include "curve/labels.h"
#include "page/html.h"
#include "page/page.h"
#include "plot/plots.h"
#include "record/layout.h"

/* What a curve is called in the page: its noise. Escaped. */
static void curve_name(const struct curve *curve, struct buffer *html) { html_text(html, curve->label); }

/* The threshold on a scale from 0 to the highest level: a mark, and its interval as a bar. */
static void track(const struct curve *curve, struct buffer *html) {
    const struct threshold *threshold = &curve->threshold;
    double highest = curve->levels[curve->count - 1].noise;
    double scale = highest > 0.5 ? 1 : highest;
    if (threshold->status != THRESHOLD_FOUND && threshold->status != THRESHOLD_NOT_REACHED) return;
    double high = fmin(threshold->high, highest);
    buffer_printf(html,
                  "<span class=\"track\" aria-hidden=\"true\"><i style=\"left:%.2f%%;width:%.2f%%\"></i>",
                  100 * threshold->low / scale, 100 * (high - threshold->low) / scale);
    if (threshold->status == THRESHOLD_FOUND)
        buffer_printf(html, "<b style=\"left:%.2f%%\"></b>", 100 * threshold->noise / scale);
    buffer_text(html, "</span><span class=\"ends\" aria-hidden=\"true\"><span>0 %</span><span>");
    label_percent(scale, html);
    buffer_text(html, "</span></span>");
}

static void finding(const struct page *page, const struct curve *curve, struct buffer *html) {
    struct buffer sentence = {0};
    curve_finding(page->curves, curve, &sentence);
    int colour = plot_accuracy_colour(page->curves, curve);
    if (colour < 0)
        buffer_text(html, "<li><p><b>");
    else
        buffer_printf(html, "<li style=\"--c:var(--k%d)\"><p><b>", colour);
    curve_name(curve, html);
    buffer_text(html, ":</b> ");
    if (sentence.failed)
        html->failed = true;
    else
        html_text(html, sentence.bytes);
    if (curve->diverged)
        buffer_printf(
            html,
            " <strong>%zu of its runs diverged</strong> (marked in the table of runs): that is a matter of "
            "training, not of noise.",
            curve->diverged);
    buffer_text(html, "</p>");
    track(curve, html);
    buffer_text(html, "</li>\n");
    buffer_free(&sentence);
}

enum { FINDINGS_SHOWN = 60, THRESHOLDS_SHOWN = 1000 };

void page_findings(const struct page *page, struct buffer *html) {
    const struct curves *curves = page->curves;
    buffer_text(html, "<section>\n<h2>Findings</h2>\n");
    if (!curves->count)
        buffer_text(html, page->collection->count
                              ? "<p>No finished run has noise yet, so there is no curve.</p>\n"
                              : "<p>No run has finished yet.</p>\n");
    size_t count = curves->count < FINDINGS_SHOWN ? curves->count : FINDINGS_SHOWN;
    for (size_t i = 0; i < count; i++) {
        const struct curve *curve = &curves->curve[i];
        bool first = i == 0 || curve[-1].setting != curve->setting;
        bool last = i + 1 == count || curve[1].setting != curve->setting;
        if (first && *curve->place) {
            buffer_text(html, "<h3>");
            html_text(html, curve->place);
            buffer_text(html, "</h3>\n");
        }
        if (first) buffer_text(html, "<ul class=\"findings\">\n");
        finding(page, curve, html);
        if (last) buffer_text(html, "</ul>\n");
    }
    if (count < curves->count)
        buffer_printf(html, "<p class=\"muted\">%zu more curves are in the table of thresholds.</p>\n",
                      curves->count - count);
    buffer_text(html, "</section>\n");
}

static void number_cell(struct buffer *html, double share) {
    if (isnan(share)) {
        buffer_text(html, "<td class=\"n\" data-v=\"\">–</td>");
        return;
    }
    buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">%.1f %%</td>", share, 100 * share);
}

static void threshold_cell(const struct curve *curve, const struct threshold *threshold,
                           struct buffer *html) {
    struct buffer text = {0};
    curve_threshold_text(threshold, curve->levels[curve->count - 1].noise, "", &text);
    buffer_printf(html, "<td data-v=\"%.9g\">", threshold_order(threshold));
    if (text.failed)
        html->failed = true;
    else
        html_text(html, text.bytes);
    buffer_text(html, "</td>");
    buffer_free(&text);
}

/* The share of seeds that have learned at each level, where some level is split. */
static void learned_cell(const struct curve *curve, struct buffer *html) {
    buffer_printf(html, "<td data-v=\"%zu\">", curve->split_levels);
    for (size_t i = 0; i < curve->count && curve->split_levels; i++) {
        const struct point *point = &curve->points[i];
        buffer_text(html, i ? ", " : "");
        if (point->split) buffer_text(html, "<b>");
        label_percent(curve->levels[i].noise, html);
        buffer_printf(html, ": %.2g", point->learned);
        if (point->split) buffer_text(html, "</b>");
    }
    buffer_text(html, "</td>");
}

static void threshold_row(const struct curve *curve, double share, bool places, struct buffer *html) {
    size_t runs = 0;
    for (size_t i = 0; i < curve->count; i++) runs += curve->levels[i].count;
    buffer_text(html, "<tr>");
    if (places) {
        buffer_text(html, "<td>");
        html_text(html, curve->place);
        buffer_text(html, "</td>");
    }
    buffer_text(html, "<td>");
    curve_name(curve, html);
    buffer_printf(html, "</td><td>%s</td>", curve_axis(curve));
    number_cell(html, curve->has_clean ? curve->clean : NAN);
    threshold_cell(curve, &curve->threshold, html);
    for (int s = 0; s < CURVE_SHARES; s++)
        if (curve_shares[s] != share) threshold_cell(curve, &curve->at[s], html);
    threshold_cell(curve, &curve->half, html);
    learned_cell(curve, html);
    buffer_printf(html,
                  "<td class=\"n\" data-v=\"%zu\">%zu</td><td class=\"n\" data-v=\"%zu\">%zu</td></tr>\n",
                  curve->count, curve->count, runs, runs);
}

static void threshold_headings(const struct curves *curves, bool places, struct buffer *html) {
    html_table(html, "A row for each curve: how much noise leaves so much of its clean accuracy");
    if (places) html_heading(html, "settings", false);
    html_heading(html, "noise", false);
    html_heading(html, "what rises", false);
    html_heading(html, "clean accuracy", true);
    html_heading_threshold(html, curves->share);
    for (int s = 0; s < CURVE_SHARES; s++) {
        char heading[16];
        if (curve_shares[s] == curves->share) continue;
        snprintf(heading, sizeof heading, "at %.0f %%", 100 * curve_shares[s]);
        html_heading(html, heading, false);
    }
    html_heading(html, "half of clean", false);
    html_heading(html, "seeds that learned", false);
    html_heading(html, "levels", true);
    html_heading(html, "runs", true);
    html_table_rows(html);
}

void page_thresholds(const struct page *page, struct buffer *html) {
    const struct curves *curves = page->curves;
    bool places = false;
    if (!curves->count) return;
    for (size_t i = 0; i < curves->count; i++) places |= *curves->curve[i].place != 0;
    buffer_text(html, "<section>\n<h2>Thresholds</h2>\n");
    threshold_headings(curves, places, html);
    for (size_t i = 0; i < curves->count && i < THRESHOLDS_SHOWN; i++)
        threshold_row(&curves->curve[i], curves->share, places, html);
    html_table_end(html);
    buffer_text(
        html,
        "<p class=\"muted\">Thresholds are read off the isotonic fit, straight "
        "between tested levels. Intervals (95 %) are of seeds and test problems (docs/statistics.md); how "
        "far apart the tested levels lie is not in them. Seeds that learned, at each level where "
        "at some level (bold) a part of them did not: those with at least half of the clean accuracy.");
    size_t touched = 0;
    for (size_t i = 0; i < curves->count; i++) touched += curves->curve[i].diverged > 0;
    if (touched)
        buffer_printf(
            html,
            " <strong>%zu of these curves rest on runs that diverged</strong>: their thresholds do not say "
            "what noise does. A lower learning rate, or clipping, may help.",
            touched);
    if (curves_single_seed(curves))
        buffer_text(html, " Where there is one seed, an interval does not show how runs differ.");
    buffer_text(html, "</p>\n");
    if (curves->count > THRESHOLDS_SHOWN)
        buffer_printf(html, "<p class=\"muted\">%zu more are in " LAYOUT_THRESHOLDS ".</p>\n",
                      curves->count - THRESHOLDS_SHOWN);
    buffer_text(html, "</section>\n");
}
