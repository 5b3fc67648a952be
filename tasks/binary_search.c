/* Binary search: halve the part of an ascending list where x can first stand, until one place is left. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"lo", "hi", "mid", "value", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *xs = &in->list[0];
    const struct decimal *x = &in->atom[1].number, two = decimal_from(2), one = decimal_from(1);
    int64_t count = hold_int(t, xs->length);
    struct decimal lo = let(t, "lo", decimal_from(0)), hi = let(t, "hi", decimal_from(count)), value;
    while (decimal_compare(&lo, &hi) < 0) {
        struct decimal mid = decimal_add(&lo, &hi);
        decimal_divmod(&mid, &two, &mid, NULL);
        mid = let(t, "mid", mid);
        value = let(t, "value", list_get(xs, decimal_int(&mid)));
        if (decimal_compare(&value, x) < 0)
            lo = let(t, "lo", decimal_add(&mid, &one));
        else
            hi = let(t, "hi", mid);
    }
    bool found = decimal_int(&lo) < count;
    if (found) {
        value = let(t, "value", list_get(xs, decimal_int(&lo)));
        found = decimal_compare(&value, x) == 0;
    }
    out->atom.number = found ? lo : decimal_from(-1);
}

const struct task task_binary_search = {
    .name = "binary_search",
    .summary = "where x first stands in an ascending list, from 0; -1 when it does not",
    .about = "lo and hi are the first and the last place where x may have to stand, counted from 0. mid is "
             "the middle, rounded down, and value what stands there; where that is below x, lo becomes the "
             "place behind mid, else hi becomes mid, until lo is hi. Then value is what stands at lo, "
             "where the list goes so far: lo is the answer when that is x, else -1. Of several places the "
             "first is found; half of the drawn x stand in the list. A wrong value looks on in the wrong "
             "half.",
    .family = FAMILY_SEARCHING,
    .parameters = {{.name = "xs", .kind = PARAMETER_LIST, .negative = true, .ascending = true},
                   {.name = "x", .negative = true, .from_list = true}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 2, .max = 99, .min_length = 2, .max_length = 12},
    .run = run,
};
