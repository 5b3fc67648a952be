/* pass@k against exact fractions, against counting all sets of k samples, and on average over what may be
 * drawn. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/pass_at_k.h"

static void is_the_exact_fraction(void **state) {
    (void)state;
    static const struct {
        int n, c, k, numerator, denominator;
    } known[] = {
        {1, 1, 1, 1, 1},          {2, 1, 1, 1, 2}, {4, 1, 2, 1, 2}, /* 1 - C(3,2) / C(4,2) = 1 - 3/6 */
        {4, 2, 2, 5, 6},                                            /* 1 - 1/6 */
        {5, 2, 3, 9, 10},                                           /* 1 - C(3,3) / C(5,3) = 1 - 1/10 */
        {10, 3, 4, 5, 6},                                           /* 1 - C(7,4) / C(10,4) = 1 - 35/210 */
        {64, 1, 64, 1, 1},                                          /* all samples, one of them right */
        {64, 1, 16, 16, 64},                                        /* one right sample is in k of n */
        {96, 95, 1, 95, 96},                                        /* one sample: the share of right ones */
        {1000, 1, 500, 1, 2},     /* C(1000, 500) is far beyond a double's 2^53 */
        {100000, 50, 1, 1, 2000}, /* C(100000, 50) ... */
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double exact = (double)known[i].numerator / known[i].denominator;
        assert_true(fabs(pass_at_k(known[i].n, known[i].c, known[i].k) - exact) < 1e-12);
    }
}

static void ends_are_exact(void **state) {
    (void)state;
    for (int n = 1; n <= 300; n++)
        for (int k = 1; k <= n; k++) {
            assert_true(pass_at_k(n, 0, k) == 0);
            for (int c = n - k + 1; c <= n; c++) assert_true(pass_at_k(n, c, k) == 1);
            /* Just short of certain, where a double can tell: 1 of C(40, 20) sets is 10^-11. */
            if (n <= 40 && n > k) assert_true(pass_at_k(n, n - k, k) < 1);
            assert_true(pass_at_k(n, 1, k) > 0);
        }
}

/* The first c of n samples are right: of all sets of k, the share that has one of them. */
static double counted(int n, int c, int k) {
    int sets = 0, passed = 0;
    for (uint32_t set = 0; set < 1u << n; set++) {
        if (__builtin_popcount(set) != k) continue;
        sets++;
        passed += (set & ((1u << c) - 1)) != 0;
    }
    return (double)passed / sets;
}

static void is_the_share_of_sets(void **state) {
    (void)state;
    for (int n = 1; n <= 10; n++)
        for (int c = 0; c <= n; c++)
            for (int k = 1; k <= n; k++) assert_true(fabs(pass_at_k(n, c, k) - counted(n, c, k)) < 1e-14);
}

/* On average over n samples that are each right with chance p, it is 1 - (1 - p)^k. */
static void has_no_bias(void **state) {
    (void)state;
    static const double chances[] = {0.01, 0.3, 0.5, 0.9};
    for (size_t i = 0; i < sizeof chances / sizeof *chances; i++)
        for (int n = 1; n <= 12; n++)
            for (int k = 1; k <= n; k++) {
                double p = chances[i], mean = 0;
                for (uint32_t right = 0; right < 1u << n; right++) {
                    int c = __builtin_popcount(right);
                    mean += pow(p, c) * pow(1 - p, n - c) * pass_at_k(n, c, k);
                }
                assert_true(fabs(mean - (1 - pow(1 - p, k))) < 1e-12);
            }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_the_exact_fraction),
        cmocka_unit_test(ends_are_exact),
        cmocka_unit_test(is_the_share_of_sets),
        cmocka_unit_test(has_no_bias),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
