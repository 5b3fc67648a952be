/* What a terminal is told: how wide it is, and text that cannot steer it. */
#ifndef COTNOISE_BASE_TERMINAL_H
#define COTNOISE_BASE_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Columns and rows of the window that `stream` writes to, asked anew every time because a window can be
 * resized; `fallback` when it is no terminal or does not say. */
int terminal_width(FILE *stream, int fallback);
int terminal_height(FILE *stream, int fallback);

/* Whether a terminal would act on this byte instead of showing it: ASCII's control characters. */
bool terminal_is_control(char c);

/* Makes text from outside one harmless line, in place and of the same length: control characters, those of
 * two bytes in UTF-8 (U+0080 to U+009F) included, become '?'. */
void terminal_text(char *text);

#endif
