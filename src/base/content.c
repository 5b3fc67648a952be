/* What is in a file, as a number. See content.h. */
#include "base/content.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/file.h"
#include "base/memory.h"

enum { CHUNK = 1 << 16 };

enum err content_of_file(const char *path, uint64_t *content, struct error *error) {
    FILE *file = NULL;
    enum err code = file_open_regular(path, &file, error); /* what is read from a pipe would be gone */
    if (code) return code;
    char *chunk = memory_array(CHUNK, 1);
    XXH64_state_t *state = XXH64_createState();
    if (!chunk || !state) code = err_memory(error, path);
    if (!code) XXH64_reset(state, 0);
    for (size_t length; !code && (length = fread(chunk, 1, CHUNK, file)) > 0;)
        XXH64_update(state, chunk, length);
    if (!code && ferror(file)) code = err_set(error, ERR_INPUT, "%s: cannot read: %s", path, strerror(errno));
    if (!code) *content = XXH64_digest(state);
    if (state) XXH64_freeState(state);
    free(chunk);
    fclose(file);
    return code;
}
