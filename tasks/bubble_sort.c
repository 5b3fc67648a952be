/* Bubble sort: pass by pass the largest element so far goes up, past each smaller one. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"swap big", "keep big", "xs", NULL};

/* One pass over the first elements of xs, up to place `last`. */
static void pass(struct trace *t, int64_t last, struct list *xs) {
    struct list before;
    list_copy(&before, xs);
    list_clear(xs);
    struct decimal big = list_get(&before, 0);
    for (int64_t i = 1; i <= last; i++) {
        struct decimal next = list_get(&before, i);
        bool swap = decimal_compare(&big, &next) > 0;
        list_append(xs, swap ? &next : &big);
        hold_list(t, xs);
        big = swap ? let(t, "swap big", big) : let(t, "keep big", next);
    }
    list_append(xs, &big);
    for (int64_t i = last + 1; i < before.length; i++) list_append_atom(xs, &before.atom[i]);
    let_list(t, "xs", xs);
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct list *xs = &out->list, before;
    out->atom.kind = KIND_LIST;
    list_copy(xs, &in->list[0]);
    for (int64_t last = hold_int(t, xs->length) - 1; last > 0; last--) {
        list_copy(&before, xs);
        pass(t, last, xs);
        if (list_same(xs, &before)) return;
    }
}

const struct task task_bubble_sort = {
    .name = "bubble_sort",
    .summary = "a list in ascending order, by passes that swap neighbours",
    .about =
        "A pass compares neighbours from the first on, and each line of it is one comparison: `swap big` "
        "where the two were in the wrong order and changed places, `keep big` where not. big is the "
        "larger one, which the next element is compared with. xs is the list behind a pass; the next "
        "one ends a place earlier, and a pass that changes nothing is the last. The elements that big "
        "has passed are not written before xs. bubble_sort([]) = []. A wrong big goes up in the place "
        "of the right one and stays in the list.",
    .family = FAMILY_COMPARING,
    .parameters = {{.name = "xs", .kind = PARAMETER_LIST, .negative = true}},
    .names = names,
    .visibility = VISIBILITY_FULL,
    .sizes = {.min_digits = 1, .max_digits = 2, .max = 99, .min_length = 2, .max_length = 6},
    .run = run,
};
