/* Runs that are there only for others to start from. See parents.h. */
#include "record/parents.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int compare_children(const void *left, const void *right) {
    const struct record *a = *(const struct record *const *)left, *b = *(const struct record *const *)right;
    int order = strcmp(a->outcome.parent, b->outcome.parent);
    return order ? order : strcmp(a->run, b->run);
}

/* The runs that have a parent, by its ID. */
struct children {
    const struct record **child;
    size_t count;
};

static enum err find_children(const struct collection *collection, struct children *children,
                              struct error *error) {
    *children = (struct children){.child = memory_array(collection->count + 1, sizeof *children->child)};
    if (!children->child) return err_memory(error, "results");
    for (size_t r = 0; r < collection->count; r++)
        if (*collection->records[r]->outcome.parent)
            children->child[children->count++] = collection->records[r];
    qsort(children->child, children->count, sizeof *children->child, compare_children);
    return ERR_OK;
}

/* Whether a run differs from the one that it started from in nothing but reinforcement learning: then it is
 * held against it, and both are of the grid. */
static bool only_reinforces(const struct record *child, const struct record *parent) {
    if (child->config.rl.method == RL_NONE) return false;
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; row->matters && !option_is_of_reinforcement(row) && i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            if (!option_equal(row, option_get(option, &child->config), option_get(option, &parent->config)))
                return false;
        }
    return true;
}

/* Whether a run is there for another one to start from, as far as that can be told without the spec. */
static bool is_started_from(const struct record *record, const struct children *children) {
    size_t low = 0, high = children->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(children->child[middle]->outcome.parent, record->run) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < children->count && !strcmp(children->child[low]->outcome.parent, record->run); low++)
        if (!only_reinforces(children->child[low], record)) return true;
    return false;
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

static bool is_parent(const struct record *record, const struct spec *spec, const struct children *children) {
    int run = spec ? spec_find_run(spec, record->run) : -1;
    if (run >= 0) return spec_run_is_parent(spec, run);
    /* Of one that a grid asked for, too, something is said, if only that it has no parent. */
    return !record_says_start(record) && is_started_from(record, children);
}

enum err parents_separate(struct collection *collection, const struct spec *spec, struct error *error) {
    struct children children;
    enum err code = find_children(collection, &children, error);
    if (!code && spec) code = describe(collection, spec, error);
    if (!code && !(collection->parents = memory_array(collection->count + 1, sizeof(struct record *))))
        code = err_memory(error, "results");
    size_t count = code ? 0 : collection->count, kept = 0;
    for (size_t r = 0; r < count; r++) {
        struct record *record = collection->records[r];
        if (is_parent(record, spec, &children))
            collection->parents[collection->parent_count++] = record;
        else
            collection->records[kept++] = record;
    }
    if (!code) collection->count = kept;
    free(children.child);
    return code;
}
