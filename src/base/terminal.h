/* What people are shown: how wide their window is, and text from outside that cannot steer it or deceive
 * them. */
#ifndef COTNOISE_BASE_TERMINAL_H
#define COTNOISE_BASE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"

/* Columns and rows of the window that `stream` writes to, asked anew every time because a window can be
 * resized; `fallback` when it is no terminal or does not say. */
int terminal_width(FILE *stream, int fallback);
int terminal_height(FILE *stream, int fallback);

/* Whether the character U+`number` is seen where it stands, and changes nothing around it: not a control
 * character, one that turns the direction of writing, ends a line, or has no width. */
bool terminal_is_seen(uint32_t number);

/* Appends text from outside as one harmless line: what is not seen as `\u009b` (`\n`, `\t`, `\r`; \U000e0041
 * beyond U+FFFF), a byte that is not UTF-8 as `\x9b`. For the terminal, labels of figures and the page alike.
 */
void terminal_show(const char *bytes, size_t length, struct buffer *text);

enum { TERMINAL_TEXT_MAX = 4096 };

/* The same in place, in an array of 4 <= `size` <= TERMINAL_TEXT_MAX bytes; what does not fit is cut off and
 * "..." stands for it. */
void terminal_text(char *text, size_t size);

/* Prints a printf-style line, made so, with a newline. */
void terminal_line(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
