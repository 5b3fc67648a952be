/* A matrix times a vector: of each row the products with the vector's elements, added up one by one. */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_mul;

static const char *const names[] = {"row", "prod", "total", NULL};
static const struct task *const calls[] = {&task_mul, NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *matrix = &in->list[0], *vector = &in->list[1];
    struct list row, totals;
    list_clear(&totals);
    int64_t rows = hold_int(t, matrix->length), columns = hold_int(t, vector->length);
    for (int64_t i = 0; i < rows; i++) {
        struct decimal total = decimal_from(0);
        list_inner(matrix, i, &row);
        let_list(t, "row", &row);
        for (int64_t k = 0; k < columns; k++) {
            struct decimal prod = call(t, "prod", &task_mul, list_get(&row, k), list_get(vector, k));
            total = let(t, "total", decimal_add(&total, &prod));
        }
        list_append(&totals, &total);
        hold_list(t, &totals);
    }
    value_set_list(out, &totals);
}

/* `size` columns and at most as many rows. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    if (size < 1) return false;
    for (int64_t rows = pcg_between(pcg, 1, size); rows > 0; rows--) {
        struct list row;
        list_clear(&row);
        for (int k = 0; k < size; k++) list_append_int(&row, pcg_between(pcg, sizes->min, sizes->max));
        list_append_list(&out->list[0], &row);
    }
    for (int k = 0; k < size; k++) list_append_int(&out->list[1], pcg_between(pcg, sizes->min, sizes->max));
    return true;
}

static const char *fault(const struct arguments *in) {
    struct list row;
    for (int i = 0; i < in->list[0].length; i++) {
        list_inner(&in->list[0], i, &row);
        if (row.length != in->list[1].length) return "a row of the matrix is not as long as the vector";
    }
    return NULL;
}

const struct task task_matrix_vector = {
    .name = "matrix_vector",
    .summary = "a matrix, a list of its rows, times a vector",
    .about =
        "row is the next row; for each of its elements prod is it times the vector's element at the same "
        "place, by mul, and total the sum of the row's products so far. The answer is the list of each "
        "row's last total, and [] for []. Rows are as long as the vector; no number is below 0. Not "
        "written are the totals of earlier rows, and how many rows and columns there are. A wrong element "
        "of row goes into its product, a wrong prod or total into the row's total, none into another "
        "row.",
    .family = FAMILY_LOOKUP,
    .parameters = {{.name = "rows", .kind = PARAMETER_LIST, .element = "[number]", .max_digits = 40},
                   {.name = "vector", .kind = PARAMETER_LIST, .nonempty = true, .max_digits = 40}},
    .names = names,
    .calls = calls,
    .visibility = VISIBILITY_CALL,
    .sizes = {.max = 9, .min_length = 2, .max_length = 3},
    .run = run,
    .draw = draw,
    .fault = fault,
};
