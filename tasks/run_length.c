/* Run-length encoding: each run of equal letters becomes a pair of the letter and how often it stands. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"i", "next", "count", "run", NULL};
static const char *const letters[] = {"a", "b", "c", "d", NULL};

static void end_run(struct trace *t, int letter, const struct decimal *count, struct list *runs) {
    struct atom pair[] = {atom_symbol(letters, letter), atom_number(count)};
    struct list run;
    list_clear(&run);
    run.tuple = true;
    for (int k = 0; k < 2; k++) list_append_atom(&run, &pair[k]);
    let_list(t, "run", &run);
    list_append_list(runs, &run);
    hold_list(t, runs);
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *list = &in->list[0];
    struct decimal one = decimal_from(1), count = one;
    int letter = -1; /* of the run that goes on; there is none yet */
    out->atom.kind = KIND_LIST;
    list_clear(&out->list);
    int64_t length = hold_int(t, list->length);
    for (int64_t i = let_int(t, "i", 0); i < length; i = let_int(t, "i", i + 1)) {
        int next = let_symbol(t, "next", letters, list_symbol(list, i));
        if (next != letter && letter >= 0) end_run(t, letter, &count, &out->list);
        count = let(t, "count", next == letter ? decimal_add(&count, &one) : one);
        letter = next;
    }
    if (letter >= 0) end_run(t, letter, &count, &out->list);
}

/* Each letter is with a chance of one half the one before it, so that there are runs of some length. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    (void)sizes;
    int letter = 0;
    for (int i = 0; i < size; i++) {
        if (i == 0 || pcg_below(pcg, 2)) letter = (int)pcg_below(pcg, 4);
        list_append_symbol(&out->list[0], letters, letter);
    }
    return true;
}

const struct task task_run_length = {
    .name = "run_length",
    .summary = "the runs of equal letters in a list: pairs of a letter and how often it stands",
    .about = "i counts the elements from 0, and next is element i. Where it is another letter than the next "
             "before it, run is the run that ends there, that letter with its count, and count is 1 again; "
             "else count is one more. i is last the length of the list, and the last run ends. The answer "
             "is the runs in their order, which is kept unwritten; run_length([]) = []. A wrong next ends a "
             "run and begins another, a wrong count is what the run goes on from, and a wrong i leaves "
             "elements out or takes some again.",
    .family = FAMILY_BRANCHING,
    .parameters = {{.name = "list", .kind = PARAMETER_LIST, .element = "symbol"}},
    .names = names,
    .alphabet = letters,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_length = 5, .max_length = 10},
    .run = run,
    .draw = draw,
};
