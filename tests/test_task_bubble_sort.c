/* bubble_sort against what its passes are known to do: p passes hold the p largest elements so far back, and
 * let the least of those and the next one go. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

/* The list behind so many passes over xs. */
static void behind_passes(const int64_t *xs, int n, int passes, int64_t *after) {
    int64_t held[LIST_MAX];
    int count = 0;
    for (int i = 0, gone = 0; i < n || count;) {
        while (i < n && count <= passes) held[count++] = xs[i++];
        int least = 0;
        for (int k = 1; k < count; k++)
            if (held[k] < held[least]) least = k;
        after[gone++] = held[least];
        held[least] = held[--count];
    }
}

static void oracle(const struct arguments *in, struct buffer *trace) {
    int64_t xs[LIST_MAX] = {0}, lists[2][LIST_MAX];
    int n = in->list[0].length, p = 0;
    for (int i = 0; i < n; i++) xs[i] = list_int(&in->list[0], i);
    behind_passes(xs, n, 0, lists[0]);
    for (bool changed = true; changed && p + 1 < n;) {
        const int64_t *before = lists[p % 2];
        int64_t big = before[0];
        for (int i = 1; i < n - p; i++) {
            bool swap = before[i] < big;
            if (!swap) big = before[i];
            buffer_printf(trace, "%s%s big = %lld", trace->length ? "\n" : "", swap ? "swap" : "keep",
                          (long long)big);
        }
        p++;
        behind_passes(xs, n, p, lists[p % 2]);
        put_list(trace, "xs", lists[p % 2], n);
        changed = memcmp(lists[0], lists[1], (size_t)n * sizeof *xs);
    }
    behind_passes(xs, n, n, xs);
    put_list(trace, "answer", xs, n);
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {SAMPLING_MAGNITUDE, 1, 1, -50, 50, 0, 16};
    check_traces("bubble_sort", NULL, 100000, oracle);
    check_traces("bubble_sort", &wide, 10000, oracle);
}

static void lines_follow_from_what_was_exchanged(void **state) {
    (void)state;
    static const char *const texts[] = {"[3, 1, 2]"};
    check_followed("bubble_sort", 1, texts, (struct exchanged){.line = 0, .place = 0, .atom = atom_int(0)},
                   "keep big = 2\nxs = [1, 0, 2]\nswap big = 1\nxs = [0, 1, 2]\nanswer = [0, 1, 2]");
    check_followed("bubble_sort", 1, texts, (struct exchanged){.line = 2, .place = 0, .atom = atom_int(9)},
                   "swap big = 9\nxs = [2, 9, 3]\nanswer = [2, 9, 3]");
}

static void noise_comes_to_an_end(void **state) {
    (void)state;
    check_noise("bubble_sort");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_problems),
                                       cmocka_unit_test(lines_follow_from_what_was_exchanged),
                                       cmocka_unit_test(noise_comes_to_an_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
