/* Characters in UTF-8. */
#ifndef COTNOISE_BASE_UTF8_H
#define COTNOISE_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The length in bytes of the character at `bytes`, of which `left` >= 1 are there, and its number; 0 when
 * there is none (RFC 3629: overlong forms, surrogates and what is beyond U+10FFFF are none). */
size_t utf8_character(const char *bytes, size_t left, uint32_t *number);

/* Cuts text down to at most `most` bytes, before the character that would not be whole. */
void utf8_cut(char *text, size_t most);

#endif
