/* boolean_eval against the expression as a tree, read from its end. */
#include <stdlib.h>

#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

static const char *const symbols[] = {"F", "T", "not", "and", "or", "xor"};

/* The truth of the expression that ends before *end, which is moved to its start. */
static bool evaluate(const struct list *expression, int *end) {
    int symbol = list_symbol(expression, --*end);
    switch (symbol) {
    case 0:
    case 1: return symbol;
    case 2: return !evaluate(expression, end);
    }
    int right = evaluate(expression, end), left = evaluate(expression, end);
    return symbol == 3 ? left * right : symbol == 4 ? left + right > 0 : left + right == 1;
}

/* Behind each symbol the stack is the values of the expressions that stand there whole. */
static void oracle(const struct arguments *in, struct buffer *trace) {
    const struct list *expression = &in->list[0];
    for (int i = 1; i <= expression->length; i++) {
        bool values[LIST_MAX];
        int count = 0;
        for (int end = i; end > 0;) values[count++] = evaluate(expression, &end);
        buffer_printf(trace, "symbol = %s\nstack = [", symbols[list_symbol(expression, i - 1)]);
        for (int k = count - 1; k >= 0; k--)
            buffer_printf(trace, "%s%s", values[k] ? "true" : "false", k ? ", " : "");
        buffer_text(trace, "]\n");
    }
    int end = expression->length;
    buffer_printf(trace, "answer = %s", evaluate(expression, &end) ? "true" : "false");
    assert_int_equal(end, 0);
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {.min_digits = 1, .max_digits = 1, .min_length = 1, .max_length = 40};
    check_traces("boolean_eval", NULL, 100000, oracle);
    check_traces("boolean_eval", &wide, 5000, oracle);
}

/* Every symbol stands at the first place where it can in some problem, and each size is as it was asked. */
static void all_expressions_are_drawn(void **state) {
    (void)state;
    const struct task *task = task_find("boolean_eval");
    struct arguments *in = malloc(sizeof *in);
    struct pcg pcg = pcg_stream(3, "draw", 0);
    int seen[6] = {0};
    for (int i = 0; i < 1000; i++) {
        arguments_clear(in);
        assert_true(task->draw(&task->sizes, 3, &pcg, in));
        assert_int_equal(in->list[0].length, 3);
        assert_null(task->fault(in));
        seen[list_symbol(&in->list[0], 2)]++;
    }
    for (int k = 2; k < 6; k++) assert_true(seen[k] > 50); /* not by a half, the others by a sixth */
    free(in);
}

static void bad_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("boolean_eval", "expression", "[]");
    check_refuses("boolean_eval", "too few values", "[T, and]");
    check_refuses("boolean_eval", "too few values", "[not, T]");
    check_refuses("boolean_eval", "more than one value", "[T, F]");
}

static void lines_follow_from_what_was_exchanged(void **state) {
    (void)state;
    static const char *const texts[] = {"[T, F, or]"};
    const struct task *task = task_find("boolean_eval");
    check_followed("boolean_eval", 1, texts,
                   (struct exchanged){.line = 2, .place = 0, .atom = atom_symbol(task->alphabet, 2)},
                   "stack = [false]\nsymbol = or\nstack = [false]\nanswer = false");
    check_followed("boolean_eval", 1, texts,
                   (struct exchanged){.line = 3, .place = 0, .atom = atom_truth(false)},
                   "symbol = or\nstack = [false]\nanswer = false");
}

static void noise_comes_to_an_end(void **state) {
    (void)state;
    check_noise("boolean_eval");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems), cmocka_unit_test(all_expressions_are_drawn),
        cmocka_unit_test(bad_arguments_are_refused), cmocka_unit_test(lines_follow_from_what_was_exchanged),
        cmocka_unit_test(noise_comes_to_an_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
