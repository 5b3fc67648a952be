/* shortest_path against distances over all triples of nodes (Floyd and Warshall) and a trace written from
 * them; its judge against traces with ties taken otherwise. */
#include "tests/judge_checks.h"
#include "tests/task_checks.h"

enum { FAR = 1000 };

static void all_distances(const struct list *edges, int far[10][10]) {
    for (int i = 0; i < 100; i++) far[i / 10][i % 10] = i / 10 == i % 10 ? 0 : FAR;
    for (int k = 0; k < edges->length; k++) {
        int *length = &far[list_part(edges, k, 0)][list_part(edges, k, 1)];
        if (*length > list_part(edges, k, 2)) *length = (int)list_part(edges, k, 2);
    }
    for (int over = 0; over < 10; over++)
        for (int i = 0; i < 100; i++)
            if (far[i / 10][i % 10] > far[i / 10][over] + far[over][i % 10])
                far[i / 10][i % 10] = far[i / 10][over] + far[over][i % 10];
}

/* Of the answer the length must be the distance, and the path one of that length; the trace settles nodes by
 * their true distances, never one twice, and reaches by true lengths. */
static void check_sample(const struct fixture *s, const struct sample *sample) {
    static struct buffer text;
    const struct list *edges = &sample->arguments->list[0];
    int from = (int)decimal_int(&sample->arguments->atom[1].number), far[10][10], settled = -1, count = 0;
    int to = (int)decimal_int(&sample->arguments->atom[2].number), path[10], sum = 0, a, b, c, d, e, length,
        read;
    bool done[10] = {false};
    all_distances(edges, far);
    buffer_clear(&text);
    vocabulary_render(s->vocabulary, sample->completion.id, sample->completion.count, false, &text);
    const char *line = text.bytes, *answer;
    for (; sscanf(line, "answer = %n", (read = 0, &read)), !read; line = strchr(line, '\n') + 1) {
        if (sscanf(line, "settle = (%d, %d)", &a, &b) == 2) {
            assert_true(!done[a] && b == far[from][a]);
            for (int n = 0; n < 10; n++) assert_true(done[n] || far[from][n] >= b);
            done[settled = a] = true;
        } else if (sscanf(line, "edge = (%d, %d, %d)", &a, &b, &length) == 3) {
            bool there = false;
            for (int k = 0; k < edges->length; k++)
                there |= list_part(edges, k, 0) == a && list_part(edges, k, 1) == b &&
                         list_part(edges, k, 2) == length;
            assert_true(a == settled && there);
            assert_int_equal(sscanf(strchr(line, '\n'), " reach = (%d, %d, %d)", &d, &e, &c), 3);
            assert_true(d == a && e == b && c == far[from][a] + length);
        }
    }
    answer = line + read + 2;
    for (; sscanf(answer, "%d%n", &a, &read) == 1; answer += read + 2 * (answer[read] == ','))
        path[count++] = a;
    assert_int_equal(sscanf(answer, "], %d)", &c), 1);
    assert_int_equal(c, far[from][to] < FAR ? far[from][to] : -1);
    for (int i = 1; i < count; i++) {
        int least = FAR;
        for (int k = 0; k < edges->length; k++)
            if (list_part(edges, k, 0) == path[i - 1] && list_part(edges, k, 1) == path[i] &&
                list_part(edges, k, 2) < least)
                least = (int)list_part(edges, k, 2);
        sum += least;
    }
    assert_true(c < 0 ? !count : path[0] == from && path[count - 1] == to && sum == c);
}

static void random_problems(void **state) {
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        struct fixture s;
        fixture_prepare(&s, "shortest_path");
        if (wide) s.mix.entry[0].sizes.min_length = 2, s.mix.entry[0].sizes.max_length = 10;
        fixture_open(&s);
        for (uint64_t i = 0; i < (wide ? 10000u : 90000u); i++) {
            struct sample sample = fixture_draw(&s, i);
            check_sample(&s, &sample);
        }
        fixture_close(&s);
    }
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("shortest_path", "leads back", "[(0,1,2),(3,3,1)]", "0", "1");
    check_refuses("shortest_path", "from", "[(0,1,2)]", "10", "1");
    check_refuses("shortest_path", "to", "[(0,1,2)]", "0", "10");
    check_refuses("shortest_path", "edges", "[(0,1,10)]", "0", "1");
    check_refuses("shortest_path", "edges", "[(0,1)]", "0", "1");
}

static void noise_ends(void **state) {
    (void)state;
    check_noise("shortest_path");
}

static void own_traces_are_right(void **state) {
    (void)state;
    judge_checks_own_traces("shortest_path", 0, 3000);
    judge_checks_own_traces("shortest_path", 1, 1000);
}

#define FIRST                                                                                            \
    "settle = (0, 0)\nedge = (0, 1, 2)\nreach = (0, 1, 2)\nedge = (0, 2, 2)\nreach = (0, 2, 2)\nopen = " \
    "[(1, 2), (2, 2)]\n"
#define BOTH                                                                                             \
    FIRST "settle = (2, 2)\nedge = (2, 3, 2)\nreach = (2, 3, 4)\nopen = [(1, 2), (3, 4)]\nsettle = (1, " \
          "2)\nedge = (1, 3, 2)\nreach "                                                                 \
          "= (1, 3, 4)\nopen = [(3, 4)]\n"

