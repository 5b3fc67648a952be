/* Durations as people read them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/duration.h"

static void durations_are_readable(void **state) {
    (void)state;
    const struct {
        double seconds;
        const char *text;
    } cases[] = {{0, "0 s"},
                 {-3, "0 s"},
                 {-INFINITY, "0 s"},
                 {0.1, "1 s"},
                 {12.2, "13 s"},
                 {59, "59 s"},
                 {59.5, "1 min 00 s"},
                 {200, "3 min 20 s"},
                 {3599, "59 min 59 s"},
                 {3599.2, "1 h 00 min"},
                 {7500, "2 h 05 min"},
                 {360000, "100 h 00 min"},
                 {1e10, "2777777 h 46 min"},
                 {1.1e10, "?"},
                 {1e300, "?"},
                 {INFINITY, "?"},
                 {NAN, "?"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[DURATION_LENGTH];
        assert_ptr_equal(duration_text(cases[i].seconds, text), text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(durations_are_readable)};
    return cmocka_run_group_tests_name("duration", tests, NULL, NULL);
}
