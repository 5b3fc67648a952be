/* knapsack against every subset of the items. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

/* The largest value of a subset of the first items of at most this weight. */
static int64_t best_subset(const struct list *items, int count, int64_t capacity) {
    int64_t best = 0;
    for (unsigned set = 0; set < 1u << count; set++) {
        int64_t weight = 0, value = 0;
        for (int i = 0; i < count; i++) {
            if (!(set >> i & 1)) continue;
            weight += list_part(items, i, 0);
            value += list_part(items, i, 1);
        }
        if (weight <= capacity && value > best) best = value;
    }
    return best;
}

static void oracle(const struct arguments *in, struct buffer *trace) {
    const struct list *items = &in->list[0];
    int capacity = (int)decimal_int(&in->atom[1].number);
    int64_t row[LIST_MAX];
    for (int count = 0; count <= items->length; count++) {
        if (count)
            buffer_printf(trace, "\nitem = (%lld, %lld)", (long long)list_part(items, count - 1, 0),
                          (long long)list_part(items, count - 1, 1));
        for (int c = 0; c <= capacity; c++) row[c] = best_subset(items, count, c);
        put_list(trace, "row", row, capacity + 1);
    }
    buffer_printf(trace, "\nanswer = %lld", (long long)best_subset(items, items->length, capacity));
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {.min_digits = 1, .max_digits = 1, .min_length = 0, .max_length = 6};
    check_traces("knapsack", NULL, 100000, oracle);
    check_traces("knapsack", &wide, 1000, oracle);
}

static void bad_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("knapsack", "capacity", "[(1, 2)]", "64");
    check_refuses("knapsack", "items", "[(1, -2)]", "6");
    check_refuses("knapsack", "items", "[(1, 2, 3)]", "6");
}

static void lines_follow_from_what_was_exchanged(void **state) {
    (void)state;
    static const char *const texts[] = {"[(1, 2), (2, 3)]", "2"};
    check_followed("knapsack", 2, texts, (struct exchanged){.line = 1, .place = 0, .atom = atom_int(2)},
                   "row = [0, 0, 2]\nitem = (2, 3)\nrow = [0, 0, 3]\nanswer = 3");
    check_followed("knapsack", 2, texts, (struct exchanged){.line = 1, .place = 1, .atom = atom_int(7)},
                   "row = [0, 7, 7]\nitem = (2, 3)\nrow = [0, 7, 7]\nanswer = 7");
    check_followed("knapsack", 2, texts, (struct exchanged){.line = 2, .place = 0, .atom = atom_int(5)},
                   "item = (2, 3)\nrow = [5, 2, 8]\nanswer = 8");
}

static void noise_comes_to_an_end(void **state) {
    (void)state;
    check_noise("knapsack");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems), cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(lines_follow_from_what_was_exchanged), cmocka_unit_test(noise_comes_to_an_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
