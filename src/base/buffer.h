/* A byte string that grows. A failed allocation is remembered, so that a writer checks once, at the end. */
#ifndef COTNOISE_BASE_BUFFER_H
#define COTNOISE_BASE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
    char *bytes; /* ends with a NUL that `length` does not count; NULL while empty */
    size_t length;
    size_t capacity;
    bool failed; /* some append found no memory: the content is incomplete */
};

/* Start from `struct buffer b = {0}`; release with buffer_free, which leaves an empty buffer. */
void buffer_free(struct buffer *buffer);

/* Empties it and keeps the memory. */
void buffer_clear(struct buffer *buffer);

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_char(struct buffer *buffer, char c);
void buffer_number(struct buffer *buffer, uint64_t number); /* in decimal */
void buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_vprintf(struct buffer *buffer, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Appends `text` as a JSON string with its quotes (RFC 8259, section 7). Bytes that are not UTF-8 go
 * through as they are: give it only text that is. */
void buffer_json_string(struct buffer *buffer, const char *text, size_t length);

#endif
