/* What is in a file, as a number. See content.h. */
#include "base/content.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "base/memory.h"

enum { CHUNK = 1 << 16 };

/* A pipe is left alone: opening one would wait, and what is read from it is gone. */
static enum err open_regular(const char *path, FILE **file, struct error *error) {
    struct stat status;
    if (stat(path, &status)) return err_open(error, path, errno);
    if (!S_ISREG(status.st_mode)) return err_set(error, ERR_INPUT, "%s: not a regular file", path);
    *file = fopen(path, "rbe");
    return *file ? ERR_OK : err_open(error, path, errno);
}

enum err content_of_file(const char *path, uint64_t *content, struct error *error) {
    FILE *file = NULL;
    enum err code = open_regular(path, &file, error);
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
