/* run_length: every trace against one whose counts are measured in the list itself, backwards and forwards.
 */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

/* How many elements up to element i, and it, are the same letter. */
static int length_before(const struct list *list, int i) {
    int first = i;
    while (first > 0 && list_symbol(list, first - 1) == list_symbol(list, i)) first--;
    return i - first + 1;
}

static char letter_at(const struct list *list, int i) { return "abcd"[list_symbol(list, i)]; }

static void write_trace(const struct arguments *in, struct buffer *wanted) {
    const struct list *list = &in->list[0];
    const char *comma = "";
    for (int i = 0; i <= list->length; i++) {
        buffer_printf(wanted, "i = %d\n", i);
        if (i < list->length) buffer_printf(wanted, "next = %c\n", letter_at(list, i));
        if (i > 0 && (i == list->length || letter_at(list, i) != letter_at(list, i - 1)))
            buffer_printf(wanted, "run = (%c, %d)\n", letter_at(list, i - 1), length_before(list, i - 1));
        if (i < list->length) buffer_printf(wanted, "count = %d\n", length_before(list, i));
    }
    buffer_text(wanted, "answer = [");
    for (int i = 0, count; i < list->length; i += count, comma = ", ") {
        for (count = 1; i + count < list->length && letter_at(list, i + count) == letter_at(list, i);)
            count++;
        buffer_printf(wanted, "%s(%c, %d)", comma, letter_at(list, i), count);
    }
    buffer_text(wanted, "]");
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {.min_digits = 1, .max_digits = 1, .min_length = 0, .max_length = 40};
    check_traces("run_length", NULL, 80000, write_trace);
    check_traces("run_length", &wide, 20000, write_trace);
}

/* Half of the elements and a quarter of the others are the letter before them: 5/8. */
static void there_are_runs(void **state) {
    (void)state;
    struct fixture s;
    int same = 0, all = 0;
    fixture_prepare(&s, "run_length");
    fixture_open(&s);
    for (uint64_t i = 0; i < 10000; i++) {
        const struct list *list = &fixture_draw(&s, i).arguments->list[0];
        for (int k = 1; k < list->length; k++) same += letter_at(list, k) == letter_at(list, k - 1);
        all += list->length - 1;
    }
    assert_in_range(same * 1000 / all, 615, 635);
    fixture_close(&s);
}

static void lines_follow_from_what_was_written(void **state) {
    (void)state;
    check_goes_on("run_length", "[a, a, b]", NULL, 1, "b",
                  "count = 1\ni = 1\nnext = a\nrun = (b, 1)\ncount = 1\ni = 2\nnext = b\nrun = (a, 1)\ncount "
                  "= 1\ni = 3\nrun = (b, 1)\nanswer = [(b, 1), (a, 1), (b, 1)]");
    check_goes_on("run_length", "[a, a, b]", NULL, 2, "5",
                  "i = 1\nnext = a\ncount = 6\ni = 2\nnext = b\nrun = (a, 6)\ncount = 1\ni = 3\nrun = (b, "
                  "1)\nanswer = [(a, 6), (b, 1)]");
    check_goes_on("run_length", "[a, a, b]", NULL, 3, "2",
                  "next = b\nrun = (a, 1)\ncount = 1\ni = 3\nrun = (b, 1)\nanswer = [(a, 1), (b, 1)]");
    check_goes_on("run_length", "[a, a, b]", NULL, 8, "7",
                  "count = 1\ni = 3\nrun = (b, 1)\nanswer = [(a, 7), (b, 1)]");
    check_goes_on("run_length", "[a, a, b]", NULL, 11, "4", "answer = [(a, 2), (b, 4)]");
}

static void other_lists_are_refused(void **state) {
    (void)state;
    check_refuses("run_length", "symbol a, b, c or d", "[a, e]");
    check_refuses("run_length", "a list such as [a, b, c]", "[(a, 3)]");
}

static void noise_ends(void **state) {
    (void)state;
    check_noise("run_length");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems),
        cmocka_unit_test(there_are_runs),
        cmocka_unit_test(lines_follow_from_what_was_written),
        cmocka_unit_test(other_lists_are_refused),
        cmocka_unit_test(noise_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
