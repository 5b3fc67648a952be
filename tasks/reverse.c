/* A list in reverse order: element by element from the last to the first. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"length", "i", "next", NULL};
static const char *const letters[] = {"a", "b", "c", "d", "e", "f", "g", "h", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *list = &in->list[0];
    struct list *reversed = &out->list;
    out->atom.kind = KIND_LIST;
    list_clear(reversed);
    int64_t i = let_int(t, "length", list->length);
    while (i > 0) {
        i = let_int(t, "i", i - 1);
        list_append_symbol(reversed, letters, let_symbol(t, "next", letters, list_symbol(list, i)));
        hold_list(t, reversed);
    }
}

const struct task task_reverse = {
    .name = "reverse",
    .summary = "a list of letters in reverse order",
    .about = "length is how many elements the list has; i, counted from 0, goes from the last one down to 0, "
             "and next is element i: these in their order are the answer. reverse([]) = []. The list so far "
             "is not written. A wrong length or i leaves elements out or takes some again, and a place "
             "where nothing stands reads a; a wrong next stays in the answer.",
    .family = FAMILY_COPYING,
    .parameters = {{.name = "list", .kind = PARAMETER_LIST, .element = "symbol"}},
    .names = names,
    .alphabet = letters,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_length = 4, .max_length = 10},
    .run = run,
};
