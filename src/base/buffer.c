/* A byte string that grows. See buffer.h. */
#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void buffer_free(struct buffer *buffer) {
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}

void buffer_clear(struct buffer *buffer) {
    buffer->length = 0;
    buffer->failed = false;
    if (buffer->bytes) buffer->bytes[0] = 0;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length) {
    if (buffer->failed) return;
    size_t needed;
    if (__builtin_add_overflow(buffer->length + 1, length, &needed) ||
        memory_reserve(&buffer->bytes, &buffer->capacity, needed, 1)) {
        buffer->failed = true;
        return;
    }
    if (length) memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    buffer->bytes[buffer->length] = 0;
}

void buffer_text(struct buffer *buffer, const char *text) { buffer_append(buffer, text, strlen(text)); }

void buffer_char(struct buffer *buffer, char c) { buffer_append(buffer, &c, 1); }

void buffer_number(struct buffer *buffer, uint64_t number) {
    char text[20]; /* as many digits as 2^64 - 1 has */
    int first = sizeof text;
    do text[--first] = (char)('0' + number % 10);
    while (number /= 10);
    buffer_append(buffer, text + first, sizeof text - (size_t)first);
}

void buffer_vprintf(struct buffer *buffer, const char *format, va_list arguments) {
    va_list again;
    if (buffer->failed) return;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0 ||
        memory_reserve(&buffer->bytes, &buffer->capacity, buffer->length + (size_t)length + 1, 1)) {
        buffer->failed = true;
        return;
    }
    vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, arguments);
    buffer->length += (size_t)length;
}

void buffer_printf(struct buffer *buffer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    buffer_vprintf(buffer, format, arguments);
    va_end(arguments);
}

void buffer_json_string(struct buffer *buffer, const char *text, size_t length) {
    buffer_char(buffer, '"');
    size_t plain = 0; /* start of the run of bytes that need no escape */
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        buffer_append(buffer, text + plain, i - plain);
        plain = i + 1;
        if (c == '\n')
            buffer_append(buffer, "\\n", 2);
        else if (c == '"' || c == '\\')
            buffer_append(buffer, (char[]){'\\', (char)c}, 2);
        else
            buffer_printf(buffer, "\\u%04x", c);
    }
    buffer_append(buffer, text + plain, length - plain);
    buffer_char(buffer, '"');
}
