/* Text and pictures as parts of an HTML page. Everything that comes from results goes through here. */
#ifndef COTNOISE_PAGE_HTML_H
#define COTNOISE_PAGE_HTML_H

#include <stddef.h>

#include "base/buffer.h"

/* Text, safe between tags and in a quoted attribute: <, >, &, quotes escaped, what is not seen (control
 * characters, those that turn the direction of writing) and bytes that are not UTF-8 as terminal_show shows
 * them. Newlines and tabs stay. */
void html_text(struct buffer *html, const char *text);
void html_bytes(struct buffer *html, const char *bytes, size_t length);

/* A picture that gnuplot drew, inline: its prologue, titles and background dropped, the colours of our
 * palette made CSS variables, identifiers prefixed with `number` so that pictures do not share them.
 * `title` is what a screen reader says. */
void html_svg(struct buffer *html, const char *svg, size_t number, const char *title);

#endif
