/* reverse: every trace against one written from the definition. */
#include "tests/exchange_checks.h"
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

static void lines_follow_from_what_was_written(void **state) {
    (void)state;
    check_goes_on("reverse", "[a, b, c]", NULL, 0, "2", "i = 1\nnext = b\ni = 0\nnext = a\nanswer = [b, a]");
    check_goes_on("reverse", "[a, b, c]", NULL, 1, "7",
                  "next = a\ni = 6\nnext = a\ni = 5\nnext = a\ni = 4\nnext = a\ni = 3\nnext = a\ni = 2\nnext "
                  "= c\ni = 1\nnext = b\ni = 0\nnext = a\nanswer = [a, a, a, a, a, c, b, a]");
    check_goes_on("reverse", "[a, b, c]", NULL, 1, "1", "next = b\ni = 0\nnext = a\nanswer = [b, a]");
    check_goes_on("reverse", "[a, b, c]", NULL, 2, "h",
                  "i = 1\nnext = b\ni = 0\nnext = a\nanswer = [h, b, a]");
}

/* The list so far is a site of dynamic_state after each letter: 1 + 2 + ... more than dynamic has. */
static void what_is_reversed_so_far_is_held(void **state) {
    (void)state;
    struct fixture s;
    int dynamic = noise_find("dynamic"), held = noise_find("dynamic_state");
    fixture_prepare(&s, "reverse");
    s.mix.rate[dynamic] = s.mix.rate[held] = 1e-12;
    fixture_open(&s);
    for (uint64_t i = 0; i < 100; i++) {
        struct sample sample = fixture_draw(&s, i);
        int length = sample.arguments->list[0].length;
        assert_int_equal(sample.tallies[held].sites - sample.tallies[dynamic].sites,
                         length * (length + 1) / 2);
    }
    fixture_close(&s);
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
        cmocka_unit_test(what_is_reversed_so_far_is_held),
        cmocka_unit_test(lines_follow_from_what_was_written),
        cmocka_unit_test(other_lists_are_refused),
        cmocka_unit_test(noise_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
