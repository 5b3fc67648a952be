/* Wilson's interval against values computed elsewhere (R: prop.test(hits, trials, correct = FALSE)). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/wilson.h"

static void matches_known_values(void **state) {
    (void)state;
    static const struct {
        int64_t hits, trials;
        double low, high;
    } known[] = {
        {0, 10, 0, 0.2775327999},
        {1, 10, 0.0178762131, 0.4041500268},
        {5, 10, 0.2365930905, 0.7634069095},
        {10, 10, 0.7224672001, 1},
        {81, 263, 0.2552885199, 0.3662095770}, /* Newcombe 1998, table I: 0.2553 to 0.3662 */
        {15, 148, 0.0623863995, 0.1604872417}, /* Newcombe 1998, table I: 0.0624 to 0.1605 */
        {0, 0, 0, 1},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct interval interval = wilson_interval(known[i].hits, known[i].trials);
        assert_true(fabs(interval.low - known[i].low) < 1e-6);
        assert_true(fabs(interval.high - known[i].high) < 1e-6);
    }
}

static void contains_the_share_and_is_symmetric(void **state) {
    (void)state;
    for (int64_t trials = 1; trials <= 200; trials++)
        for (int64_t hits = 0; hits <= trials; hits++) {
            struct interval interval = wilson_interval(hits, trials);
            struct interval mirror = wilson_interval(trials - hits, trials);
            double share = (double)hits / (double)trials;
            assert_true(0 <= interval.low && interval.low <= share);
            assert_true(share <= interval.high && interval.high <= 1);
            assert_true(fabs(interval.low - (1 - mirror.high)) < 1e-12);
        }
}

/* A share need not be one of whole hits, nor are trials: more of them make it narrower. */
static void takes_any_share(void **state) {
    (void)state;
    struct interval whole = wilson_interval(81, 263), same = wilson_interval_of_share(81. / 263, 263);
    assert_true(whole.low == same.low && whole.high == same.high);
    struct interval fewer = wilson_interval_of_share(81. / 263, 262.5);
    assert_true(fewer.low < whole.low && fewer.high > whole.high);
    struct interval half = wilson_interval_of_share(0.5, 1e9);
    assert_true(fabs(half.high - 0.5 - 1.959964 * 0.5 / sqrt(1e9)) < 1e-9);
    assert_true(wilson_interval_of_share(0, 2.5).low == 0 && wilson_interval_of_share(1, 2.5).high == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_known_values),
        cmocka_unit_test(contains_the_share_and_is_symmetric),
        cmocka_unit_test(takes_any_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
