/* game_of_life against a board with an edge of dead cells, looked at cell by cell. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

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
    check_traces("game_of_life", NULL, 100000, oracle);
    check_traces("game_of_life", &wide, 5000, oracle);
}

static void bad_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("game_of_life", "three rows", "[[0], [1]]");
    check_refuses("game_of_life", "different lengths", "[[0], [1], [0, 1]]");
    check_refuses("game_of_life", "different lengths", "[[0, 1], [1], [0]]");
    check_refuses("game_of_life", "rows", "[[0], [2], [0]]");
}

static void lines_follow_from_what_was_exchanged(void **state) {
    (void)state;
    static const char *const texts[] = {"[[0, 1], [1, 1], [0, 0]]"};
    check_followed("game_of_life", 1, texts, (struct exchanged){.line = 0, .place = 1, .atom = atom_int(9)},
                   "neighbours = 9\ncell = 0\nneighbours = 9\ncell = 0\nanswer = [0, 0]");
    check_followed("game_of_life", 1, texts, (struct exchanged){.line = 1, .place = 0, .atom = atom_int(5)},
                   "cell = 0\nneighbours = 2\ncell = 1\nanswer = [0, 1]");
    check_followed("game_of_life", 1, texts, (struct exchanged){.line = 2, .place = 0, .atom = atom_int(7)},
                   "neighbours = 2\ncell = 1\nanswer = [7, 1]");
}

static void noise_comes_to_an_end(void **state) {
    (void)state;
    check_noise("game_of_life");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems), cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(lines_follow_from_what_was_exchanged), cmocka_unit_test(noise_comes_to_an_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
