/* dyck: every trace against one whose stacks are found by striking out neighbours that match, < > and { },
 * until there are none. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

/* What is left of the first `length` brackets. */
static void strike_out(const struct list *list, int length, char *left) {
    for (int i = 0; i < length; i++) left[i] = "<>{}"[list_symbol(list, i)];
    left[length] = 0;
    for (;;) {
        char *angle = strstr(left, "<>"), *brace = strstr(left, "{}"), *pair = angle ? angle : brace;
        if (!pair) return;
        memmove(pair, pair + 2, strlen(pair + 2) + 1);
    }
}

static void write_stack(const char *name, const char *stack, struct buffer *wanted) {
    buffer_printf(wanted, "%s stack = [", name);
    for (int k = 0; stack[k]; k++) buffer_printf(wanted, "%s%c", k ? ", " : "", stack[k]);
    buffer_text(wanted, "]\n");
}

static void write_trace(const struct arguments *in, struct buffer *wanted) {
    const struct list *list = &in->list[0];
    char left[LIST_MAX + 1];
    for (int i = 0; i < list->length; i++) {
        char next = "<>{}"[list_symbol(list, i)];
        strike_out(list, i + 1, left);
        buffer_printf(wanted, "i = %d\nnext = %c\n", i, next);
        if (strpbrk(left, ">}")) {
            buffer_text(wanted, "answer = false");
            return;
        }
        write_stack(strchr("<{", next) ? "push" : "pop", left, wanted);
    }
    strike_out(list, list->length, left);
    buffer_printf(wanted, "i = %d\nanswer = %s", list->length, *left ? "false" : "true");
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {.min_digits = 1, .max_digits = 1, .min_length = 0, .max_length = 48};
    check_traces("dyck", NULL, 80000, write_trace);
    check_traces("dyck", &wide, 20000, write_trace);
}

/* Of an even number of brackets more than half match: the half that is left as it is, and a quarter of the
 * other by chance. Of an odd number none do. */
static void half_of_them_match(void **state) {
    (void)state;
    struct fixture s;
    int matching[2] = {0}, all[2] = {0};
    char left[LIST_MAX + 1];
    fixture_prepare(&s, "dyck");
    fixture_open(&s);
    for (uint64_t i = 0; i < 10000; i++) {
        const struct list *list = &fixture_draw(&s, i).arguments->list[0];
        strike_out(list, list->length, left);
        matching[list->length % 2] += !*left;
        all[list->length % 2]++;
    }
    assert_in_range(matching[0] * 1000 / all[0], 605, 645);
    assert_int_equal(matching[1], 0);
    fixture_close(&s);
}

static void lines_follow_from_what_was_written(void **state) {
    (void)state;
    check_goes_on("dyck", "[<, {, }, >]", NULL, 1, "{",
                  "push stack = [{]\ni = 1\nnext = {\npush stack = [{, {]\ni = 2\nnext = }\npop stack = "
                  "[{]\ni = 3\nnext = >\nanswer = false");
    check_goes_on("dyck", "[<, {, }, >]", NULL, 2, "}",
                  "i = 1\nnext = {\npush stack = [}, {]\ni = 2\nnext = }\npop stack = [}]\ni = 3\nnext = "
                  ">\nanswer = false");
    check_goes_on("dyck", "[<, {, }, >]", NULL, 5, "<", "i = 2\nnext = }\nanswer = false");
    check_goes_on("dyck", "[<, {, }, >]", NULL, 8, "{", "i = 3\nnext = >\nanswer = false");
    check_goes_on("dyck", "[<, {, }, >]", NULL, 3, "3", "next = >\npop stack = []\ni = 4\nanswer = true");
    check_goes_on("dyck", "[<, {, }, >]", NULL, 9, "1",
                  "next = {\npush stack = [<, {]\ni = 2\nnext = }\npop stack = [<]\ni = 3\nnext = >\npop "
                  "stack = []\ni = 4\nanswer = true");
}

static void other_lists_are_refused(void **state) {
    (void)state;
    check_refuses("dyck", "symbol <, >, { or }", "[<, )]");
    check_refuses("dyck", "a list such as", "<>");
}

static void noise_ends(void **state) {
    (void)state;
    check_noise("dyck");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems),
        cmocka_unit_test(half_of_them_match),
        cmocka_unit_test(lines_follow_from_what_was_written),
        cmocka_unit_test(other_lists_are_refused),
        cmocka_unit_test(noise_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
