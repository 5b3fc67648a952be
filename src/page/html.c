/* Text and pictures as parts of an HTML page. See html.h. */
#include "page/html.h"

#include <stdio.h>
#include <string.h>

#include "base/terminal.h"
#include "base/utf8.h"
#include "curve/labels.h"
#include "plot/palette.h"

static void html_ascii(struct buffer *html, char c) {
    switch (c) {
    case '<': buffer_text(html, "&lt;"); break;
    case '>': buffer_text(html, "&gt;"); break;
    case '&': buffer_text(html, "&amp;"); break;
    case '"': buffer_text(html, "&quot;"); break;
    case '\'': buffer_text(html, "&#39;"); break;
    default: buffer_char(html, c);
    }
}

void html_bytes(struct buffer *html, const char *bytes, size_t length) {
    uint32_t number;
    for (size_t i = 0; i < length;) {
        size_t size = utf8_character(bytes + i, length - i, &number);
        bool is_layout = bytes[i] == '\n' || bytes[i] == '\t';
        if (!size || (!is_layout && !terminal_is_seen(number)))
            terminal_show(bytes + i, size ? size : 1, html);
        else if (size > 1)
            buffer_append(html, bytes + i, size);
        else if (bytes[i] == ' ' && i + 1 < length && bytes[i + 1] == '%')
            buffer_text(html, "&nbsp;"); /* "95 %" stays on one line */
        else
            html_ascii(html, bytes[i]);
        i += size ? size : 1;
    }
}

void html_text(struct buffer *html, const char *text) { html_bytes(html, text, strlen(text)); }

void html_table(struct buffer *html, const char *caption) {
    buffer_text(html, "<div class=\"wide tall\" tabindex=\"0\"><table class=\"sorts\"><caption>");
    html_text(html, caption);
    buffer_text(html, "</caption><thead><tr>");
}

void html_heading(struct buffer *html, const char *text, bool number) {
    buffer_printf(html, "<th scope=\"col\"%s><button>", number ? " class=\"n\"" : "");
    html_text(html, text);
    buffer_text(html, "</button></th>");
}

void html_heading_threshold(struct buffer *html, double share) {
    struct buffer text = {0};
    buffer_text(&text, "threshold at ");
    label_percent(share, &text);
    buffer_text(&text, " of clean (95 % interval)");
    html->failed |= text.failed;
    html_heading(html, text.failed ? "" : text.bytes, false);
    buffer_free(&text);
}

void html_table_rows(struct buffer *html) { buffer_text(html, "</tr></thead><tbody>\n"); }

void html_table_end(struct buffer *html) { buffer_text(html, "</tbody></table></div>\n"); }

static bool starts(const char *text, const char *with) { return !strncmp(text, with, strlen(with)); }

/* Past the first `end` in text, or its end. */
static const char *past(const char *text, const char *end) {
    const char *found = strstr(text, end);
    return found ? found + strlen(end) : text + strlen(text);
}

/* What is written in place of what; `%zu` is the figure's number. */
static const struct {
    const char *text, *instead;
} replaced[] = {
    {"id='", "id='f%zu-"},           {"id=\"", "id=\"f%zu-"},         {"href='#", "href='#f%zu-"},
    {"url(#", "url(#f%zu-"},         {"\"black\"", "\"var(--ink)\""}, {"\"#ffffff\"", "\"none\""},
    {"'#FFFFFF'", "'var(--paper)'"}, /* behind labels */
};

/* `instead` with the figure's number where it says %zu. */
static void add_instead(struct buffer *html, const char *instead, size_t number) {
    const char *place = strstr(instead, "%zu");
    buffer_append(html, instead, place ? (size_t)(place - instead) : strlen(instead));
    if (place) buffer_printf(html, "%zu%s", number, place + strlen("%zu"));
}

/* Handles what must change at `svg`; returns where to go on, or NULL when nothing needs to. */
static const char *svg_piece(struct buffer *html, const char *svg, size_t number) {
    int red, green, blue, length = 0;
    if (starts(svg, "<title>")) return past(svg, "</title>");
    if (starts(svg, "<desc>")) return past(svg, "</desc>");
    for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++)
        if (starts(svg, replaced[i].text)) {
            add_instead(html, replaced[i].instead, number);
            return svg + strlen(replaced[i].text);
        }
    if (starts(svg, "rgb(") && sscanf(svg, "rgb(%d,%d,%d)%n", &red, &green, &blue, &length) == 3 && length) {
        const char *property = palette_property(red, green, blue);
        if (!property) return NULL;
        buffer_printf(html, "var(%s)", property);
        return svg + length;
    }
    return NULL;
}

void html_svg(struct buffer *html, const char *svg, size_t number, const char *title) {
    const char *start = strstr(svg, "<svg");
    if (!start) return;
    buffer_text(html, "<svg role=\"img\" aria-label=\"");
    html_text(html, title);
    buffer_text(html, "\"");
    for (const char *c = start + strlen("<svg"); *c;) {
        const char *next = svg_piece(html, c, number);
        if (!next)
            buffer_char(html, *c++);
        else
            c = next;
    }
}
