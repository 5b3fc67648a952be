/* Terminals: their size, and text made harmless for them. See terminal.h. */
#include "base/terminal.h"

#include <sys/ioctl.h>

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

bool terminal_is_control(char c) { return (unsigned char)c < 0x20 || c == 0x7f; }

void terminal_text(char *text) {
    for (char *c = text; *c; c++) {
        /* U+009B begins a command just as ESC [ does. Behind the first byte of one stands at worst the NUL.
         */
        bool is_pair =
            (unsigned char)c[0] == 0xc2 && (unsigned char)c[1] >= 0x80 && (unsigned char)c[1] < 0xa0;
        if (is_pair) c[1] = '?';
        if (is_pair || terminal_is_control(*c)) *c = '?';
    }
}
