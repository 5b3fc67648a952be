/* What choosing moved: the threshold of chosen values beside those of one value throughout. See page.h. */
#include <math.h>
#include <string.h>

#include "curve/curve_names.h"
#include "curve/labels.h"
#include "page/html.h"
#include "page/page.h"
#include "record/layout.h"

/* "learning rate 0.001, train.batch_tokens 128" */
static void values_text(const struct collection *collection, const struct record *record,
                        struct buffer *html) {
    for (size_t i = 0; i < collection->selected.count; i++) {
        struct buffer value = {0}, label = {0};
        char name[OPTION_NAME_MAX];
        field_name(&collection->selected.field[i], collection_tasks(collection), name);
        buffer_text(&value, "");
        field_text(&collection->selected.field[i], record, &value);
        if (!value.failed) label_setting(name, value.bytes, &label);
        if (i) buffer_text(html, ", ");
        if (!value.failed && !label.failed) html_text(html, label.bytes);
        html->failed |= value.failed || label.failed;
        buffer_free(&value);
        buffer_free(&label);
    }
}

static void row(const struct page *page, const struct curve *chosen, const struct curve *curve,
                struct buffer *html) {
    struct buffer text = {0};
    buffer_text(html, "<tr><td>");
    html_text(html, chosen->label);
    if (*chosen->place) {
        buffer_text(html, ", ");
        html_text(html, chosen->place);
    }
    buffer_text(html, "</td><td>");
    if (curve == chosen)
        buffer_text(html, "<b>chosen cell by cell</b>");
    else
        values_text(page->collection, curve->noisy, html);
    if (curve->has_clean)
        buffer_printf(html, "</td><td class=\"n\" data-v=\"%.9g\">%.1f %%</td><td>", curve->clean,
                      100 * curve->clean);
    else
        buffer_text(html, "</td><td class=\"n\" data-v=\"\">–</td><td>");
    curve_threshold_text(&curve->threshold, curve->levels[curve->count - 1].noise, "", &text);
    html->failed |= text.failed;
    html_text(html, text.failed ? "" : text.bytes);
    buffer_text(html, "</td></tr>\n");
    buffer_free(&text);
}

void page_choice(const struct page *page, struct buffer *html) {
    const struct curves *fixed = &page->alternatives->curves;
    if (!fixed->count) return;
    buffer_text(html,
                "<section>\n<h2>What choosing moved</h2>\n<p>Each cell took the values that validate best "
                "(<code>select</code>). Below, the threshold of the chosen runs beside the thresholds "
                "that one choice for all cells would have given.</p>\n");
    html_table(html, "Of each curve the chosen runs, then each choice for all cells");
    html_heading(html, "noise", false);
    html_heading(html, "values", false);
    html_heading(html, "clean accuracy", true);
    html_heading_threshold(html, page->curves->share);
    html_table_rows(html);
    for (size_t i = 0; i < page->curves->count; i++) {
        const struct curve *chosen = &page->curves->curve[i];
        if (!page->collection->sources[chosen->noisy->sweep].selected.count) continue;
        row(page, chosen, chosen, html);
        for (size_t k = 0; k < fixed->count; k++)
            if (alternatives_match(page->collection, chosen, &fixed->curve[k]))
                row(page, chosen, &fixed->curve[k], html);
    }
    html_table_end(html);
    buffer_text(html, "<p class=\"muted\">All candidates with their validation accuracies are "
                      "in " LAYOUT_SELECTION ".</p>\n</section>\n");
}
