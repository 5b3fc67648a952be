/* Edit distance (Levenshtein) of two strings of digits: one row of the table for each digit of x.
 *
 * Element k of a row: how many insertions, deletions and changes turn the digits of x so far into the first
 * k digits of y. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"digit", "row", NULL};

/* Digit number i from the left. */
static int digit_from_left(const struct decimal *a, int i) {
    return decimal_digit(a, decimal_length(a) - 1 - i);
}

static struct decimal smaller(struct decimal a, struct decimal b) {
    return decimal_compare(&a, &b) < 0 ? a : b;
}

static void next_row(struct list *row, const struct decimal *digit, const struct decimal *y) {
    struct decimal one = decimal_from(1), corner = row->atom[0].number; /* above and to the left */
    row->atom[0].number = decimal_add(&row->atom[0].number, &one);
    for (int k = 1; k < row->length; k++) {
        struct decimal equal = decimal_from(digit_from_left(y, k - 1)), changed = corner;
        if (decimal_compare(&equal, digit)) changed = decimal_add(&corner, &one);
        struct decimal least = smaller(row->atom[k].number, row->atom[k - 1].number);
        least = decimal_add(&least, &one);
        corner = row->atom[k].number;
        row->atom[k].number = smaller(changed, least);
    }
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct decimal *y = &in->atom[1].number;
    struct decimal x = in->atom[0].number; /* what is left of it */
    struct list row;
    list_clear(&row);
    int64_t width = hold_int(t, decimal_length(y));
    for (int k = 0; k <= width && k < LIST_MAX; k++) {
        struct decimal inserted = decimal_from(k);
        list_append(&row, &inserted);
    }
    let_list(t, "row", &row);
    for (int64_t i = hold_int(t, decimal_length(&x)) - 1; i >= 0; i--) {
        struct decimal digit = let(t, "digit", decimal_from(decimal_digit(&x, i)));
        x = hold(t, decimal_low(&x, i));
        next_row(&row, &digit, y);
        let_list(t, "row", &row);
    }
    out->atom.number = list_get(&row, row.length - 1);
}

const struct task task_edit_distance = {
    .name = "edit_distance",
    .summary = "the edit distance of two strings of digits, row by row",
    .about = "Levenshtein's distance of the digits as they are written. digit is the next digit of x, from "
             "the first; element k of row is how many insertions, deletions and changes turn the digits of "
             "x so far into the first k digits of y, and the first row stands before any digit. An element "
             "is the least of three neighbours, with 1 added where something is changed. The answer is the "
             "last element of the last row. What is left of x is not written. A wrong element of a row "
             "goes into those around it in the next one.",
    .family = FAMILY_COMPARING,
    .parameters = {{.name = "x"}, {.name = "y"}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 4, .max = 9999},
    .run = run,
};
