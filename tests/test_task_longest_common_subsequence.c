/* longest_common_subsequence against rows as differences, 64 elements in a machine word, and these against
 * every subsequence of short lists. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

/* The row below: bit k is 0 where element k is 1 more than the one to its left (Hyyrö, Bit-parallel
 * LCS-length computation revisited, 2004). */
static uint64_t next_row(uint64_t row, const struct list *y, int symbol) {
    uint64_t match = 0;
    for (int k = 0; k < y->length; k++) match |= (uint64_t)(list_symbol(y, k) == symbol) << k;
    return (row + (row & match)) | (row & ~match);
}

static void put_row(struct buffer *trace, uint64_t row, int count) {
    int64_t lengths[LIST_MAX], length = 0;
    for (int k = 0; k < count; k++) lengths[k] = length += !(row >> k & 1);
    put_list(trace, "row", lengths, count);
}

static void oracle(const struct arguments *in, struct buffer *trace) {
    const struct list *x = &in->list[0], *y = &in->list[1];
    uint64_t row = ~0ull;
    int length = 0;
    put_row(trace, row, y->length);
    for (int i = 0; i < x->length; i++) {
        buffer_printf(trace, "\nsymbol = %c", 'a' + list_symbol(x, i));
        row = next_row(row, y, list_symbol(x, i));
        put_row(trace, row, y->length);
    }
    for (int k = 0; k < y->length; k++) length += !(row >> k & 1);
    buffer_printf(trace, "\nanswer = %d", length);
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {.min_digits = 1, .max_digits = 1, .min_length = 0, .max_length = 40};
    check_traces("longest_common_subsequence", NULL, 100000, oracle);
    check_traces("longest_common_subsequence", &wide, 2000, oracle);
}

/* Tries every subset of the places of x. */
static int longest(const struct list *x, const struct list *y) {
    int most = 0;
    for (unsigned set = 0; set < 1u << x->length; set++) {
        int at = 0, count = 0;
        bool common = true;
        for (int i = 0; i < x->length && common; i++) {
            if (!(set >> i & 1)) continue;
            while (at < y->length && list_symbol(y, at) != list_symbol(x, i)) at++;
            common = at++ < y->length;
            count++;
        }
        if (common && count > most) most = count;
    }
    return most;
}

static void answers_are_longest(void **state) {
    (void)state;
    struct fixture s;
    fixture_prepare(&s, "longest_common_subsequence");
    fixture_open(&s);
    for (uint64_t i = 0; i < 20000; i++) {
        struct sample sample = fixture_draw(&s, i);
        fixture_expect_number(&sample, longest(&sample.arguments->list[0], &sample.arguments->list[1]));
    }
    fixture_close(&s);
}

static void bad_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("longest_common_subsequence", "x", "[a, e]", "[a]");
    check_refuses("longest_common_subsequence", "y", "[a]", "[1]");
}

static void lines_follow_from_what_was_exchanged(void **state) {
    (void)state;
    static const char *const texts[] = {"[a, b]", "[b, a]"};
    const struct task *task = task_find("longest_common_subsequence");
    check_followed("longest_common_subsequence", 2, texts,
                   (struct exchanged){.line = 1, .place = 0, .atom = atom_symbol(task->alphabet, 2)},
                   "row = [0, 0]\nsymbol = b\nrow = [1, 1]\nanswer = 1");
    check_followed("longest_common_subsequence", 2, texts,
                   (struct exchanged){.line = 2, .place = 1, .atom = atom_int(4)},
                   "symbol = b\nrow = [1, 4]\nanswer = 4");
}

static void noise_comes_to_an_end(void **state) {
    (void)state;
    check_noise("longest_common_subsequence");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems), cmocka_unit_test(answers_are_longest),
        cmocka_unit_test(bad_arguments_are_refused), cmocka_unit_test(lines_follow_from_what_was_exchanged),
        cmocka_unit_test(noise_comes_to_an_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
