/* knapsack against every subset of the items. */
#include "tests/support/whole_trace.h"

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
    check_whole_traces("knapsack", NULL, 100000, oracle);
    check_whole_traces("knapsack", &wide, 1000, oracle);
}

static void bad_arguments_are_refused(void **state) {
    (void)state;
    check_refused("knapsack", 2, (const char *const[]){"[(1, 2)]", "64"}, "capacity");
    check_refused("knapsack", 2, (const char *const[]){"[(1, -2)]", "6"}, "items");
    check_refused("knapsack", 2, (const char *const[]){"[(1, 2, 3)]", "6"}, "items");
}

static void noise_comes_to_an_end(void **state) {
    (void)state;
    check_noisy_traces_end("knapsack");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_problems),
                                       cmocka_unit_test(bad_arguments_are_refused),
                                       cmocka_unit_test(noise_comes_to_an_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
