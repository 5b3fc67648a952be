/* The largest element of a list: the best so far against each next one. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"best", "next", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    int64_t count = hold_int(t, in->list[0].length);
    struct decimal best = let(t, "best", list_get(&in->list[0], 0));
    for (int i = 1; i < count; i++) {
        struct decimal next = let(t, "next", list_get(&in->list[0], i));
        best = let(t, "best", decimal_compare(&next, &best) > 0 ? next : best);
    }
    out->atom.number = best;
}

const struct task task_max = {
    .name = "max",
    .summary = "the largest element of a list",
    .about = "best is the largest element so far, at first the first one. next is each next element in "
             "turn, and best the larger of the two. How many elements there are is all that is kept. A "
             "best that is too large stays up to the answer; one that is too small is mended by the next "
             "larger element.",
    .family = FAMILY_COMPARING,
    .parameters = {{.name = "xs", .kind = PARAMETER_LIST, .negative = true, .nonempty = true}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 3, .max = 999, .min_length = 1, .max_length = 10},
    .run = run,
};
