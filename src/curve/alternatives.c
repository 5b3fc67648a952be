/* Curves with one choice of values throughout. See alternatives.h. */
#include "curve/alternatives.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "curve/setting.h"

enum err alternatives_find(const struct collection *collection, const struct curves *chosen,
                           struct alternatives *alternatives, struct error *error) {
    size_t count = collection->count, over = collection->passed_over_count;
    struct alternatives made = {.collection = *collection};
    made.collection.selected = (struct fields){0};
    made.collection.passed_over_count = 0;
    made.collection.records = memory_array(count + over, sizeof *made.collection.records);
    if (!made.collection.records) return err_memory(error, "curves");
    if (count) memcpy(made.collection.records, collection->records, count * sizeof *collection->records);
    if (over)
        memcpy(made.collection.records + count, collection->passed_over,
               over * sizeof *collection->passed_over);
    made.collection.count = over ? count + over : 0;
    enum err code =
        over ? curves_find(&made.collection, chosen->share, chosen->learned, &made.curves, error) : ERR_OK;
    if (code)
        free(made.collection.records);
    else
        *alternatives = made;
    return code;
}

void alternatives_free(struct alternatives *alternatives) {
    curves_free(&alternatives->curves);
    free(alternatives->collection.records);
    *alternatives = (struct alternatives){0};
}

bool alternatives_match(const struct collection *collection, const struct curve *chosen,
                        const struct curve *curve) {
    const struct record *a = chosen->noisy, *b = curve->noisy;
    return chosen->axis == curve->axis && !setting_compare(collection, a, b) &&
           !curves_compare_noise(collection, chosen->axis, a, b);
}
