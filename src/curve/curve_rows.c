/* Which runs curves are made of. See curve_rows.h. */
#define _GNU_SOURCE /* qsort_r */
#include "curve/curve_rows.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "curve/setting.h"

static int compare_numbers(const void *left, const void *right) {
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    return (a > b) - (a < b);
}

/* By ID, then by all that the ID stands for: a table made elsewhere may call any run by any name. */
static int compare_runs(const struct collection *collection, size_t left, size_t right) {
    const struct record *a = collection->records[left], *b = collection->records[right];
    int order = strcmp(a->run, b->run);
    if (!order) order = strcmp(a->noise, b->noise);
    if (!order) order = strcmp(a->rate, b->rate);
    if (!order) order = (a->contaminated > b->contaminated) - (a->contaminated < b->contaminated);
    if (!order) order = (a->config.seed > b->config.seed) - (a->config.seed < b->config.seed);
    return order ? order : setting_compare(collection, a, b);
}

static int compare_rows(const void *left, const void *right, void *context) {
    int order = compare_runs(context, *(const size_t *)left, *(const size_t *)right);
    return order ? order : compare_numbers(left, right);
}

size_t curve_rows_take(const struct collection *collection, size_t *rows) {
    size_t taken = 0, count = 0;
    struct collection *context = (struct collection *)(uintptr_t)collection; /* qsort_r takes no const */
    for (size_t r = 0; r < collection->count; r++) rows[taken++] = r;
    qsort_r(rows, taken, sizeof *rows, compare_rows, context);
    for (size_t i = 0; i < taken; i++) {
        size_t before = count ? rows[count - 1] : 0;
        bool again = count && !compare_runs(collection, before, rows[i]) &&
                     collection->records[before]->sweep != collection->records[rows[i]]->sweep;
        if (!again) rows[count++] = rows[i];
    }
    qsort(rows, count, sizeof *rows, compare_numbers);
    return count;
}
