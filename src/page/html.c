/* Text and pictures as parts of an HTML page. See html.h. */
#include "page/html.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "plot/palette.h"

/* Length of the UTF-8 sequence at `bytes` (RFC 3629), 0 when it is none. */
static size_t utf8_length(const unsigned char *bytes, size_t left) {
    unsigned char c = bytes[0];
    size_t length = c < 0x80                ? 1
                    : c >= 0xc2 && c < 0xe0 ? 2
                    : c >= 0xe0 && c < 0xf0 ? 3
                    : c >= 0xf0 && c < 0xf5 ? 4
                                            : 0;
    if (length == 0 || length > left) return 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes[i] & 0xc0) != 0x80) return 0;
    bool overlong = (c == 0xe0 && bytes[1] < 0xa0) || (c == 0xf0 && bytes[1] < 0x90);
    bool outside = (c == 0xed && bytes[1] >= 0xa0) || (c == 0xf4 && bytes[1] >= 0x90);
    return overlong || outside ? 0 : length;
}

static void html_ascii(struct buffer *html, unsigned char c) {
    switch (c) {
    case '<': buffer_text(html, "&lt;"); break;
    case '>': buffer_text(html, "&gt;"); break;
    case '&': buffer_text(html, "&amp;"); break;
    case '"': buffer_text(html, "&quot;"); break;
    case '\'': buffer_text(html, "&#39;"); break;
    default:
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            buffer_text(html, "\xef\xbf\xbd");
        else
            buffer_char(html, (char)c);
    }
}

void html_bytes(struct buffer *html, const char *bytes, size_t length) {
    for (size_t i = 0; i < length;) {
        const unsigned char *here = (const unsigned char *)bytes + i;
        size_t size = utf8_length(here, length - i);
        if (size > 1)
            buffer_append(html, here, size);
        else if (size == 1 && *here == ' ' && i + 1 < length && here[1] == '%')
            buffer_text(html, "&nbsp;"); /* "95 %" stays on one line */
        else if (size == 1)
            html_ascii(html, *here);
        else
            buffer_text(html, "\xef\xbf\xbd");
        i += size ? size : 1;
    }
}

void html_text(struct buffer *html, const char *text) { html_bytes(html, text, strlen(text)); }

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
