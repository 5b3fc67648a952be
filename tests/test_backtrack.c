/* How many true lines a completion begins with: by hand, from both sides of the bound, and read again. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reinforce/backtrack.h"

static void lines_by_hand(void **state) {
    (void)state;
    static const struct {
        int tenths, lines, given;
    } known[] = {
        {10, 0, 0}, {10, 1, 0}, {10, 2, 1}, {10, 7, 6}, {9, 7, 6},  {9, 20, 18},
        {8, 7, 5}, /* 5.6 */
        {7, 10, 7}, {3, 10, 3}, {3, 9, 2},  {1, 9, 0},  {1, 10, 1}, {10, 2147483647, 2147483646},
        {0, 7, 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(backtrack_given(&(struct backtrack){known[i].tenths}, known[i].lines),
                         known[i].given);
}

static void falls_and_never_rises(void **state) {
    (void)state;
    struct backtrack backtrack = backtrack_begin();
    assert_int_equal(backtrack.tenths, 10);
    backtrack_look(&backtrack, 0.699);
    backtrack_look(&backtrack, NAN);
    backtrack_look(&backtrack, 0);
    assert_int_equal(backtrack.tenths, 10);
    backtrack_look(&backtrack, 0.7);
    assert_int_equal(backtrack.tenths, 9);
    backtrack_look(&backtrack, 0);
    assert_int_equal(backtrack.tenths, 9);
    for (int i = 8; i > -3; i--) {
        backtrack_look(&backtrack, 1);
        assert_int_equal(backtrack.tenths, i < 0 ? 0 : i);
    }
}

static void comes_back_from_json(void **state) {
    (void)state;
    for (int tenths = 0; tenths <= 10; tenths++) {
        struct backtrack back = {-1};
        json_t *json = backtrack_json(&(struct backtrack){tenths});
        assert_int_equal(backtrack_read(json, &back, NULL), ERR_OK);
        assert_int_equal(back.tenths, tenths);
        json_decref(json);
    }
    static const char *const bad[] = {"-1", "11", "5.0", "\"5\"", "null", "[5]", "4294967301"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct backtrack backtrack = {4};
        struct error error;
        json_t *json = json_loads(bad[i], JSON_DECODE_ANY, NULL);
        if (backtrack_read(json, &backtrack, &error) != ERR_INPUT) fail_msg("%s is taken", bad[i]);
        assert_non_null(strstr(error.message, "0 to 10"));
        assert_int_equal(backtrack.tenths, 4);
        json_decref(json);
    }
    assert_int_equal(backtrack_read(NULL, &(struct backtrack){4}, NULL), ERR_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_by_hand),
        cmocka_unit_test(falls_and_never_rises),
        cmocka_unit_test(comes_back_from_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
