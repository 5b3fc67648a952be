/* report.html as a whole. See page.h. */
#include "page/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/file.h"
#include "curve/labels.h"
#include "page/html.h"
#include "plot/palette.h"
#include "record/collection.h"
#include "record/layout.h"

enum { SVG_BYTES_MAX = 8 << 20 };

static void head(const struct page *page, struct buffer *html) {
    buffer_text(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    buffer_printf(
        html,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'; script-src 'sha256-%s'; img-src data:; base-uri 'none'; form-action 'none'\">\n",
        page_script_hash);
    buffer_text(html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"referrer\" content=\"no-referrer\">\n"
                      "<link rel=\"icon\" href=\"data:,\">\n<title>");
    html_text(html, page->name);
    buffer_text(html, " · cotnoise</title>\n<style>");
    palette_css(html);
    buffer_text(html, page_style);
    buffer_text(html, "</style>\n</head>\n<body>\n");
}

static void tile(struct buffer *html, size_t count, const char *one, const char *many) {
    buffer_text(html, "<li><b>");
    label_count((int64_t)count, html);
    buffer_printf(html, "</b><span>%s</span></li>", count == 1 ? one : many);
}

static void header(const struct page *page, struct buffer *html) {
    const struct collection *collection = page->collection;
    struct totals totals = collection_totals(collection);
    buffer_text(html,
                "<header>\n<p class=\"kicker\">cotnoise · how much noise in chain-of-thought training data "
                "can a model take?</p>\n<h1>");
    html_text(html, page->name);
    buffer_text(html, "</h1>\n<ul class=\"tiles\">");
    tile(html, totals.runs, "run finished", "runs finished");
    if (collection->passed_over_count) tile(html, collection->count, "run chosen", "runs chosen");
    tile(html, page->curves->count, "curve", "curves");
    if (collection->unfinished) tile(html, collection->unfinished, "run not finished", "runs not finished");
    if (collection->failed.count) tile(html, collection->failed.count, "run failed", "runs failed");
    if (collection->spoilt.count) tile(html, collection->spoilt.count, "run left out", "runs left out");
    if (totals.seconds > 0) {
        buffer_text(html, "<li><b>");
        buffer_text(html, duration_text(totals.seconds, (char[DURATION_LENGTH]){0}));
        buffer_text(html, "</b><span>of training and evaluation</span></li>");
    }
    buffer_text(html, "</ul>\n</header>\n");
}

static enum err read_svg(const struct page *page, const struct figure *figure, char **svg,
                         struct error *error) {
    struct buffer path = {0};
    size_t length;
    buffer_printf(&path, "%s/%s.svg", page->plots, figure->name);
    enum err code = path.failed ? err_memory(error, "the page")
                                : file_read_plain(path.bytes, SVG_BYTES_MAX, svg, &length, error);
    buffer_free(&path);
    return code;
}

static void show_svg(const struct figure *figure, size_t number, const char *svg, const char *trouble,
                     struct buffer *html) {
    buffer_text(html, "<figure>");
    if (svg) {
        html_svg(html, svg, number, figure->title);
    } else {
        buffer_text(html, "<p class=\"muted\">This figure cannot be shown: ");
        html_text(html, trouble);
        buffer_text(html, "</p>");
    }
}

enum err page_figures(const struct page *page, enum figure_kind kind, struct buffer *html,
                      struct error *error) {
    bool open = false;
    const char *caption = "";
    for (size_t i = 0; i < page->figures->count; i++) {
        const struct figure *figure = &page->figures->figure[i];
        char *svg = NULL;
        struct error trouble = {""};
        if (figure->kind != kind || !figure->drawn) continue;
        if (read_svg(page, figure, &svg, &trouble) == ERR_RUNTIME)
            return err_set(error, ERR_RUNTIME, "%s", trouble.message);
        buffer_text(html, open ? "" : "<div class=\"figures\">\n");
        open = true;
        show_svg(figure, i, svg, trouble.message, html);
        free(svg);
        if (strcmp(caption, figure->caption)) { /* not once more what the one before says */
            buffer_text(html, "<figcaption>");
            html_text(html, figure->caption);
            buffer_text(html, "</figcaption>");
        }
        caption = figure->caption;
        buffer_text(html, "</figure>\n");
    }
    if (open) buffer_text(html, "</div>\n");
    return ERR_OK;
}

static bool has_figure(const struct page *page, enum figure_kind kind) {
    for (size_t i = 0; i < page->figures->count; i++)
        if (page->figures->figure[i].kind == kind && page->figures->figure[i].drawn) return true;
    return false;
}

/* A section of figures of one kind, left out when there is none. */
static enum err figure_section(const struct page *page, enum figure_kind kind, const char *title,
                               const char *text, struct buffer *html, struct error *error) {
    if (!has_figure(page, kind)) return ERR_OK;
    buffer_printf(html, "<section>\n<h2>%s</h2>\n<p class=\"muted\">%s</p>\n", title, text);
    enum err code = page_figures(page, kind, html, error);
    buffer_text(html, "</section>\n");
    return code;
}

static enum err figure_sections(const struct page *page, struct buffer *html, struct error *error) {
    enum err code = figure_section(page, FIGURE_SWEEPS, "The two sweeps", "Curves of the same noise in both.",
                                   html, error);
    if (!code) code = page_differences(page, html, error);
    if (!code)
        code = figure_section(page, FIGURE_PARENTS, "What the runs start from",
                              "The same noise after different parents, and after none.", html, error);
    if (!code) code = page_repair(page, html, error);
    if (!code)
        code = figure_section(page, FIGURE_ACCURACY, "Accuracy against noise",
                              "Trained on noised data, tested on clean problems that were never trained on.",
                              html, error);
    if (!code)
        code = figure_section(page, FIGURE_HEATMAP, "Two things at once",
                              "Where two noise options vary, how they add up.", html, error);
    if (!code)
        code =
            figure_section(page, FIGURE_FORMATS, "Chain of thought against direct answers",
                           "What writing out the steps is worth, and what noise in them costs.", html, error);
    if (!code)
        code = figure_section(page, FIGURE_PASS, "More than one attempt",
                              "How many problems are solved by one of several completions, drawn at random.",
                              html, error);
    page_thresholds(page, html);
    if (!code) code = page_methods(page, html, error);
    page_choice(page, html);
    page_levels(page, html);
    if (!code)
        code = figure_section(page, FIGURE_ROLLOUTS, "Learning from completions",
                              "What reinforcement learning made of the models that it started from.", html,
                              error);
    if (!code)
        code = figure_section(page, FIGURE_LEARNING, "Learning", "How the runs got there.", html, error);
    if (*page->figures->trouble.message) {
        buffer_text(html, "<section><p>");
        html_text(html, page->figures->trouble.message);
        buffer_text(html, ". Their data and scripts lie in <code>" LAYOUT_PLOTS "/</code>.</p></section>\n");
    }
    if (page->figures->left_out)
        buffer_printf(
            html,
            "<section><p class=\"muted\">%zu more figures would not fit on this page; " LAYOUT_THRESHOLDS
            " and " LAYOUT_RESULTS " hold all curves and runs.</p></section>\n",
            page->figures->left_out);
    return code;
}

enum err page_write(const struct page *page, const char *path, struct error *error) {
    struct buffer html = {0};
    head(page, &html);
    header(page, &html);
    enum err code = figure_section(page, FIGURE_THRESHOLDS, "Thresholds at a glance",
                                   "How much noise each of the settings bears: the further right, the more.",
                                   &html, error);
    page_findings(page, &html);
    if (!code) code = figure_sections(page, &html, error);
    if (!code) code = page_examples(page, &html, error);
    if (!code) code = page_runs(page, &html, error);
    page_faults(page, &html);
    page_provenance(page, &html);
    buffer_text(&html, "<footer>Plots with their data and gnuplot scripts lie in <code>" LAYOUT_PLOTS
                       "/</code>, all runs in "
                       "<code>" LAYOUT_RESULTS "</code>, all curves in <code>" LAYOUT_THRESHOLDS
                       "</code> beside this page."
                       "</footer>\n<script>");
    buffer_text(&html, page_script);
    buffer_text(&html, "</script>\n</body>\n</html>\n");
    if (!code && html.failed) code = err_memory(error, "the page");
    if (!code) code = file_write_plain(path, html.bytes, html.length, error);
    buffer_free(&html);
    return code;
}
