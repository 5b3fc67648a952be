/* merge_sort against the blocks of the list, each sorted by qsort. */
#include <stdlib.h>

#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void oracle(const struct arguments *in, struct buffer *trace) {
    int64_t xs[LIST_MAX];
    int n = in->list[0].length;
    for (int i = 0; i < n; i++) xs[i] = list_int(&in->list[0], i);
    for (int width = 1;; width *= 2) {
        buffer_printf(trace, "%sruns = [", trace->length ? "\n" : "");
        for (int at = 0; at < n; at += width) {
            int count = at + width < n ? width : n - at;
            qsort(xs + at, (size_t)count, sizeof *xs, ascending);
            buffer_text(trace, at ? ", [" : "[");
            for (int i = at; i < at + count; i++)
                buffer_printf(trace, "%s%lld", i > at ? ", " : "", (long long)xs[i]);
            buffer_char(trace, ']');
        }
        buffer_char(trace, ']');
        if (width >= n) break;
    }
    put_list(trace, "answer", xs, n);
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {SAMPLING_MAGNITUDE, 1, 1, -50, 50, 0, 24};
    check_traces("merge_sort", NULL, 100000, oracle);
    check_traces("merge_sort", &wide, 10000, oracle);
}

/* A list of as many elements as there can be has as many runs, which fill a list of lists to its end. */
static void longest_list(void **state) {
    (void)state;
    static const struct sizes longest = {SAMPLING_MAGNITUDE, 1, 1, 0, 9, LIST_MAX, LIST_MAX};
    check_traces("merge_sort", &longest, 100, oracle);
}

static void lines_follow_from_what_was_exchanged(void **state) {
    (void)state;
    static const char *const texts[] = {"[5, 2, 3, 1]"};
    check_followed("merge_sort", 1, texts, (struct exchanged){.line = 1, .place = 2, .atom = atom_int(0)},
                   "runs = [[1, 2, 0, 3]]\nanswer = [1, 2, 0, 3]");
}

static void noise_comes_to_an_end(void **state) {
    (void)state;
    check_noise("merge_sort");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_problems), cmocka_unit_test(longest_list),
                                       cmocka_unit_test(lines_follow_from_what_was_exchanged),
                                       cmocka_unit_test(noise_comes_to_an_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
