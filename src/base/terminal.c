/* What people are shown. See terminal.h. */
#include "base/terminal.h"

#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/utf8.h"

enum { SHOWN_LENGTH = 12 }; /* of one character, its NUL included */

int terminal_width(FILE *stream, int fallback) {
    struct winsize size;
    bool known = !ioctl(fileno(stream), TIOCGWINSZ, &size) && size.ws_col;
    return known ? size.ws_col : fallback;
}

int terminal_height(FILE *stream, int fallback) {
    struct winsize size;
    bool known = !ioctl(fileno(stream), TIOCGWINSZ, &size) && size.ws_row;
    return known ? size.ws_row : fallback;
}

/* First and last of those that are not seen (Unicode 15: Cc, Cf, Zl, Zp and what is ignorable by default; the
 * selectors of variants, which follow emoji, are let through). */
static const uint32_t unseen[][2] = {
    {0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad},   {0x034f, 0x034f},   {0x0600, 0x0605},
    {0x061c, 0x061c},   {0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x08e2, 0x08e2},   {0x115f, 0x1160},
    {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},
    {0x3164, 0x3164},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0xfffe, 0xffff},
    {0x110bd, 0x110bd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

bool terminal_is_seen(uint32_t number) {
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
        if (number >= unseen[i][0] && number <= unseen[i][1]) return false;
    return true;
}

/* The next character as it is shown; returns how many bytes it takes in the text. */
static size_t next(const char *bytes, size_t left, char shown[SHOWN_LENGTH]) {
    uint32_t number = 0;
    size_t length = utf8_character(bytes, left, &number);
    if (!length)
        snprintf(shown, SHOWN_LENGTH, "\\x%02x", (unsigned)(unsigned char)*bytes);
    else if (terminal_is_seen(number))
        snprintf(shown, SHOWN_LENGTH, "%.*s", (int)length, bytes);
    else if (number == '\n' || number == '\t' || number == '\r')
        snprintf(shown, SHOWN_LENGTH, "\\%c", number == '\n' ? 'n' : number == '\t' ? 't' : 'r');
    else
        snprintf(shown, SHOWN_LENGTH, number > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)number);
    return length ? length : 1;
}

void terminal_show(const char *bytes, size_t length, struct buffer *text) {
    char shown[SHOWN_LENGTH];
    buffer_append(text, "", 0);
    for (size_t at = 0; at < length;) {
        at += next(bytes + at, length - at, shown);
        buffer_text(text, shown);
    }
}

void terminal_text(char *text, size_t size) {
    char out[TERMINAL_TEXT_MAX], shown[SHOWN_LENGTH];
    size_t length = strlen(text), used = 0, cut = 0; /* cut: where "..." has room to stand */
    if (size > sizeof out) size = sizeof out;
    for (size_t at = 0; at < length;) {
        at += next(text + at, length - at, shown);
        size_t more = strlen(shown);
        if (used + more >= size) {
            memcpy(out + cut, "...", 3);
            used = cut + 3;
            break;
        }
        memcpy(out + used, shown, more);
        used += more;
        if (used + 3 < size) cut = used;
    }
    memcpy(text, out, used);
    text[used] = 0;
}

void terminal_line(FILE *stream, const char *format, ...) {
    struct buffer raw = {0}, line = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_vprintf(&raw, format, arguments);
    va_end(arguments);
    if (!raw.failed) terminal_show(raw.bytes, raw.length, &line);
    fprintf(stream, "%s\n", raw.failed || line.failed ? "(out of memory for a line)" : line.bytes);
    buffer_free(&raw);
    buffer_free(&line);
}
