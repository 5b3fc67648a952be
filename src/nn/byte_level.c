/* The alphabet of byte-level BPE. See byte_level.h. */
#include "nn/byte_level.h"

#include <stdbool.h>
#include <stddef.h>

static bool is_itself(int byte) {
    return (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
}

/* The byte that a character stands for, or -1. Bytes that are not printable are the characters from 256 on,
 * in their order. */
static int byte_of(int character) {
    if (character < 256) return is_itself(character) ? character : -1;
    for (int byte = 0, next = 256; byte < 256; byte++)
        if (!is_itself(byte) && next++ == character) return byte;
    return -1;
}

/* One character of one or two bytes of UTF-8 (the alphabet has no longer ones); -1 for any other. */
static int next_character(const unsigned char **at) {
    const unsigned char *c = *at;
    if (c[0] < 0x80) return *at += 1, c[0];
    if ((c[0] & 0xe0) != 0xc0 || (c[1] & 0xc0) != 0x80) return -1;
    *at += 2;
    return (c[0] & 0x1f) << 6 | (c[1] & 0x3f);
}

void byte_level_decode(char *token) {
    for (const unsigned char *at = (const unsigned char *)token; *at;) {
        int character = next_character(&at);
        if (character < 0 || byte_of(character) <= 0) return;
    }
    char *to = token;
    for (const unsigned char *at = (const unsigned char *)token; *at;)
        *to++ = (char)byte_of(next_character(&at));
    *to = 0;
}
