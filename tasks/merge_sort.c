/* Merge sort from the bottom up: runs of one element, then each two neighbours merged, until one is left. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"runs", NULL};

/* The smaller of the two first elements that are left, again and again; of equal ones that of a. */
static void merge(const struct list *a, const struct list *b, struct list *merged) {
    list_clear(merged);
    for (int i = 0, k = 0; i < a->length || k < b->length;) {
        struct decimal x = list_get(a, i), y = list_get(b, k);
        bool first = k == b->length || (i < a->length && decimal_compare(&x, &y) <= 0);
        list_append(merged, first ? &x : &y);
        i += first;
        k += !first;
    }
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct list runs, next, a, b, merged;
    list_clear(&runs);
    for (int i = 0; i < in->list[0].length; i++) {
        list_clear(&a);
        list_append_atom(&a, &in->list[0].atom[i]);
        list_append_list(&runs, &a);
    }
    let_list(t, "runs", &runs);
    while (hold_int(t, runs.length) > 1) {
        list_clear(&next);
        for (int i = 0; i < runs.length; i += 2) {
            list_inner(&runs, i, &a);
            list_inner(&runs, i + 1, &b); /* empty behind the last */
            merge(&a, &b, &merged);
            list_append_list(&next, &merged);
        }
        list_copy(&runs, &next);
        let_list(t, "runs", &runs);
    }
    out->atom.kind = KIND_LIST;
    list_inner(&runs, 0, &out->list);
}

const struct task task_merge_sort = {
    .name = "merge_sort",
    .summary = "a list in ascending order, by merging runs",
    .about = "runs are lists in ascending order: at first each element by itself, and in every line "
             "after that the first two merged, the next two, and so on; an odd one at the end stays as it "
             "is. To merge two is to take the smaller of their first elements that are left. The answer "
             "is the run that is left; merge_sort([]) = []. How many runs there are is kept unwritten. A "
             "wrong element is merged by what it has become, and what it holds up comes late.",
    .family = FAMILY_COMPARING,
    .parameters = {{.name = "xs", .kind = PARAMETER_LIST, .negative = true}},
    .names = names,
    .visibility = VISIBILITY_FULL,
    .sizes = {.min_digits = 1, .max_digits = 2, .max = 99, .min_length = 2, .max_length = 8},
    .run = run,
};