/* Two paths of length 4, by 1 and by 2; there is a longer edge, too. */
static void lines_are_judged(void **state) {
    (void)state;
    static const struct judge_case cases[] = {
        {"the other of two nearest, its path",
         BOTH "settle = (3, 4)\nback node = 3\nback node = 2\nback node = 0\nanswer = ([0, 2, 3], 4)", true,
         0},
        {"the other of two nearest, the other path",
         BOTH "settle = (3, 4)\nback node = 3\nback node = 1\nback node = 0\nanswer = ([0, 1, 3], 4)", true,
         0},
        {"another path than that gone back",
         BOTH "settle = (3, 4)\nback node = 3\nback node = 1\nback node = 0\nanswer = ([0, 2, 3], 4)", true,
         1},
        {"back by a node that does not lead there",
         BOTH "settle = (3, 4)\nback node = 3\nback node = 0\nanswer = ([0, 2, 3], 4)", true, 2},
        {"back too soon", FIRST "back node = 3\nanswer = ([0, 2, 3], 4)", true, 2},
        {"not the end first", BOTH "settle = (3, 4)\nback node = 2\nanswer = ([0, 2, 3], 4)", true, 2},
        {"the path alone", "answer = ([0, 1, 3], 4)", true, 1},
        {"a path of three edges", "answer = ([0, 1, 2, 3], 4)", false, 1},
        {"too short", "answer = ([0, 1, 3], 3)", false, 1},
        {"a longer one", "answer = ([0, 4, 3], 6)", false, 1},
        {"half of it", "answer = ([1, 3], 4)", false, 1},
        {"not to its end", "answer = ([0, 1], 4)", false, 1},
        {"no path", "answer = ([], -1)", false, 1},
        {"a list", "answer = [[0, 1, 3], 4]", false, 1},
        {"a path in round brackets", "answer = ((0, 1, 3), 4)", false, 1},
        {"a list inside the path", "answer = ([0, [1], 3], 4)", false, 1},
        {"more behind it", "answer = ([0, 1, 3], 4, 4)", false, 1},
        {"a number", "answer = 4", false, 1},
        {"not the nearest", FIRST "settle = (3, 4)\nanswer = ([0, 1, 3], 4)", true, 2},
        {"open, and not the nearest",
         FIRST "settle = (2, 2)\nedge = (2, 3, 2)\nreach = (2, 3, 4)\nopen = [(1, 2), (3, 4)]\nsettle = (3, "
               "4)\nanswer = ([0, "
               "2, 3], 4)",
         true, 2},
        {"one that is not open", FIRST "settle = (4, 2)\nanswer = ([0, 1, 3], 4)", true, 2},
        {"another distance", FIRST "settle = (1, 1)\nanswer = ([0, 1, 3], 4)", true, 2},
        {"settled when edges are left", "settle = (0, 0)\nsettle = (1, 2)\nanswer = ([0, 1, 3], 4)", true, 2},
        {"open when edges are left", "settle = (0, 0)\nopen = [(1, 2)]\nanswer = ([0, 1, 3], 4)", true, 2},
        {"open twice", FIRST "open = [(1, 2), (2, 2)]\nanswer = ([0, 1, 3], 4)", true, 2},
        {"wrong sum", "settle = (0, 0)\nedge = (0, 1, 2)\nreach = (0, 1, 3)\nanswer = ([0, 1, 3], 4)", true,
         2},
        {"another edge's length",
         "settle = (0, 0)\nedge = (0, 1, 3)\nreach = (0, 1, 3)\nanswer = ([0, 1, 3], 4)", true, 2},
        {"reached by no edge", "settle = (0, 0)\nreach = (0, 1, 2)\nanswer = ([0, 1, 3], 4)", true, 2},
        {"reached twice",
         "settle = (0, 0)\nedge = (0, 1, 2)\nreach = (0, 1, 2)\nreach = (0, 1, 2)\nanswer = ([0, 1, 3], 4)",
         true, 2},
        {"two edges", "settle = (0, 0)\nedge = (0, 1, 2)\nedge = (0, 2, 2)\nanswer = ([0, 1, 3], 4)", true,
         2},
        {"open before the edge is followed",
         FIRST "settle = (2, 2)\nedge = (2, 3, 2)\nopen = [(1, 2)]\nanswer = ([0, 1, 3], 4)", true, 2},
        {"an edge too many", BOTH "edge = (1, 3, 2)\nanswer = ([0, 1, 3], 4)", true, 2},
        {"the farther first",
         "settle = (0, 0)\nedge = (0, 1, 2)\nreach = (0, 1, 2)\nedge = (0, 2, 2)\nreach = (0, 2, 2)\nopen = "
         "[(2, 2), (1, 2)]\nanswer = ([0, 1, "
         "3], 4)",
         true, 2},
        {"lists and numbers",
         "settle = 0\nedge = 0\nreach = 0\nopen = 0\nback node = [0]\nanswer = ([0, 1, 3], 4)", true, 6},
    };
    static const struct judge_case without[] = {
        {"no path", "settle = (3, 0)\nopen = []\nanswer = ([], -1)", true, 0},
        {"no path, said too soon", "settle = (3, 0)\nanswer = ([], -1)", true, 1},
        {"a path", "settle = (3, 0)\nopen = []\nanswer = ([3, 0], 1)", false, 1},
    };
    judge_checks_cases("shortest_path",
                       "shortest_path([(0, 1, 2), (0, 2, 2), (2, 3, 2), (1, 3, 2), (4, 3, 2)], 0, 3)", cases,
                       sizeof cases / sizeof *cases);
    judge_checks_cases("shortest_path", "shortest_path([(0, 1, 2), (1, 3, 2)], 3, 0)", without,
                       sizeof without / sizeof *without);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_problems),
                                       cmocka_unit_test(wrong_arguments_are_refused),
                                       cmocka_unit_test(noise_ends), cmocka_unit_test(own_traces_are_right),
                                       cmocka_unit_test(lines_are_judged)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
