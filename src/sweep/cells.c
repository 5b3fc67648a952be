/* Which runs are one cell, and their order. See cells.h. */
#include "sweep/cells.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct turn {
    const struct planned_run *run;
    int first; /* run of its cell */
    int rank;  /* of its cell: 0 with runs that others start from, 1 clean, 2 noisy */
};

static int by_label(const void *a, const void *b) {
    const struct turn *x = a, *y = b;
    int order = strcmp(x->run->cell, y->run->cell);
    return order ? order : (x->run->run > y->run->run) - (x->run->run < y->run->run);
}

static int by_turn(const void *a, const void *b) {
    const struct turn *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    return (x->run->run > y->run->run) - (x->run->run < y->run->run);
}

static void arrange(const struct plan *plan, struct turn *turn, struct cells *cells) {
    for (int i = 0; i < plan->count; i++) turn[i].run = &plan->runs[i];
    qsort(turn, (size_t)plan->count, sizeof *turn, by_label);
    for (int i = 0; i < plan->count; i++) {
        bool same = i && !strcmp(turn[i].run->cell, turn[i - 1].run->cell);
        turn[i].first = same ? turn[i - 1].first : turn[i].run->run;
        turn[i].rank = turn[i].run->children ? 0 : turn[i].run->clean ? 1 : 2;
        if (same && turn[i - 1].rank < turn[i].rank) turn[i].rank = turn[i - 1].rank;
    }
    for (int i = plan->count - 1; i > 0; i--) /* of all of a cell, its lowest */
        if (turn[i - 1].first == turn[i].first) turn[i - 1].rank = turn[i].rank;
    qsort(turn, (size_t)plan->count, sizeof *turn, by_turn);
    for (int i = 0; i < plan->count; i++) {
        if (!i || turn[i].first != turn[i - 1].first) cells->start[cells->count++] = i;
        cells->order[i] = turn[i].run->run;
        cells->of[turn[i].run->run] = cells->count - 1;
        cells->left[cells->count - 1] += !turn[i].run->complete;
    }
    cells->start[cells->count] = plan->count;
}

enum err cells_make(const struct plan *plan, struct cells *cells, struct error *error) {
    size_t runs = (size_t)plan->count;
    struct cells made = {.order = memory_array(runs, sizeof *made.order),
                         .start = memory_array(runs + 1, sizeof *made.start),
                         .of = memory_array(runs, sizeof *made.of),
                         .left = memory_array(runs, sizeof *made.left)};
    struct turn *turn = memory_array(runs, sizeof *turn);
    bool failed = !made.order || !made.start || !made.of || !made.left || !turn;
    if (!failed) arrange(plan, turn, &made);
    free(turn);
    if (failed)
        cells_free(&made);
    else
        *cells = made;
    return failed ? err_memory(error, "the cells") : ERR_OK;
}

void cells_free(struct cells *cells) {
    free(cells->order);
    free(cells->start);
    free(cells->of);
    free(cells->left);
    *cells = (struct cells){0};
}

bool cells_complete(struct cells *cells, int run) { return !--cells->left[cells->of[run]]; }
