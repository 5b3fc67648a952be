/* Sample traces: what a noised training example looks like, and what the model wrote. See page.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/plural.h"
#include "curve/labels.h"
#include "page/align.h"
#include "page/html.h"
#include "page/page.h"
#include "record/examples.h"
#include "record/layout.h"

enum { SHOWN_MAX = 8, PAIRS_SHOWN = 80 };

/* A line with what differs from `other` marked. */
static void marked_line(struct text_line line, struct text_line other, struct buffer *html) {
    size_t same = 0, tail = 0;
    if (!line.start || !other.start || align_same_line(line, other)) {
        if (line.start) html_bytes(html, line.start, line.length);
        return;
    }
    while (same < line.length && same < other.length && line.start[same] == other.start[same]) same++;
    while (tail + same < line.length && tail + same < other.length &&
           line.start[line.length - 1 - tail] == other.start[other.length - 1 - tail])
        tail++;
    html_bytes(html, line.start, same);
    buffer_text(html, "<mark>");
    html_bytes(html, line.start + same, line.length - same - tail);
    buffer_text(html, "</mark>");
    html_bytes(html, line.start + line.length - tail, tail);
}

static void table_head(struct buffer *html, const char *left, const char *right) {
    buffer_printf(html,
                  "<table class=\"lines\"><thead><tr><th scope=\"col\">%s</th><th "
                  "scope=\"col\">%s</th></tr></thead><tbody>\n",
                  left, right);
}

static void table_end(struct buffer *html, size_t count) {
    buffer_text(html, "</tbody></table>");
    if (count > PAIRS_SHOWN)
        buffer_printf(html, "<p class=\"muted\">%zu more lines</p>", count - PAIRS_SHOWN);
}

static void training(const struct example *example, const struct alignment *alignment, struct buffer *html) {
    buffer_printf(html, "<div><h3>A training example, %d site%s corrupted</h3><p><code>", example->corrupted,
                  plural_s(example->corrupted));
    html_text(html, example->prompt);
    buffer_text(html, "</code></p>");
    table_head(html, "clean", "as the model sees it");
    for (size_t i = 0; i < alignment->count && i < PAIRS_SHOWN; i++) {
        const struct line_pair *pair = &alignment->pairs[i];
        const char *sort = align_same_line(pair->left, pair->right) ? ""
                           : pair->left.start && pair->right.start  ? " class=\"other\""
                                                                    : " class=\"gone\"";
        buffer_printf(html, "<tr%s><td>", sort);
        if (pair->left.start) html_bytes(html, pair->left.start, pair->left.length);
        buffer_text(html, "</td><td>");
        marked_line(pair->right, pair->left, html);
        if (!pair->right.start) buffer_text(html, "<small>deleted</small>");
        buffer_text(html, "</td></tr>\n");
    }
    table_end(html, alignment->count);
    buffer_text(html, "</div>\n");
}

static void written(const struct example *example, const char *title, const struct alignment *alignment,
                    struct buffer *html) {
    buffer_printf(html, "<div><h3>%s</h3><p><code>", title);
    html_text(html, example->prompt);
    buffer_text(html, "</code></p>");
    table_head(html, "expected", "written");
    bool deviated = false;
    for (size_t i = 0; i < alignment->count && i < PAIRS_SHOWN; i++) {
        const struct line_pair *pair = &alignment->pairs[i];
        bool first = !deviated && !align_same_line(pair->left, pair->right);
        buffer_printf(html, "<tr%s><td>", first ? " class=\"first\"" : deviated ? " class=\"after\"" : "");
        if (pair->left.start) html_bytes(html, pair->left.start, pair->left.length);
        buffer_text(html, "</td><td>");
        marked_line(pair->right, pair->left, html);
        if (first)
            buffer_text(html, pair->right.start ? "<small>first wrong line</small>"
                                                : "<small>ends too early</small>");
        buffer_text(html, "</td></tr>\n");
        deviated |= first;
    }
    table_end(html, alignment->count);
    buffer_text(html, "</div>\n");
}

