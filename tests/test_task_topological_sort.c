/* topological_sort against a matrix of the edges that are left; and its judge against traces that take any
 * ready node. */
#include "tests/judge_checks.h"
#include "tests/task_checks.h"

/* Writes the trace that takes the first of the ready nodes, or with `pcg` any of them. */
static void write_choosing(const struct arguments *in, struct pcg *pcg, struct buffer *out) {
    const struct list *edges = &in->list[0];
    int nodes = (int)decimal_int(&in->atom[1].number), left[10][10] = {{0}}, ready[10], count = 0, taken = 0;
    char order[64] = "";
    for (int k = 0; k < edges->length; k++) left[list_part(edges, k, 0)][list_part(edges, k, 1)]++;
    for (int from = -1; taken <= nodes; taken++) {
        for (int k = 0; k < (from < 0 ? nodes : edges->length); k++) {
            int to = from < 0 ? k : (int)list_part(edges, k, 1), sum = 0;
            if (from >= 0 && list_part(edges, k, 0) != from) continue;
            if (from >= 0) left[from][to]--;
            for (int u = 0; u < nodes; u++) sum += left[u][to];
            buffer_printf(out, "left = (%d, %d)\n", to, sum);
            if (sum == 0) ready[count++] = to;
        }
        buffer_text(out, "ready = [");
        for (int k = 0; k < count; k++) buffer_printf(out, "%s%d", k ? ", " : "", ready[k]);
        buffer_text(out, "]\n");
        if (count == 0) break;
        int chosen = pcg ? (int)pcg_below(pcg, (uint32_t)count) : 0;
        from = ready[chosen];
        memmove(ready + chosen, ready + chosen + 1, sizeof *ready * (size_t)(--count - chosen));
        buffer_printf(out, "take node = %d\n", from);
        sprintf(order + strlen(order), "%s%d", taken ? ", " : "", from);
    }
    assert_int_equal(taken, nodes);
    buffer_printf(out, "answer = [%s]", order);
}

static void write_trace(const struct arguments *in, struct buffer *out) { write_choosing(in, NULL, out); }

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {.min_digits = 1, .max_digits = 1, .min_length = 1, .max_length = 12};
    check_traces("topological_sort", NULL, 80000, write_trace);
    check_traces("topological_sort", &wide, 20000, write_trace);
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("topological_sort", "cycle", "[(0,1),(1,2),(2,0)]", "3");
    check_refuses("topological_sort", "cycle", "[(0,1),(1,1)]", "2");
    check_refuses("topological_sort", "not below nodes", "[(0,1),(1,2)]", "2");
    check_refuses("topological_sort", "not below nodes", "[(3,1)]", "2");
    check_refuses("topological_sort", "nodes", "[]", "0");
    check_refuses("topological_sort", "nodes", "[]", "11");
}

static void noise_ends(void **state) {
    (void)state;
    check_noise("topological_sort");
}

/* Whichever ready node is taken; and no line of it may be changed. */
static void any_choice_is_right(void **state) {
    (void)state;
    struct judge_checks c;
    struct buffer prompt = {0}, text = {0};
    judge_checks_prepare(&c, "topological_sort");
    judge_checks_open(&c);
    for (uint64_t i = 0; i < 10000; i++) {
        struct pcg pcg = pcg_seed(3, i);
        struct sample sample = fixture_draw(&c.fixture, i);
        buffer_clear(&prompt);
        buffer_clear(&text);
        vocabulary_render(c.fixture.vocabulary, sample.prompt.id, sample.prompt.count, false, &prompt);
        write_choosing(sample.arguments, &pcg, &text);
        struct verdict v = judge_checks_text(&c, prompt.bytes, text.bytes);
        if (!v.answer || !v.trace) fail_msg("%s%s\nis right", prompt.bytes, text.bytes);
        size_t place = pcg_below(&pcg, (uint32_t)text.length);
        while (text.bytes[place] < '0' || text.bytes[place] > '9') place = (place + 1) % text.length;
        text.bytes[place] = (char)('0' + (text.bytes[place] - '0' + 1 + (int)pcg_below(&pcg, 9)) % 10);
        v = judge_checks_text(&c, prompt.bytes, text.bytes);
        if (v.trace) fail_msg("%s%s\nis wrong", prompt.bytes, text.bytes);
    }
    buffer_free(&prompt);
    buffer_free(&text);
    judge_checks_close(&c);
}

static void own_traces_are_right(void **state) {
    (void)state;
    judge_checks_own_traces("topological_sort", 0, 1000);
    judge_checks_own_traces("topological_sort", 1, 1000);
}

#define FIRST "left = (0, 0)\nleft = (1, 0)\nleft = (2, 1)\n"
#define ROUND FIRST "ready = [0, 1]\ntake node = 1\n"

static void wrong_lines_are_wrong(void **state) {
    (void)state;
    static const struct judge_case cases[] = {
        {"the other node first",
         ROUND "left = (2, 0)\nready = [0, 2]\ntake node = 2\nready = [0]\ntake node = "
               "0\nready = []\nanswer = [1, 2, 0]",
         true, 0},
        {"another order in the answer",
         ROUND "left = (2, 0)\nready = [0, 2]\ntake node = 2\nready = "
               "[0]\ntake node = 0\nready = []\nanswer = [0, 1, 2]",
         true, 1},
        {"an order in which an edge leads back", "answer = [0, 2, 1]", false, 1},
        {"an order alone", "answer = [1, 2, 0]", true, 1},
        {"a node twice", "answer = [1, 1, 2]", false, 1},
        {"too few", "answer = [1, 2]", false, 1},
        {"too many", "answer = [1, 2, 0, 0]", false, 1},
        {"inside a list", "answer = [[0, 1], 2, 2]", false, 1},
        {"a tuple", "answer = (1, 2, 0)", false, 1},
        {"a number", "answer = 1", false, 1},
        {"no node is ready", FIRST "ready = [0, 1]\ntake node = 2\nanswer = [1, 2, 0]", true, 2},
        {"wrong count", "left = (0, 0)\nleft = (1, 1)\nleft = (2, 1)\nanswer = [0, 1, 2]", true, 2},
        {"wrong count in a round", ROUND "left = (2, 1)\nready = [0, 2]\nanswer = [0, 1, 2]", true, 3},
        {"one is not ready", FIRST "ready = [0]\nanswer = [0, 1, 2]", true, 2},
        {"lists and numbers", "left = 0\nready = 0\ntake node = [0]\nready = []\nanswer = [0, 1, 2]", true,
         5},
        {"what does not follow", "take node = 1\nleft = (2, 0)\nready = [2]\nanswer = [0, 1, 2]", true, 3},
    };
    judge_checks_cases("topological_sort", "topological_sort([(1, 2)], 3)", cases,
                       sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems),      cmocka_unit_test(wrong_arguments_are_refused),
        cmocka_unit_test(noise_ends),           cmocka_unit_test(any_choice_is_right),
        cmocka_unit_test(own_traces_are_right), cmocka_unit_test(wrong_lines_are_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
