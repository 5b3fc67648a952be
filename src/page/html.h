/* Text and pictures as parts of an HTML page. Everything that comes from results goes through here. */
#ifndef COTNOISE_PAGE_HTML_H
#define COTNOISE_PAGE_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Text, safe between tags and in a quoted attribute: <, >, &, quotes escaped, what is not seen (control
 * characters, those that turn the direction of writing) and bytes that are not UTF-8 as terminal_show shows
 * them. Newlines and tabs stay. */
void html_text(struct buffer *html, const char *text);
void html_bytes(struct buffer *html, const char *bytes, size_t length);

/* A table: html_table, a heading for each column, html_table_rows, rows (<tr>...</tr>), html_table_end. It
 * scrolls by itself where it is too wide, and a click on a heading sorts it. The caption says what a row is.
 * Captions and headings are plain text; `number`: the column is set to the right. */
void html_table(struct buffer *html, const char *caption);
void html_heading(struct buffer *html, const char *text, bool number);
void html_table_rows(struct buffer *html);
void html_table_end(struct buffer *html);

/* The heading of a column of thresholds: "threshold at 95 % of clean (95 % interval)". */
void html_heading_threshold(struct buffer *html, double share);

/* A picture that gnuplot drew, inline: its prologue, titles and background dropped, the colours of our
 * palette made CSS variables, identifiers prefixed with `number` so that pictures do not share them.
 * `title` is what a screen reader says. */
void html_svg(struct buffer *html, const char *svg, size_t number, const char *title);

#endif
