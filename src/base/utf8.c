/* Characters in UTF-8. See utf8.h. */
#include "base/utf8.h"

#include <string.h>

size_t utf8_character(const char *bytes, size_t left, uint32_t *number) {
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)bytes[0];
    size_t length = first < 0x80   ? 1
                    : first < 0xc0 ? 0
                    : first < 0xe0 ? 2
                    : first < 0xf0 ? 3
                    : first < 0xf8 ? 4
                                   : 0;
    if (length == 0 || length > left) return 0;
    uint32_t value = length == 1 ? first : first & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)bytes[i];
        if ((next & 0xc0) != 0x80) return 0;
        value = value << 6 | (next & 0x3f);
    }
    if (value < smallest[length] || (value >= 0xd800 && value < 0xe000) || value > 0x10ffff) return 0;
    *number = value;
    return length;
}

void utf8_cut(char *text, size_t most) {
    if (strlen(text) <= most) return;
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80) most--;
    text[most] = 0;
}
