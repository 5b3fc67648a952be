/* Runs that are there only for others to start from. See parents.h. */
#include "record/parents.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "spec/start.h"

static int compare_ids(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The parents that runs name. */
struct named {
    const char **id;
    size_t count;
};

static enum err find_named(const struct collection *collection, struct named *named, struct error *error) {
    *named = (struct named){.id = memory_array(collection->count + 1, sizeof(const char *))};
    if (!named->id) return err_memory(error, "results");
    for (size_t r = 0; r < collection->count; r++)
        if (*collection->records[r]->outcome.parent)
            named->id[named->count++] = collection->records[r]->outcome.parent;
    qsort(named->id, named->count, sizeof *named->id, compare_ids);
    return ERR_OK;
}

/* Runs that differ in nothing but how they were asked for have one ID: what was said of the parent is what
 * the spec says today. */
static enum err describe(const struct collection *collection, const struct spec *spec, struct error *error) {
    enum err code = ERR_OK;
    for (size_t r = 0; r < collection->count && !code; r++) {
        struct record *record = collection->records[r];
        struct config config;
        int run = spec_find_run(spec, record->run);
        if (run < 0) continue;
        spec_run(spec, run, &config);
        code = record_set_start(record, config.start, error);
    }
    return code;
}

/* Whether something is said of the run's own parent, if only that it has none: then a grid asked for it. */
static bool says_start(const struct record *record) {
    for (size_t e = 0; e < record->extra_count; e++)
        if (start_option(record->extras[e].name)) return true;
    return false;
}

static bool is_parent(const struct record *record, const struct spec *spec, const struct named *named) {
    int run = spec ? spec_find_run(spec, record->run) : -1;
    const char *id = record->run;
    if (run >= 0) return spec_run_is_parent(spec, run);
    return !says_start(record) && bsearch(&id, named->id, named->count, sizeof *named->id, compare_ids);
}

enum err parents_separate(struct collection *collection, const struct spec *spec, struct error *error) {
    struct named named;
    enum err code = find_named(collection, &named, error);
    if (!code && spec) code = describe(collection, spec, error);
    if (!code && !(collection->parents = memory_array(collection->count + 1, sizeof(struct record *))))
        code = err_memory(error, "results");
    size_t count = code ? 0 : collection->count, kept = 0;
    for (size_t r = 0; r < count; r++) {
        struct record *record = collection->records[r];
        if (is_parent(record, spec, &named))
            collection->parents[collection->parent_count++] = record;
        else
            collection->records[kept++] = record;
    }
    if (!code) collection->count = kept;
    free(named.id);
    return code;
}
