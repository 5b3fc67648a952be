/* The median: sort, then take the middle; of an even count the floor of the mean of the middle two. */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_sort;

static const char *const names[] = {"xs", "mid", "hi", "lo", "both", NULL};
static const struct task *const calls[] = {&task_sort, NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct value sorted;
    call_value(t, "xs", &task_sort, in, &sorted);
    int64_t count = hold_int(t, in->list[0].length);
    struct decimal middle = let(t, "mid", decimal_from(count / 2));
    int64_t mid = decimal_int(&middle);
    struct decimal hi = let(t, "hi", list_get(&sorted.list, mid));
    out->atom.number = hi;
    if (count % 2 == 1) return;
    mid = hold_int(t, mid - 1);
    struct decimal lo = let(t, "lo", list_get(&sorted.list, mid)), two = decimal_from(2);
    struct decimal both = let(t, "both", decimal_add(&lo, &hi));
    decimal_divmod(&both, &two, &out->atom.number, NULL);
    out->atom.number = hold(t, out->atom.number);
}

const struct task task_median = {
    .name = "median",
    .summary = "the middle of a sorted list, or the floor of the mean of the middle two",
    .about = "xs is the sorted list, by sort, whose lines are written by default; mid is half of the "
             "number of elements, rounded down, and hi what stands at that place, counted from 0. Of an "
             "odd count that is the answer. Of an even count lo is the element before it, both their sum, "
             "and the answer is half of that, rounded down. The numbers of elements and places are kept "
             "unwritten. A wrong xs or mid makes hi and lo other elements.",
    .family = FAMILY_COMPARING,
    .parameters = {{.name = "xs", .kind = PARAMETER_LIST, .negative = true, .nonempty = true}},
    .names = names,
    .calls = calls,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 3, .max = 999, .min_length = 1, .max_length = 6},
    .run = run,
};
