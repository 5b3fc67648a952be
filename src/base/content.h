/* What is in a file, as a number. */
#ifndef COTNOISE_BASE_CONTENT_H
#define COTNOISE_BASE_CONTENT_H

#include <stdint.h>

#include "base/err.h"

/* XXH64 over the raw bytes of a regular file. ERR_INPUT when it cannot be read or is none. */
enum err content_of_file(const char *path, uint64_t *content, struct error *error);

#endif
