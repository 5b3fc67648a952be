/* The longest common subsequence of two lists: one row of the table for each symbol of x. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"symbol", "row", NULL};
static const char *const letters[] = {"a", "b", "c", "d", NULL};

static void next_row(struct list *row, int symbol, const struct list *y) {
    struct decimal one = decimal_from(1), zero = decimal_from(0);
    const struct decimal *left = &zero;
    struct decimal corner = zero; /* above and to the left */
    for (int k = 0; k < row->length; k++) {
        struct decimal above = row->atom[k].number,
                       longest = decimal_compare(&above, left) < 0 ? *left : above;
        if (list_symbol(y, k) == symbol) longest = decimal_add(&corner, &one);
        row->atom[k].number = longest;
        left = &row->atom[k].number;
        corner = above;
    }
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *x = &in->list[0], *y = &in->list[1];
    struct list row;
    list_clear(&row);
    for (int k = 0; k < y->length; k++) list_append_int(&row, 0);
    let_list(t, "row", &row);
    int64_t count = hold_int(t, x->length);
    for (int64_t i = 0; i < count; i++) {
        int symbol = let_symbol(t, "symbol", letters, list_symbol(x, i));
        next_row(&row, symbol, y);
        let_list(t, "row", &row);
    }
    struct decimal longest = list_get(&row, row.length - 1);
    value_set_number(out, &longest);
}

const struct task task_longest_common_subsequence = {
    .name = "longest_common_subsequence",
    .summary = "how long the longest common subsequence of two lists is, row by row",
    .about = "A subsequence is what is left of a list when elements are left out. symbol is the next one of "
             "x; an element of row is the length of the longest subsequence that the symbols of x so far "
             "and those of y up to its place have in common. The first row stands before any symbol. "
             "Where symbol is that of y an element is 1 more than the one above and to the left (0 at the "
             "edge), else the larger of the one above and the one to the left. The answer is the last "
             "element of the last row, 0 when y is empty. Only the length of x is kept unwritten. A "
             "wrong symbol makes a wrong row, and that one those below it.",
    .family = FAMILY_COMPARING,
    .parameters = {{.name = "x", .kind = PARAMETER_LIST, .element = "symbol"},
                   {.name = "y", .kind = PARAMETER_LIST, .element = "symbol"}},
    .names = names,
    .alphabet = letters,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_length = 3, .max_length = 5},
    .run = run,
};
