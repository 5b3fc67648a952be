/* reverse: every trace against one written from the definition. */
#include "tests/task_checks.h"

static void write_trace(const struct arguments *in, struct buffer *wanted) {
    const struct list *list = &in->list[0];
    int length = list->length;
    buffer_printf(wanted, "length = %d\n", length);
    for (int k = 1; k <= length; k++)
        buffer_printf(wanted, "i = %d\nnext = %c\n", length - k, "abcdefgh"[list_symbol(list, length - k)]);
    buffer_text(wanted, "answer = [");
    for (int k = 1; k <= length; k++)
        buffer_printf(wanted, "%s%c", k > 1 ? ", " : "", "abcdefgh"[list_symbol(list, length - k)]);
    buffer_text(wanted, "]");
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {.min_digits = 1, .max_digits = 1, .min_length = 0, .max_length = 64};
    check_traces("reverse", NULL, 80000, write_trace);
    check_traces("reverse", &wide, 20000, write_trace);
}

static void other_lists_are_refused(void **state) {
    (void)state;
    check_refuses("reverse", "symbol a, b, c, d, e, f, g or h", "[a, i]");
    check_refuses("reverse", "a list such as [a, b, c]", "[1]");
    check_refuses("reverse", "a list such as [a, b, c]", "[[a]]");
    check_refuses("reverse", "a list such as [a, b, c]", "a");
}

static void noise_ends(void **state) {
    (void)state;
    check_noise("reverse");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems),
        cmocka_unit_test(other_lists_are_refused),
        cmocka_unit_test(noise_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
