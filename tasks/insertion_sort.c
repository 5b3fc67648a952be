/* Insertion sort: each element in turn goes to its place among those before it. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"next", "place", "sorted", NULL};

/* How many elements of an ascending list stay before the value. */
static int place_of(const struct list *sorted, const struct decimal *value) {
    int place = 0;
    while (place < sorted->length && decimal_compare(&sorted->atom[place].number, value) <= 0) place++;
    return place;
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct list *sorted = &out->list;
    out->atom.kind = KIND_LIST;
    list_clear(sorted);
    int64_t count = hold_int(t, in->list[0].length);
    for (int i = 0; i < count; i++) {
        struct decimal next = let(t, "next", list_get(&in->list[0], i));
        struct decimal place = let(t, "place", decimal_from(place_of(sorted, &next)));
        list_insert(sorted, decimal_int(&place), &next);
        let_list(t, "sorted", sorted);
    }
}

const struct task task_insertion_sort = {
    .name = "insertion_sort",
    .summary = "a list in ascending order, by insertion",
    .about = "next is the next element of the list, place how many of the sorted ones stay before it "
             "(those that are not above it), counted from 0, and sorted the list so far with next in its "
             "place. insertion_sort([]) = []. How many elements there are is all that is kept. A wrong "
             "place puts an element out of order, and a wrong sorted is what the next elements go into.",
    .family = FAMILY_COMPARING,
    .parameters = {{.name = "xs", .kind = PARAMETER_LIST, .negative = true}},
    .names = names,
    .visibility = VISIBILITY_FULL,
    .sizes = {.min_digits = 1, .max_digits = 2, .max = 99, .min_length = 1, .max_length = 6},
    .run = run,
};
