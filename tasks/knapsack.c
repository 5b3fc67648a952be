/* The 0/1 knapsack: one row of the table for each item, of the best value by capacity. */
#include "tasks/tasks.h"
#include "trace/trace.h"

enum { CAPACITY_MAX = LIST_MAX - 1, WEIGHT_DRAWN = 4, VALUE_DRAWN = 9, CAPACITY_DRAWN = 6 };

static const char *const names[] = {"item", "row", NULL};

/* From the largest capacity down, so that what is read is still without the item. */
static void next_row(struct list *row, int64_t weight, const struct decimal *value) {
    if (weight < 0) return; /* what noise can make of one */
    for (int64_t c = row->length - 1; c >= weight; c--) {
        struct decimal with = decimal_add(&row->atom[c - weight].number, value);
        if (decimal_compare(&with, &row->atom[c].number) > 0) row->atom[c].number = with;
    }
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct list row, item;
    list_clear(&row);
    for (int64_t c = 0; c <= decimal_int(&in->atom[1].number); c++) list_append_int(&row, 0);
    let_list(t, "row", &row);
    int64_t items = hold_int(t, in->list[0].length);
    for (int64_t i = 0; i < items; i++) {
        list_inner(&in->list[0], i, &item);
        let_list(t, "item", &item);
        struct decimal value = list_get(&item, 1);
        next_row(&row, list_int(&item, 0), &value);
        let_list(t, "row", &row);
    }
    struct decimal best = list_get(&row, row.length - 1);
    value_set_number(out, &best);
}

/* `size` items, each light enough to be taken alone. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    (void)sizes;
    for (int i = 0; i < size; i++)
        list_append_tuple(&out->list[0], pcg_between(pcg, 1, WEIGHT_DRAWN), pcg_between(pcg, 1, VALUE_DRAWN));
    out->atom[1] = atom_int(pcg_between(pcg, WEIGHT_DRAWN, CAPACITY_DRAWN));
    return true;
}

const struct task task_knapsack = {
    .name = "knapsack",
    .summary = "the largest value of items that fit into a knapsack, each taken once or not",
    .about = "An item is (weight, value). Element c of row, counted from 0, is the largest value of weight "
             "c or less that the items so far make; the first row stands before any item. An element is "
             "the larger of the one above it and, where c is the weight or more, the one above and "
             "`weight` places to the left with the value added. The answer is the last element of the "
             "last row. Only how many items there are is kept unwritten. A wrong element goes into those "
             "below it in every later row.",
    .family = FAMILY_COMPARING,
    .parameters =
        {{.name = "items", .kind = PARAMETER_LIST, .element = "(number, number)", .own_range = true},
         {.name = "capacity", .own_range = true, .max = CAPACITY_MAX}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_length = 2, .max_length = 4},
    .run = run,
    .draw = draw,
};
