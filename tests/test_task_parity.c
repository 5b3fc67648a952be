/* parity: every trace against one whose parities are counted anew for each line. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

static int count_true(const struct list *truths, int length) {
    int count = 0;
    for (int i = 0; i < length; i++) count += list_truth(truths, i);
    return count;
}

static void write_trace(const struct arguments *in, struct buffer *wanted) {
    const struct list *truths = &in->list[0];
    for (int i = 0; i < truths->length; i++)
        buffer_printf(wanted, "i = %d\nnext = %s\nodd = %s\n", i,
                      count_true(truths, i + 1) > count_true(truths, i) ? "true" : "false",
                      count_true(truths, i + 1) % 2 ? "true" : "false");
    buffer_printf(wanted, "i = %d\nanswer = %s", truths->length,
                  count_true(truths, truths->length) % 2 ? "true" : "false");
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {.min_digits = 1, .max_digits = 1, .min_length = 0, .max_length = 64};
    check_traces("parity", NULL, 80000, write_trace);
    check_traces("parity", &wide, 20000, write_trace);
}

static void lines_follow_from_what_was_written(void **state) {
    (void)state;
    check_goes_on("parity", "[true, false, true]", NULL, 1, "false",
                  "odd = false\ni = 1\nnext = false\nodd = false\ni = 2\nnext = true\nodd = true\ni = "
                  "3\nanswer = true");
    check_goes_on("parity", "[true, false, true]", NULL, 5, "false",
                  "i = 2\nnext = true\nodd = true\ni = 3\nanswer = true");
    check_goes_on("parity", "[true, false, true]", NULL, 3, "2",
                  "next = true\nodd = false\ni = 3\nanswer = false");
    check_goes_on("parity", "[true, false, true]", NULL, 8, "true", "i = 3\nanswer = true");
}

static void other_lists_are_refused(void **state) {
    (void)state;
    check_refuses("parity", "a list such as [false, true, false]", "[true, maybe]");
    check_refuses("parity", "a list such as [false, true, false]", "[1, 0]");
}

static void noise_ends(void **state) {
    (void)state;
    check_noise("parity");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems),
        cmocka_unit_test(lines_follow_from_what_was_written),
        cmocka_unit_test(other_lists_are_refused),
        cmocka_unit_test(noise_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
