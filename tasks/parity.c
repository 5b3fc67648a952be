/* Parity: whether an odd number of truths is true, told of one more of them at a time. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"i", "next", "odd", "true", "false", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *truths = &in->list[0];
    bool odd = false;
    int64_t length = hold_int(t, truths->length);
    for (int64_t i = let_int(t, "i", 0); i < length; i = let_int(t, "i", i + 1)) {
        bool next = let_truth(t, "next", list_truth(truths, i));
        odd = let_truth(t, "odd", odd != next);
    }
    value_set_truth(out, odd);
}

const struct task task_parity = {
    .name = "parity",
    .summary = "whether an odd number of truths is true",
    .about = "i counts the elements from 0, next is element i, and odd says whether an odd number of the "
             "elements so far is true: it turns over where next is true, and begins as false. i is last the "
             "length of the list, and the last odd is the answer; parity([]) = false. The length is all "
             "that is kept. One wrong next or odd turns over all that follow and the answer; two of them "
             "cancel out.",
    .family = FAMILY_LOOKUP,
    .parameters = {{.name = "truths", .kind = PARAMETER_LIST, .element = "truth"}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_length = 10, .max_length = 16},
    .run = run,
};
