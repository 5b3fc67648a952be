/* The next state of the middle of three rows in Conway's game of life, cell by cell. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"columns", "neighbours", "cell", NULL};

/* How many of the three cells of each column live. */
static void count_columns(const struct list *rows, int64_t width, struct list *columns) {
    list_clear(columns);
    for (int64_t c = 0; c < width && c < LIST_MAX; c++)
        list_append_int(columns, list_part(rows, 0, c) + list_part(rows, 1, c) + list_part(rows, 2, c));
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct list middle, columns, *next = &out->list;
    out->atom.kind = KIND_LIST;
    list_clear(next);
    list_inner(&in->list[0], 1, &middle);
    int64_t width = hold_int(t, middle.length);
    count_columns(&in->list[0], width, &columns);
    let_list(t, "columns", &columns);
    for (int64_t c = 0; c < width; c++) {
        struct decimal cell = list_get(&middle, c), neighbours = list_get(&columns, c);
        neighbours = decimal_sub(&neighbours, &cell);
        for (int side = -1; side <= 1; side += 2) {
            struct decimal column = list_get(&columns, c + side);
            neighbours = decimal_add(&neighbours, &column);
        }
        neighbours = let(t, "neighbours", neighbours);
        int64_t count = decimal_int(&neighbours);
        bool lives = count == 3 || (count == 2 && !decimal_is_zero(&cell));
        list_append_int(next, let_int(t, "cell", lives));
        hold_list(t, next);
    }
}

/* Three rows of `size` cells, each alive by a coin. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    (void)sizes;
    for (int r = 0; r < 3; r++) {
        struct list row;
        list_clear(&row);
        for (int c = 0; c < size; c++) list_append_int(&row, pcg_below(pcg, 2));
        list_append_list(&out->list[0], &row);
    }
    return true;
}

static const char *fault(const struct arguments *in) {
    if (in->list[0].length != 3) return "there are three rows: the one above, the row itself, the one below";
    struct list row, other;
    list_inner(&in->list[0], 1, &row);
    for (int r = 0; r < 3; r += 2) {
        list_inner(&in->list[0], r, &other);
        if (other.length != row.length) return "the three rows are of different lengths";
    }
    return NULL;
}

const struct task task_game_of_life = {
    .name = "game_of_life",
    .summary = "the next state of the middle one of three rows of cells",
    .about =
        "Conway's game: 1 is a cell that lives, and what is beyond the rows is dead. columns is how many "
        "of the three cells of each column live. Then for each cell of the middle row neighbours is "
        "how many live around it, which is its column and the ones beside it less the cell itself, "
        "and cell is its next state: 1 with three neighbours, or with two where it lives now. The "
        "answer is the row of these. Kept unwritten are the width and the row as it grows. A wrong "
        "column is a wrong count in three cells, a wrong count one wrong cell.",
    .family = FAMILY_LOOKUP,
    .parameters = {{.name = "rows",
                    .kind = PARAMETER_LIST,
                    .element = "[number]",
                    .max_digits = 1,
                    .own_range = true,
                    .max = 1}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_length = 4, .max_length = 8},
    .run = run,
    .draw = draw,
    .fault = fault,
};
