/* Matching brackets (a word of Dyck's language), with the stack of those that are open. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"i", "next", "push stack", "pop stack", "true", "false", NULL};

/* A bracket that opens has an even number, and the one that closes it the next. */
static const char *const brackets[] = {"<", ">", "{", "}", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *list = &in->list[0];
    struct list stack;
    list_clear(&stack);
    value_set_truth(out, false);
    int64_t length = hold_int(t, list->length);
    for (int64_t i = let_int(t, "i", 0); i < length; i = let_int(t, "i", i + 1)) {
        int next = let_symbol(t, "next", brackets, list_symbol(list, i)), top = stack.length - 1;
        if (next % 2 == 0) {
            list_append_symbol(&stack, brackets, next);
            let_list(t, "push stack", &stack);
        } else {
            if (top < 0 || list_symbol(&stack, top) != next - 1) return;
            list_remove(&stack, top);
            let_list(t, "pop stack", &stack);
        }
    }
    out->atom.truth = stack.length == 0;
}

/* `size` brackets that match, but for one left open where the size is odd; of half of them one is then drawn
 * anew. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    (void)sizes;
    struct list *list = &out->list[0];
    int open[LIST_MAX + 1], depth = 0;
    for (int i = 0; i < size; i++) {
        bool opens = depth == 0 || (depth < size - i && pcg_below(pcg, 2));
        if (opens) open[depth++] = 2 * (int)pcg_below(pcg, 2);
        list_append_symbol(list, brackets, opens ? open[depth - 1] : open[--depth] + 1);
    }
    if (size > 0 && pcg_below(pcg, 2))
        list->atom[pcg_below(pcg, (uint32_t)size)] = atom_symbol(brackets, (int)pcg_below(pcg, 4));
    return true;
}

const struct task task_dyck = {
    .name = "dyck",
    .summary = "whether the brackets < > { } of a list match",
    .about = "i counts the brackets from 0, and next is bracket i. One that opens goes onto the stack of "
             "those that are open (push stack); one that closes takes the last of them off (pop stack). "
             "Where that is of the other kind, or none is open, it ends, and the answer is false; after the "
             "last bracket, when i is the length of the list, it is true if none is open. dyck([]) = true. "
             "The length is all that is kept. A wrong next or stack is what the brackets that follow are "
             "matched with.",
    .family = FAMILY_BRANCHING,
    .parameters = {{.name = "brackets", .kind = PARAMETER_LIST, .element = "symbol"}},
    .names = names,
    .alphabet = brackets,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_length = 8, .max_length = 12},
    .run = run,
    .draw = draw,
};
