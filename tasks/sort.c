/* Selection sort: take the smallest of what is left, until nothing is. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"least", "rest", NULL};

static int index_of_least(const struct list *list) {
    int least = 0;
    for (int i = 1; i < list->length; i++)
        if (decimal_compare(&list->atom[i].number, &list->atom[least].number) < 0) least = i;
    return least;
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct list rest;
    list_copy(&rest, &in->list[0]);
    out->atom.kind = KIND_LIST;
    list_clear(&out->list);
    while (hold_int(t, rest.length) > 0) {
        int64_t index = hold_int(t, index_of_least(&rest));
        struct decimal least = let(t, "least", list_get(&rest, index));
        list_append(&out->list, &least);
        hold_list(t, &out->list);
        list_remove(&rest, index);
        if (rest.length > 0) let_list(t, "rest", &rest);
    }
}

const struct task task_sort = {
    .name = "sort",
    .summary = "a list in ascending order, by selection",
    .about = "least is the smallest element of what is left, the first of equal ones, and rest what is "
             "left without it, in the order in which it stood; it is not written when it is empty. The "
             "elements found so far, which are the answer, are not written. sort([]) = []. A wrong least "
             "stands in the answer as it is; of a wrong rest the smallest elements are taken as well.",
    .family = FAMILY_COMPARING,
    .parameters = {{.name = "xs", .kind = PARAMETER_LIST, .negative = true}},
    .names = names,
    .visibility = VISIBILITY_FULL,
    .sizes = {.min_digits = 1, .max_digits = 3, .max = 999, .min_length = 1, .max_length = 6},
    .run = run,
};