static enum err example_blocks(const struct examples *examples, struct buffer *html, struct error *error) {
    struct alignment alignment;
    enum err code = ERR_OK;
    const struct example *example = &examples->training;
    if (example->prompt) {
        code = align_lines(example->clean, example->completion, &alignment, error);
        if (code) return code;
        training(example, &alignment, html);
        free(alignment.pairs);
    }
    for (int wrong = 0; wrong < 2; wrong++) {
        example = wrong ? &examples->wrong : &examples->right;
        if (!example->prompt) continue;
        code = align_in_step(example->clean, example->completion, &alignment, error);
        if (code) return code;
        written(example, wrong ? "A test problem it got wrong" : "A test problem it got right", &alignment,
                html);
        free(alignment.pairs);
    }
    return code;
}

/* The run to show of a curve: with noise, and about half of the clean accuracy left, so that it has both
 * right and wrong answers. */
static const struct record *choose_run(const struct collection *collection, const struct curve *curve) {
    size_t best = 0;
    double distance = INFINITY, wanted = curve->has_clean ? curve->clean / 2 : 0.5;
    for (size_t i = 0; i < curve->count; i++) {
        double here = fabs(curve->points[i].mean - wanted);
        if (curve->levels[i].noise <= 0 || here >= distance) continue;
        distance = here;
        best = i;
    }
    return collection->records[curve->points[best].rows[0]];
}

static bool is_shown(const struct record *const *shown, size_t count, const struct record *record) {
    for (size_t i = 0; i < count; i++)
        if (shown[i] == record ||
            (!strcmp(shown[i]->noise, record->noise) && !strcmp(shown[i]->task, record->task) &&
             !strcmp(shown[i]->format, record->format)))
            return true;
    return false;
}

static void title(const struct curve *curve, const struct record *record, struct buffer *html) {
    if (*curve->place) {
        html_text(html, curve->place);
        buffer_text(html, ": ");
    }
    html_text(html, curve->label);
    buffer_text(html, ", rate ");
    html_text(html, record->rate);
    if (record->contaminated < 1) buffer_printf(html, ", contamination %g", record->contaminated);
    buffer_printf(html, " <span class=\"muted\">(accuracy %.1f %%, seed %lld)</span>",
                  100 * record->outcome.evaluation.accuracy, (long long)record->config.seed);
}

static enum err read_examples(const struct collection *collection, const struct record *record,
                              struct examples *examples, struct error *error) {
    char *directory = layout_run(collection->sources[record->sweep].directory, record->run);
    *examples = (struct examples){.lines = NULL};
    enum err code = directory ? examples_read(directory, examples, error) : err_memory(error, "examples");
    free(directory);
    return code;
}

enum err page_examples(const struct page *page, struct buffer *html, struct error *error) {
    const struct record *shown[SHOWN_MAX];
    size_t count = 0;
    enum err code = ERR_OK;
    for (size_t i = 0; i < page->curves->count && count < SHOWN_MAX && !code; i++) {
        const struct curve *curve = &page->curves->curve[i];
        const struct record *record = choose_run(page->collection, curve);
        struct examples examples;
        if (is_shown(shown, count, record)) continue;
        code = read_examples(page->collection, record, &examples, error);
        if (!code && (examples.training.prompt || examples.right.prompt || examples.wrong.prompt)) {
            if (!count)
                buffer_text(
                    html, "<section>\n<h2>Sample traces</h2>\n<p class=\"muted\">A training example before "
                          "and after the noise, and what the model then wrote on clean test problems.</p>\n");
            buffer_printf(html, "<details%s><summary>", count ? "" : " open");
            title(curve, record, html);
            buffer_text(html, "</summary><div class=\"body\">\n");
            code = example_blocks(&examples, html, error);
            buffer_text(html, "</div></details>\n");
            shown[count++] = record;
        }
        examples_free(&examples);
    }
    if (count) buffer_text(html, "</section>\n");
    return code;
}
