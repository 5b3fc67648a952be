/* Curves with one choice of values throughout. See alternatives.h. */
#include "curve/alternatives.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "curve/setting.h"

/* All runs of sweeps that choose, chosen or not, with nothing selected; the runs themselves are borrowed. */
static enum err join(const struct collection *collection, struct collection *all, struct error *error) {
    size_t count = collection->count, over = collection->passed_over_count;
    *all = (struct collection){.source_count = collection->source_count};
    memcpy(all->sources, collection->sources, sizeof all->sources);
    for (int i = 0; i < all->source_count; i++) all->sources[i].selected = (struct fields){0};
    all->records = memory_array(count + over, sizeof *all->records);
    if (!all->records) return err_memory(error, "curves");
    for (size_t r = 0; r < count; r++)
        if (collection->sources[collection->records[r]->sweep].selected.count)
            all->records[all->count++] = collection->records[r];
    memcpy(all->records + all->count, collection->passed_over, over * sizeof *all->records);
    all->count += over;
    return collection_finish(all, error);
}

enum err alternatives_find(const struct collection *collection, const struct curves *chosen,
                           struct alternatives *alternatives, struct error *error) {
    struct alternatives made = {0};
    enum err code = ERR_OK;
    if (collection->passed_over_count) {
        code = join(collection, &made.collection, error);
        if (!code) code = curves_find(&made.collection, chosen->share, chosen->learned, &made.curves, error);
    }
    if (code)
        alternatives_free(&made);
    else
        *alternatives = made;
    return code;
}

void alternatives_free(struct alternatives *alternatives) {
    curves_free(&alternatives->curves);
    fields_free(&alternatives->collection.varied);
    free(alternatives->collection.records);
    *alternatives = (struct alternatives){0};
}

bool alternatives_match(const struct collection *collection, const struct curve *chosen,
                        const struct curve *curve) {
    const struct record *a = chosen->noisy;
    struct record b = *curve->noisy;
    b.sweep = a->sweep; /* what counts is what this sweep chose, whichever the other one is of */
    return chosen->axis == curve->axis && !setting_compare(collection, a, &b) &&
           !curves_compare_noise(collection, chosen->axis, a, &b);
}
