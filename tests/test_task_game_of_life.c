/* game_of_life against a board with an edge of dead cells, looked at cell by cell. */
#include "tests/support/whole_trace.h"

static void oracle(const struct arguments *in, struct buffer *trace) {
    struct list row;
    int board[3][LIST_MAX + 2] = {{0}}, width = 0;
    int64_t columns[LIST_MAX], next[LIST_MAX];
    for (int r = 0; r < 3; r++) {
        list_inner(&in->list[0], r, &row);
        width = row.length;
        for (int c = 0; c < width; c++) board[r][c + 1] = (int)list_int(&row, c);
    }
    for (int c = 0; c < width; c++) columns[c] = board[0][c + 1] + board[1][c + 1] + board[2][c + 1];
    put_list(trace, "columns", columns, width);
    for (int c = 1; c <= width; c++) {
        int around = 0;
        for (int k = 0; k < 9; k++)
            if (k != 4) around += board[k / 3][c - 1 + k % 3];
        next[c - 1] = board[1][c] ? around == 2 || around == 3 : around == 3;
        buffer_printf(trace, "\nneighbours = %d\ncell = %d", around, (int)next[c - 1]);
    }
    put_list(trace, "answer", next, width);
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {.min_digits = 1, .max_digits = 1, .min_length = 0, .max_length = 60};
    check_whole_traces("game_of_life", NULL, 100000, oracle);
    check_whole_traces("game_of_life", &wide, 5000, oracle);
}

static void bad_arguments_are_refused(void **state) {
    (void)state;
    check_refused("game_of_life", 1, (const char *const[]){"[[0], [1]]"}, "three rows");
    check_refused("game_of_life", 1, (const char *const[]){"[[0], [1], [0, 1]]"}, "different lengths");
    check_refused("game_of_life", 1, (const char *const[]){"[[0, 1], [1], [0]]"}, "different lengths");
    check_refused("game_of_life", 1, (const char *const[]){"[[0], [2], [0]]"}, "rows");
}

static void noise_comes_to_an_end(void **state) {
    (void)state;
    check_noisy_traces_end("game_of_life");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_problems),
                                       cmocka_unit_test(bad_arguments_are_refused),
                                       cmocka_unit_test(noise_comes_to_an_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
