/* Paths of what a run leaves. See layout.h. */
#include "record/layout.h"

#include "base/buffer.h"

static char *path_of(struct buffer *path) {
    if (path->failed) buffer_free(path);
    return path->bytes;
}

char *layout_run(const char *directory, const char *run) {
    struct buffer path = {0};
    buffer_printf(&path, "%s/" LAYOUT_RUNS "/%s", directory, run);
    return path_of(&path);
}

char *layout_run_file(const char *directory, const char *run, const char *name) {
    struct buffer path = {0};
    buffer_printf(&path, "%s/" LAYOUT_RUNS "/%s/%s", directory, run, name);
    return path_of(&path);
}
